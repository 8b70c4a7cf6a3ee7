import YAMLSyntax

/// A strategic merge patch applied to an object, as kyaml's merge2 does it (kyaml/yaml/merge2, kyaml/yaml/walk): maps
/// merge, null removes, lists are replaced but for those that the schema merges by key; merged lists begin with the
/// patch's items.
struct StrategicMerge {
  private let schema = MergeSchema.builtIn

  enum Outcome { case patched, deleted }

  /// Changes `target` in place. The patch is used up: its nodes may become part of the target.
  func apply(_ patch: YNode, to target: YNode) throws(KustomizeProblem) -> Outcome {
    // What is returned is not looked at, so `$patch: replace` at the root changes nothing.
    try walk(target, patch, nil).node == nil ? .deleted : .patched
  }

  /// What a patch takes out of objects: nulls, and what `$patch` and its kin order.
  static func removals(in patch: YNode, _ field: String = "") -> [RemovedField] {
    switch patch.kind {
    case .mapping:
      return stride(from: 0, to: patch.content.count - patch.content.count % 2, by: 2).flatMap {
        index -> [RemovedField] in
        let (key, value) = (patch.content[index], patch.content[index + 1])
        if key.value.hasPrefix("$") { return [RemovedField(field, at: key.span)] }
        let inner = field.isEmpty ? key.value : "\(field).\(key.value)"
        return value.isTaggedNull ? [RemovedField(inner, at: key.span)] : removals(in: value, inner)
      }
    // Indices of a patch are not those of the object.
    case .sequence: return patch.content.flatMap { removals(in: $0, field) }
    case .scalar, .none: return []
    }
  }

  private struct Result {
    var node: YNode?
    /// A null that is a value, not an order to remove.
    var isKept = false
  }

  // MARK: Walking

  private func walk(_ dest: YNode?, _ origin: YNode?, _ place: MergeSchema.Place?) throws(KustomizeProblem) -> Result {
    let place = place ?? kindSchema(dest) ?? kindSchema(origin)
    let kind: YNode.Kind =
      !dest.isMissingOrNull ? dest?.kind ?? .none : !origin.isMissingOrNull ? origin?.kind ?? .none : .none
    switch kind {
    case .mapping, .none:
      if kind == .mapping { try requireKind(.mapping, dest, origin) }
      return try walkMap(dest, origin, place)
    case .sequence:
      try requireKind(.sequence, dest, origin)
      if let keys = place?.mergeKeys { return Result(node: try walkMergedList(dest, origin, place, keys)) }
      setStyle(dest, origin)
      return Result(node: origin ?? dest)
    case .scalar:
      try requireKind(.scalar, dest, origin)
      return Result(node: origin ?? dest)
    }
  }

  private func kindSchema(_ node: YNode?) -> MergeSchema.Place? {
    guard let node, !node.isTaggedNull, let kind = node.field("kind"), let version = node.field("apiVersion"),
      !kind.isEmpty, !version.isEmpty, !kind.value.isEmpty, !version.value.isEmpty
    else { return nil }
    return schema.root(apiVersion: version.value, kind: kind.value)
  }

  private func requireKind(_ kind: YNode.Kind, _ nodes: YNode?...) throws(KustomizeProblem) {
    for node in nodes {
      guard let node, !node.isTaggedNull, node.kind != kind else { continue }
      throw KustomizeProblem(
        .patch,
        "a patch has \(YNode.kindName(node.kind)) where the object has \(YNode.kindName(kind)), or the other way round",
        at: nodes.last.flatMap { $0 }?.span ?? node.span)
    }
  }

  private func setStyle(_ dest: YNode?, _ origin: YNode?) {
    guard let dest, let origin, dest.kind != .scalar, dest.content.isEmpty else { return }
    dest.style = origin.style
  }

  private func walkMap(_ dest: YNode?, _ origin: YNode?, _ place: MergeSchema.Place?) throws(KustomizeProblem) -> Result
  {
    let visited = try visitMap(dest, origin)
    guard let dest = visited.node else { return visited }
    var names = dest.isTaggedNull ? [] : dest.fieldNames
    if let origin, origin.kind == .mapping { names += origin.fieldNames }
    for name in Self.sortedOnce(names) {
      let mine = dest.field(name)
      let theirs = origin?.field(name)
      let value = try walk(mine, theirs, place.flatMap { schema.field(name, of: $0) })
      let key = value.node !== mine || mine == nil ? origin?.key(name) : dest.key(name)
      try dest.set(
        name, value.node, keepingNull: value.isKept, keyStyle: key?.style ?? [], keySpan: key?.span)
    }
    return visited
  }

  private static func sortedOnce(_ names: [String]) -> [String] {
    var result: [String] = []
    if names.count <= 16 {
      result.reserveCapacity(names.count)
      for name in names where !result.contains(name) { result.append(name) }
    } else {
      result = Array(Set(names))
    }
    result.sort(by: byteOrder)
    return result
  }

  private func visitMap(_ dest: YNode?, _ origin: YNode?) throws(KustomizeProblem) -> Result {
    setStyle(dest, origin)
    guard let dest, !dest.isTaggedNull else {
      if let origin, origin.kind == .mapping || origin.kind == .sequence, let found = try? directive(of: origin),
        found == .delete
      {
        return Result(node: nil)
      }
      if origin == nil, let dest, !dest.value.isEmpty {
        return Result(
          node: YNode(kind: .scalar, tag: YNode.Tag.null, value: dest.value, span: dest.span), isKept: true)
      }
      return Result(node: origin)
    }
    guard let origin else { return Result(node: dest) }
    if origin.isTaggedNull { return Result(node: nil) }
    switch try directive(of: origin) {
    case .delete: return Result(node: nil)
    case .replace: return Result(node: origin)
    case .merge: return Result(node: dest)
    }
  }

  // MARK: Directives

  private enum Directive: String { case delete, replace, merge }

  /// Reads `$patch` and takes it away.
  private func directive(of patch: YNode) throws(KustomizeProblem) -> Directive {
    let key = "$patch"
    switch patch.kind {
    case .mapping:
      guard let node = try patch.get(key) else { return .merge }
      guard let found = Directive(rawValue: node.value) else {
        throw KustomizeProblem(.patch, "unknown patch directive '\(node.value)'", at: node.span)
      }
      try patch.clear(key)
      return found
    case .sequence:
      guard let item = patch.content.first(where: { $0.kind == .mapping && $0.field(key) != nil }),
        item.content.count <= 2, let node = item.field(key)
      else { return .merge }
      guard let found = Directive(rawValue: node.value) else {
        throw KustomizeProblem(.patch, "unknown patch directive '\(node.value)'", at: node.span)
      }
      try patch.setElement(nil, keys: [key], values: [found.rawValue])
      return found
    default:
      throw KustomizeProblem(
        .patch, "a patch has \(YNode.kindName(patch.kind)) where the object has a mapping", at: patch.span)
    }
  }

  // MARK: Lists merged by key

  private func walkMergedList(
    _ dest: YNode?, _ origin: YNode?, _ place: MergeSchema.Place?, _ keys: [String]
  ) throws(KustomizeProblem) -> YNode? {
    setStyle(dest, origin)
    var result: YNode
    if let dest, !dest.isTaggedNull {
      result = dest
      if let origin {
        if origin.isTaggedNull { return nil }
        switch try directive(of: origin) {
        case .delete: return nil
        case .replace: result = origin
        case .merge: break
        }
      }
    } else {
      guard let origin else { return nil }
      result = origin
    }
    // Patch first: its items keep their order at the front.
    let sources = [origin, result]
    let elements = MergedElements(sources: sources)
    if keys.isEmpty {
      return try mergeElements(elements.primitiveValues, [""], result, origin, place)
    }
    return try mergeElements(elements.values(keys), keys, result, origin, place)
  }

  private func mergeElements(
    _ list: [[String]], _ keys: [String], _ dest: YNode, _ origin: YNode?, _ place: MergeSchema.Place?
  ) throws(KustomizeProblem) -> YNode? {
    let items = place.flatMap { schema.items(of: $0) }
    let added = YNode(kind: .sequence, span: dest.span)
    let list = keys.count > 1 ? MergedElements.unified(list) : list
    var validKeys: [String] = []
    for values in list where !values.isEmpty {
      let valid = MergedElements.valid(list, values, keys)
      validKeys = valid.keys
      let own = MergedElements.valid([valid.values], valid.values, valid.keys)
      let value = try walk(
        dest.element(own.keys, own.values), origin?.element(own.keys, own.values), items
      ).node
      guard let value, !value.isTaggedNull, !(value.kind == .mapping && value.content.isEmpty) else {
        if !validKeys.isEmpty { try dest.setElement(nil, keys: validKeys, values: valid.values) }
        continue
      }
      for (index, key) in validKeys.enumerated() {
        guard value.field(key) == nil, index < valid.values.count, !valid.values[index].isEmpty else { continue }
        let scalar = YNode.scalar(valid.values[index], at: value.span)
        if key.isEmpty { try value.setScalar(scalar) } else { try value.set(key, scalar) }
      }
      try added.setElement(value, keys: validKeys, values: valid.values)
    }
    guard !list.isEmpty else { return dest.isTaggedNull ? nil : dest }
    return try append(dest, to: added, keys: validKeys)
  }

  private func append(_ source: YNode, to list: YNode, keys: [String]) throws(KustomizeProblem) -> YNode {
    for element in source.content {
      if keys.first?.isEmpty ?? true {
        try list.setElement(element, keys: [""], values: [element.value])
        continue
      }
      var values: [String] = []
      for key in keys {
        if let value = try element.get(key) { values.append(value.value) } else { list.content.append(element) }
      }
      if keys.count > 1 { try list.setElement(nil, keys: keys, values: values) }
      try list.setElement(element, keys: keys, values: values)
    }
    return list
  }
}

extension YNode {
  /// The key node of a field.
  func key(_ name: String) -> YNode? {
    guard kind == .mapping else { return nil }
    for index in stride(from: 0, to: content.count - 1, by: 2) where content[index].value == name {
      return content[index]
    }
    return nil
  }

  /// `ElementMatcher`: the first item whose fields have these values; with the key "" the first item of that text.
  func element(_ keys: [String], _ values: [String]) -> YNode? {
    guard kind == .sequence else { return nil }
    if keys.first?.isEmpty ?? true { return content.first { $0.value == (values.first ?? "") } }
    guard keys.count == values.count else { return nil }
    return content.first { item in
      guard item.kind == .mapping else { return false }
      return zip(keys, values).allSatisfy { key, value in item.field(key)?.value == value }
    }
  }

  /// `ElementSetter`: replaces the items that match, adds the element when none does, removes them for `nil`. Null and
  /// empty items vanish on the way.
  func setElement(_ element: YNode?, keys: [String], values: [String]) throws(KustomizeProblem) {
    let keys = keys.isEmpty ? [""] : keys
    try require(.sequence)
    let setsMappings = !(keys[0].isEmpty) && !(values.first ?? "").isEmpty
    var result: [YNode] = []
    var isFound = false
    for item in content {
      if item.isTaggedNull || (item.kind == .mapping && item.content.isEmpty) { continue }
      if item.kind != .mapping, setsMappings {
        result.append(item)
        continue
      }
      var last: YNode?
      var matches = true
      for (index, key) in keys.enumerated() {
        if index < values.count { last = try item.match(key, values[index]) }
        if last == nil {
          matches = false
          break
        }
      }
      if !matches {
        if !values.isEmpty { result.append(item) }
        continue
      }
      isFound = true
      if let element { result.append(element) }
    }
    content = result
    guard let element, !element.isTaggedNull else { return }
    if !isFound { content.append(element) }
  }

  /// `FieldMatcher` with a text: an empty text matches any value of the field.
  private func match(_ name: String, _ text: String) throws(KustomizeProblem) -> YNode? {
    if name.isEmpty {
      try require(.scalar)
      return value == text ? self : nil
    }
    guard let field = try get(name) else { return nil }
    return text.isEmpty || field.value == text ? field : nil
  }
}

/// The keys by which items of two lists are paired (kyaml/yaml/walk/associative_sequence.go).
private struct MergedElements {
  let sources: [YNode?]

  func values(_ keys: [String]) -> [[String]] {
    var result: [[String]] = []
    var seen: Set<[String]> = []
    for source in sources {
      guard let source, source.kind == .sequence else { continue }
      for item in source.content {
        let values = keys.map { key -> String in
          guard let field = item.field(key), !field.isEmpty else { return "" }
          return field.value
        }
        if seen.insert(values).inserted { result.append(values) }
      }
    }
    return result
  }

  var primitiveValues: [[String]] {
    var result: [[String]] = []
    var seen: Set<String> = []
    for source in sources {
      for item in source?.content ?? [] where seen.insert(item.value).inserted { result.append([item.value]) }
    }
    return result
  }

  static func valid(
    _ list: [[String]], _ values: [String], _ keys: [String]
  ) -> (keys: [String], values: [String]) {
    var used: Set<String> = []
    for entry in list {
      for (index, value) in entry.enumerated() where !value.isEmpty && index < keys.count { used.insert(keys[index]) }
    }
    if used.isEmpty { return (keys, values) }
    let validValues = values.enumerated().filter { index, value in
      !value.isEmpty || (index < keys.count && used.contains(keys[index]))
    }
    return (keys.filter(used.contains), validValues.map(\.element))
  }

  /// Items that agree in one key and do not disagree in another are the same.
  static func unified(_ list: [[String]]) -> [[String]] {
    var list = list
    for first in list.indices {
      // kustomize compares with the entry as it was when the outer round began.
      let original = list[first]
      for second in list.indices {
        if let values = match(original, list[second]) {
          list[first] = values
          list[second] = values
        }
      }
    }
    return list
  }

  private static func match(_ left: [String], _ right: [String]) -> [String]? {
    guard left.count == right.count else { return nil }
    var isCommon = false
    var result: [String] = []
    for (one, other) in zip(left, right) {
      if one == other {
        isCommon = true
        result.append(one)
      } else if !one.isEmpty, !other.isEmpty {
        return nil
      } else {
        result.append(one.isEmpty ? other : one)
      }
    }
    return isCommon ? result : nil
  }
}

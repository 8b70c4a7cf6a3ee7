import YAMLSyntax

/// The data of a value as bytes: equal for equal data, whatever order canonical order may change.
struct Fingerprint {
  private(set) var bytes: [UInt8] = []

  init() {}

  init(_ node: Node, _ shape: CanonicalShape) {
    add(node, shape)
  }

  mutating func add(_ node: Node, _ shape: CanonicalShape) {
    // What an alias stands for is compared exactly: elsewhere its order may matter.
    let shape = node.isAlias ? .asWritten : shape
    add(node.isUnknown ? "?" : "")
    add(node.isAlias ? "" : node.anchor ?? "")
    add(node.tag ?? "")
    switch node.content {
    case .scalar(let scalar):
      add(node.string == nil ? "other" : "string")
      add(scalar.text)
    case .sequence(let items): add(items, shape)
    case .mapping(let entries): add(entries, shape)
    }
  }

  private mutating func add(_ text: String) {
    bytes += "\(text.utf8.count):".utf8
    bytes += text.utf8
  }

  private func of(_ node: Node, _ shape: CanonicalShape) -> [UInt8] { Fingerprint(node, shape).bytes }

  private mutating func add(_ items: [Node], _ shape: CanonicalShape) {
    add("[")
    switch shape {
    case .registries:
      // A set: neither order nor repetition matters.
      for print in Set(items.map { of($0, .asWritten) }).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        bytes += print
      }
    case .entries(let field, let item):
      // A set by source: the order between entries of one source does matter, what one repeats does not.
      var groups: [String: [[UInt8]]] = [:]
      var seen: Set<[UInt8]> = []
      for node in items {
        let print = of(node, item)
        if seen.insert(print).inserted { groups[node[field]?.string ?? "", default: []].append(print) }
      }
      for (source, prints) in groups.sorted(by: { $0.key < $1.key }) {
        add(source)
        for print in prints { bytes += print }
      }
    default:
      for node in items { add(node, .asWritten) }
    }
    add("]")
  }

  private mutating func add(_ entries: [Node.Entry], _ shape: CanonicalShape) {
    add("{")
    var parts: [String: CanonicalShape] = [:]
    var isOrdered = true
    switch shape {
    case .keys(_, let known, _): (parts, isOrdered) = (known, false)
    case .certificates: isOrdered = false
    default: break
    }
    if isOrdered {
      for entry in entries {
        add(entry.key, .asWritten)
        add(entry.value, .asWritten)
      }
      add("}")
      return
    }
    let prints = entries.map { entry in
      (of(entry.key, .asWritten), of(entry.value, entry.key.keyText.flatMap { parts[$0] } ?? .asWritten))
    }
    // Stable: of keys that repeat the last wins.
    let order = prints.indices.sorted {
      prints[$0].0 == prints[$1].0 ? $0 < $1 : prints[$0].0.lexicographicallyPrecedes(prints[$1].0)
    }
    for index in order {
      bytes += prints[index].0
      bytes += prints[index].1
    }
    add("}")
  }
}

import SourceText
import YAMLSyntax

/// What Advanced Cluster Management makes of an object that a cluster has and a policy gives with `musthave`: it adds
/// and replaces, and takes nothing away.
/// Source: open-cluster-management-io/config-policy-controller, controllers/configurationpolicy_controller.go
/// (mergeSpecsHelper, mergeArrays) and configurationpolicy_utils.go (deeplyEquivalent).
public enum MustHave {
  /// An object as a cluster has it then.
  /// - Parameters:
  ///   - desired: As the policy gives it.
  ///   - existing: As the cluster has it.
  public static func object(_ desired: Node, over existing: Node) -> Node {
    guard desired.isMapping, existing.isMapping else { return desired }
    var result = merged(desired, over: existing)
    let head = ["apiVersion", "kind", "metadata"]
    result.content = .mapping(
      result.entries.map { entry in
        guard let key = entry.key.keyText, head.contains(key), let own = desired.entry(key) else { return entry }
        return own
      })
    return result
  }

  /// Whether two objects have the same content to the controller, which knows no order of lists.
  public static func isSame(_ one: Node, _ other: Node) -> Bool { isSame(one, other) { text($0) == text($1) } }

  /// Whether two objects have the same content.
  /// - Parameter isSame: What makes two parts of it the same.
  public static func isSame(_ one: Node, _ other: Node, where isSame: (Node, Node) -> Bool) -> Bool {
    ["spec", "data", "binaryData"].allSatisfy { key in
      switch (one[key], other[key]) {
      case (nil, nil): true
      case (let one?, let other?): isSame(one, other)
      default: false
      }
    }
  }

  private static func merged(_ desired: Node, over existing: Node) -> Node {
    var result = desired
    switch (desired.content, existing.content) {
    case (.mapping, .mapping):
      let (ours, theirs) = (desired.entries, existing.entries)
      let known = Dictionary(theirs.map { ($0.key.keyText, $0.value) }) { _, last in last }
      let keys = Set(ours.map(\.key.keyText))
      result.content = .mapping(
        ours.map { entry in
          known[entry.key.keyText].map { Node.Entry(key: entry.key, value: merged(entry.value, over: $0)) } ?? entry
        } + theirs.filter { !keys.contains($0.key.keyText) })
    case (.sequence(let ours), .sequence(let theirs)):
      result.content = .sequence(items(ours, over: theirs))
    case (.scalar, .mapping) where desired.resolved == .null: return existing
    default: return desired
    }
    result.isUnknown = desired.isUnknown || existing.isUnknown
    result.isIncomplete = desired.isIncomplete || existing.isIncomplete
    return result
  }

  /// Entries of the cluster stay beside the policy's, unless one of these adds nothing to them or has their name.
  private static func items(_ desired: [Node], over existing: [Node]) -> [Node] {
    var result = desired
    var isTaken = Array(repeating: false, count: desired.count)
    var places: [String: [Int]] = [:]
    for (index, item) in desired.enumerated() { places[handle(item), default: []].append(index) }
    var counts: [String: Int] = [:]
    for item in existing { counts[text(item), default: 0] += 1 }
    for item in existing {
      let own = text(item)
      // Equal ones are looked at once.
      guard let count = counts.removeValue(forKey: own) else { continue }
      let name = handle(item)
      var left = count
      let candidates = (places[name] ?? []) + (name.isEmpty ? [] : places[""] ?? [])
      for index in candidates.lazy.filter({ !isTaken[$0] }).prefix(mostCandidates) where left > 0 {
        let isPair = desired[index].isMapping && item.isMapping
        let merged = isPair ? merged(desired[index], over: item) : desired[index]
        let isNamed = isPair && desired[index].located("name").map { $0.value == item.located("name")?.value } ?? false
        guard isNamed || text(merged) == own else { continue }
        result[index] = merged
        isTaken[index] = true
        left -= 1
      }
      result += Array(repeating: item, count: left)
    }
    return result
  }

  /// With so many entries of a policy is one of the cluster compared: without names, all of them might be it.
  private static let mostCandidates = 64

  /// What an entry of a list must share with another one to be merged with it: those without match any.
  private static func handle(_ item: Node) -> String {
    switch item.content {
    case .scalar(let scalar): "=" + scalar.text
    case .sequence: ""
    case .mapping: item.located("source")?.value ?? item.located("name")?.value ?? ""
    }
  }

  /// The same for what the controller takes for the same.
  private static func text(_ node: Node) -> String {
    switch node.content {
    case .scalar(let scalar): "\(scalar.text.utf8.count):\(scalar.text)"
    case .sequence(let items): "[" + items.map(text).sorted().joined() + "]"
    case .mapping: "{" + node.entries.map { "\($0.key.keyText ?? "")=" + text($0.value) }.sorted().joined() + "}"
    }
  }
}

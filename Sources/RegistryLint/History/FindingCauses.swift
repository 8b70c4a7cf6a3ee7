import Diagnostics
import History
import RegistryConfig
import Rules
import SourceText
import YAMLSyntax

/// Why a finding is new in a file that did not change: the changes of its cluster that speak of it become related
/// places.
struct FindingCauses {
  private let changes: [ClusterChange]
  private let hasChanged: (SourceSpan) -> Bool
  private let occasion: String

  private static let mostCauses = 3

  /// - Parameter occasion: When it changed, for people: `in this commit`, `since main`.
  init(_ changes: [ClusterChange], _ old: JudgedState, _ new: JudgedState, occasion: String) {
    self.init(changes, occasion: occasion) { span in
      old.file(at: span.file.path).map { $0.file !== span.file && $0.file.bytes != span.file.bytes } ?? true
    }
  }

  /// - Parameter hasChanged: Whether the file of a place is another one than before.
  init(_ changes: [ClusterChange], occasion: String, hasChanged: @escaping (SourceSpan) -> Bool) {
    self.changes = changes
    self.occasion = occasion
    self.hasChanged = hasChanged
  }

  /// The finding with its causes, when they lie in other files than its own.
  func explained(_ finding: KeyedFinding) -> KeyedFinding {
    let diagnostic = finding.diagnostic
    guard !diagnostic.clusters.isEmpty, !hasChanged(diagnostic.span) else { return finding }
    let known = Set(diagnostic.related.map(\.span))
    let causes = labels(for: diagnostic).filter { !known.contains($0.span) }
    guard !causes.isEmpty else { return finding }
    var explained = diagnostic
    explained.related += causes
    return finding.with(explained)
  }

  private func labels(for diagnostic: Diagnostic) -> [Label] {
    var spoken: [Label] = []
    var others: [Label] = []
    for change in changes where diagnostic.clusters.contains(change.cluster) {
      let occasion = change.lastKnownIn.map { "since \($0.prefix(10))" } ?? occasion
      for resource in change.resources where resource.change != .renamed && Self.mayExplain(resource, diagnostic) {
        let entries = resource.fields.flatMap { field in
          (field.added + [field.after].compactMap { $0 }).map { (field.field, $0, true) }
            + (field.removed + [field.before].compactMap { $0 }).map { (field.field, $0, false) }
        }
        let said = entries.first { !$0.1.isEmpty && diagnostic.mentions($0.1) }
        if let (field, entry, isAdded) = said {
          let span = isAdded ? resource.place(of: entry) : nil
          spoken.append(
            Label(
              "\(occasion): '\(SecretText.redacting(entry))' \(isAdded ? "added to" : "removed from") \(field)",
              at: span ?? resource.heading))
        } else if let name = resource.resource.name?.value, diagnostic.mentions(name) {
          spoken.append(label(resource, occasion))
        } else {
          others.append(label(resource, occasion))
        }
      }
    }
    return Array((spoken.isEmpty ? others : spoken).prefix(Self.mostCauses))
  }

  /// Two objects of one name have nothing to do with objects of other names and kinds, whatever those say.
  private static func mayExplain(_ change: ResourceChange, _ diagnostic: Diagnostic) -> Bool {
    guard diagnostic.rule == DuplicateObjectName.documentation.id, let object = diagnostic.resource else { return true }
    return change.resource.kindName.value == object.kind && change.resource.name?.value == object.name
  }

  private func label(_ change: ResourceChange, _ occasion: String) -> Label {
    let name = [change.resource.namespace?.value, change.resource.name?.value].compactMap { $0 }.joined(separator: "/")
    return Label("\(occasion): \(change.resource.kindName.value) \(name) \(change.change.rawValue)", at: change.heading)
  }
}

extension Diagnostic {
  /// Whether the message or the value speaks of a text.
  fileprivate func mentions(_ text: String) -> Bool { message.holds(text) || span.text.holds(text) }
}

extension ResourceChange {
  /// The name of the resource, else its kind.
  fileprivate var heading: SourceSpan { resource.name?.span ?? resource.kindName.span }

  /// Where a value is written.
  fileprivate func place(of value: String) -> SourceSpan? {
    func find(_ node: Node) -> SourceSpan? {
      switch node.content {
      case .scalar(let scalar): return scalar.text == value ? node.span : nil
      case .sequence(let items): return items.lazy.compactMap(find).first
      case .mapping: return node.entries.lazy.compactMap { find($0.value) }.first
      }
    }
    return find(resource.root)
  }
}

extension String {
  /// Whether a name or a registry stands in the text, and is no part of a longer word.
  fileprivate func holds(_ word: String) -> Bool {
    func isOfAWord(_ byte: UInt8?) -> Bool {
      switch byte ?? 0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
      default: false
      }
    }
    return ranges(of: word).contains { range in
      let before = utf8[..<range.lowerBound].last
      // A point is a part of a host's name, and ends a sentence.
      let after = utf8[range.upperBound...].prefix(2)
      let goesOn = isOfAWord(after.first) || (after.first == UInt8(ascii: ".") && isOfAWord(after.dropFirst().first))
      return !isOfAWord(before) && before != UInt8(ascii: ".") && !goesOn
    }
  }
}

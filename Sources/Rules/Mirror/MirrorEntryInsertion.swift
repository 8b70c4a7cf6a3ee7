import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// New entries of mirror sets, written as the entries beside them are.
enum MirrorEntryInsertion {
  /// An entry behind another one of the same set.
  /// - Returns: `nil` where the style cannot be continued: flow style, aliases.
  static func edit(
    source: String, mirrors: [String], policy: MirrorSet.SourcePolicy?, behind item: ClusterMirrors
  ) -> Fix.FileEdit? {
    guard let node = item.set.node(item.entry), node.collectionStyle == .block, !mirrors.isEmpty,
      let edit = ItemInsertion.edit(
        behind: node, lines: lines(source: source, mirrors: mirrors, policy: policy, as: node, of: item.set))
    else { return nil }
    return Fix.FileEdit(file: node.span.file, edit: edit)
  }

  /// A fix that gives a nested scope a source of its own, mirrored as the wider one is.
  static func fixes(for scope: String, as item: ClusterMirrors) -> [Fix] {
    fixes(for: scope, mirrors: item.mirrors(for: scope), as: item, "Give it a source with the same mirrors")
  }

  /// A fix that adds a source behind another one, with its policy.
  static func fixes(for source: String, mirrors: [String], as item: ClusterMirrors, _ description: String) -> [Fix] {
    let policy =
      item.entry.policy != nil && item.set.hasKnownPolicy(item.entry) ? item.set.effectivePolicy(item.entry) : nil
    return edit(source: source, mirrors: mirrors, policy: policy, behind: item).map {
      [Fix(description, safety: .unsafe, edits: [$0])]
    } ?? []
  }

  /// The same source for pulls of the other form: into the set that has the neighbour, else as a set of its own behind
  /// the document of this one.
  static func otherForm(
    of item: ClusterMirrors, source: String, mirrors: [String], neighbour: ClusterMirrors?, in cluster: LintedCluster
  ) -> Fix.FileEdit? {
    // Two policies for one source freeze the operator.
    let policy =
      item.set.hasKnownPolicy(item.entry) && item.entry.policy != nil ? item.set.effectivePolicy(item.entry) : nil
    if let neighbour { return edit(source: source, mirrors: mirrors, policy: policy, behind: neighbour) }
    guard cluster.settings.release >= Release(4, 13), !mirrors.isEmpty, let name = item.set.resource.name?.value,
      item.set.resource.carrier == .document, item.set.resource.root.collectionStyle == .block
    else { return nil }
    let form = item.set.pullForm.other
    let kind: ResourceKind = form == .tag ? .imageTagMirrorSet : .imageDigestMirrorSet
    let newName = "\(name)-\(form == .tag ? "tags" : "digests")"
    guard !cluster.mirrorSets.contains(where: { $0.resource.kind == kind && $0.resource.name?.value == newName }),
      ObjectName.isSubdomain(newName)
    else { return nil }
    var lines = [
      "apiVersion: config.openshift.io/v1", "kind: \(kind.rawValue)", "metadata:", "  name: \(newName)", "spec:",
      "  \(MirrorSet.listName(of: kind)):",
    ]
    lines.append("  - source: \(ScalarReplacement.scalar(source))")
    lines.append("    mirrors:")
    lines += mirrors.map { "    - \(ScalarReplacement.scalar($0))" }
    if let policy { lines.append("    mirrorSourcePolicy: \(policy.rawValue)") }
    return NewDocument.edit(lines, behind: item.set.resource.document)
  }

  private static func lines(
    source: String, mirrors: [String], policy: MirrorSet.SourcePolicy?, as node: Node, of set: MirrorSet
  ) -> [String] {
    let list = node["mirrors"]
    var text = ["source: \(ScalarReplacement.scalar(source))"]
    if list?.collectionStyle == .flow {
      text.append("mirrors: [\(mirrors.map(ScalarReplacement.scalar).joined(separator: ", "))]")
    } else {
      text.append("mirrors:")
      let indentation = String(repeating: " ", count: indentation(of: node))
      text += mirrors.map { "\(indentation)- \(ScalarReplacement.scalar($0))" }
    }
    if let policy, set.hasPolicies { text.append("mirrorSourcePolicy: \(policy.rawValue)") }
    return text
  }

  /// How far the dashes of `mirrors` stand behind its key.
  private static func indentation(of node: Node) -> Int {
    guard let entry = node.entry("mirrors"), let first = entry.value.items.first,
      let style = ItemInsertion.style(of: first)
    else { return 0 }
    let file = entry.key.span.file
    let line = file.lineRange(file.lines.lineIndex(of: entry.key.span.range.lowerBound))
    let dash = style.first.utf8.prefix { $0 != UInt8(ascii: "-") }.count
    return max(0, dash - (entry.key.span.range.lowerBound - line.lowerBound))
  }
}

extension ClusterMirrors {
  /// The mirrors that serve a nested scope the way these serve the source: what the scope says beyond the source stands
  /// behind each mirror. Empty where that cannot be written.
  func mirrors(for scope: String) -> [String] {
    guard entry.isComplete else { return [] }
    let rest: Substring
    if RegistryScope.isWildcard(source.value) {
      rest = scope.drop { $0 != "/" }
    } else {
      guard scope.hasPrefix(source.value) else { return [] }
      rest = scope.dropFirst(source.value.count)
      // A port is no part of the path.
      if rest.first == ":" { return [] }
    }
    let mirrors = entry.mirrors.map { $0.value + rest }
    return mirrors.allSatisfy(RegistryScope.isMirror) ? mirrors : []
  }
}

/// A document behind another one of a file.
enum NewDocument {
  static func edit(_ lines: [String], behind document: Document) -> Fix.FileEdit? {
    let file = document.file
    guard let root = document.root, root.span.file === file else { return nil }
    let end = document.range.upperBound
    let bytes = file.bytes[document.range]
    // `...` ends a document; what stands behind it is none of its business.
    guard end == file.bytes.count || file.bytes[end...].starts(with: "---".utf8) else { return nil }
    var start = true
    for index in bytes.indices {
      if start, bytes[index...].starts(with: "...".utf8) { return nil }
      start = bytes[index] == UInt8(ascii: "\n")
    }
    let lineEnd = String(decoding: LineIndentation.lineEnd(at: root.span, in: file), as: UTF8.self)
    let isClosed = bytes.last == UInt8(ascii: "\n")
    let text = (["---"] + lines).joined(separator: lineEnd)
    return Fix.FileEdit(
      file: file,
      edit: .insert(isClosed ? text + lineEnd : lineEnd + text + (end == file.bytes.count ? "" : lineEnd), at: end))
  }

  /// Takes a whole document out of a file that has others, comments before its first key included.
  static func removal(of resource: Resource) -> Fix.FileEdit? {
    let document = resource.document
    let file = document.file
    guard resource.carrier == .document, resource.file === file, !file.bytes[document.range].contains(UInt8(ascii: "&"))
    else { return nil }
    if document.range.lowerBound > 0 {
      return Fix.FileEdit(file: file, edit: .delete(document.range))
    }
    // The first document: what follows begins with its own `---`.
    guard document.range.upperBound < file.bytes.count else { return nil }
    return Fix.FileEdit(file: file, edit: .delete(file.byteOrderMarkLength..<document.range.upperBound))
  }
}

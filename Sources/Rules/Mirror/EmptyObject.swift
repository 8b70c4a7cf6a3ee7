import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A mirror object without entries.
public struct EmptyObject: Rule {
  public static let documentation = RuleDocumentation(
    id: "empty-object", code: "HYG502", category: .hygiene, severity: .note, effect: .none, fixing: .both,
    summary: "A mirror object has no entries.",
    why: """
      No node gets a mirror from it. As the first mirror object of a cluster it still makes the Machine Config \
      Operator write registries.conf, and nodes reload CRI-O for a file that says the same.
      """,
    instead: """
      Remove the object, or give it entries. `--fix` removes one that stands beside other objects in its file and of \
      which no comment and no template speaks; one that a patch of an overlay may wait for, or that is alone in its \
      file, which a kustomization may name, is left to `--unsafe-fixes` and to you.
      """,
    sources: ["machine-config-operator pkg/controller/container-runtime-config (registriesConfigIgnition)"])

  public static let examples: [RuleExample] = [
    .bad(
      "an empty list",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: later
      spec:
        imageDigestMirrors: ⟦[]⟧
      """, message: "has no entries"),
    .bad(
      "an empty spec",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: later
      spec: ⟦{}⟧
      """),
    .bad(
      "beside another object",
      """
      # Nothing yet
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: later
      spec: ⟦{}⟧
      ---
      apiVersion: v1
      kind: Namespace
      metadata:
        name: team
      """,
      fixed: """
        ---
        apiVersion: v1
        kind: Namespace
        metadata:
          name: team
        """, testOnly: true),
    .bad(
      "beside another object, without a comment",
      """
      apiVersion: v1
      kind: Namespace
      metadata:
        name: team
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: later
      spec:
        imageTagMirrors: ⟦[]⟧
      """,
      fixed: """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: team

        """),
    .bad(
      "an item of a list",
      """
      apiVersion: v1
      kind: List
      items:
      - apiVersion: config.openshift.io/v1
        kind: ImageTagMirrorSet
        metadata:
          name: later
        spec: ⟦{}⟧
      - apiVersion: v1
        kind: Namespace
        metadata:
          name: team
      """,
      fixed: """
        apiVersion: v1
        kind: List
        items:
        - apiVersion: v1
          kind: Namespace
          metadata:
            name: team
        """, testOnly: true),
    .good(
      "a base that is completed by a patch",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: disconnected
      spec:
        imageDigestMirrors: []
        # - $mirrors
      """),
    .good(
      "a base without a spec",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: disconnected
      spec:
      # imageDigestMirrors:
      """),
    .good(
      "a list under the wrong key has entries",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: disconnected
      spec:
        repositoryDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team]
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let set = resource.mirrorSet, set.isRead, set.isComplete, !resource.resource.isPatch,
      let spec = resource.resource.spec, spec.isMapping, !spec.isUnknown
    else { return }
    let empty: Node
    if let list = spec[set.listName] {
      guard list.isSequence, list.items.isEmpty else { return }
      empty = list
    } else {
      // A list under another key is a finding about that key.
      guard spec.entries.isEmpty else { return }
      empty = spec
    }
    if hasCommentBehind(empty, resource.resource.document) { return }
    findings.report(
      "\(set.title) has no entries", at: empty.span,
      field: spec.entries.isEmpty ? "spec" : "spec.\(set.listName)",
      help: "nodes get no mirror from it; remove the object, or give it entries",
      fixes: Self.removal(of: resource.resource))
  }

  /// Safe where the file keeps other objects and no comment or template speaks of this one: a kustomization that names
  /// the file still finds objects in it.
  private static func removal(of resource: Resource) -> [Fix] {
    let edit: Fix.FileEdit?
    var isSafe = true
    if case .list(let index) = resource.carrier {
      guard let items = resource.document.root?["items"]?.items, items.count > 1, items.indices.contains(index),
        items[index].span.range == resource.root.span.range, items[index].span.file === resource.root.span.file
      else { return [] }
      edit = ItemRemoval.edit(of: items[index], previous: index > 0 ? items[index - 1] : nil)
    } else {
      edit = NewDocument.removal(of: resource)
      isSafe = hasOtherObjects(resource.document)
    }
    guard let edit else { return [] }
    isSafe = isSafe && !speaks(edit.file.bytes[edit.edit.range])
    return [Fix("Remove the object", safety: isSafe ? .safe : .unsafe, edits: [edit])]
  }

  /// A comment or a template in the text that goes.
  private static func speaks(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.contains(UInt8(ascii: "#")) || bytes.contains(UInt8(ascii: "$"))
      || zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: "{") && ($1 == $0 || $1 == UInt8(ascii: "%")) }
  }

  /// Whether anything but separators, blank lines and comments stands outside of a document.
  private static func hasOtherObjects(_ document: Document) -> Bool {
    let bytes = document.file.bytes
    return [
      document.file.byteOrderMarkLength..<max(document.file.byteOrderMarkLength, document.range.lowerBound),
      document.range.upperBound..<bytes.count,
    ].contains { range in
      bytes[range].split(separator: UInt8(ascii: "\n")).contains { line in
        let text = line.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        guard let first = text.first else { return false }
        return first != UInt8(ascii: "#") && first != UInt8(ascii: "%") && !text.starts(with: "---".utf8)
          && !text.starts(with: "...".utf8)
      }
    }
  }

  /// Entries that are commented out, or a word about who supplies them.
  private func hasCommentBehind(_ node: Node, _ document: Document) -> Bool {
    let file = node.span.file
    guard file === document.file else { return false }
    let end = min(document.range.upperBound, file.bytes.count)
    return file.bytes[min(node.span.range.upperBound, end)..<end].contains(UInt8(ascii: "#"))
  }
}

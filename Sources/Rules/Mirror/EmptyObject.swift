import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A mirror object without entries.
public struct EmptyObject: Rule {
  public static let documentation = RuleDocumentation(
    id: "empty-object", code: "HYG502", category: .hygiene, severity: .note, effect: .none, fixing: .unsafe,
    summary: "A mirror object has no entries.",
    why: """
      No node gets a mirror from it. As the first mirror object of a cluster it still makes the Machine Config \
      Operator write registries.conf, and nodes reload CRI-O for a file that says the same.
      """,
    instead: "Remove the object, or give it entries.",
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
      // Not safe: a patch or a person may be waiting for the object.
      fixes: NewDocument.removal(of: resource.resource).map {
        [Fix("Remove the object", safety: .unsafe, edits: [$0])]
      } ?? [])
  }

  /// Entries that are commented out, or a word about who supplies them.
  private func hasCommentBehind(_ node: Node, _ document: Document) -> Bool {
    let file = node.span.file
    guard file === document.file else { return false }
    let end = min(document.range.upperBound, file.bytes.count)
    return file.bytes[min(node.span.range.upperBound, end)..<end].contains(UInt8(ascii: "#"))
  }
}

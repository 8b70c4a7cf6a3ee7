import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// Both lists of mirrors in one install-config.
public struct InstallConfigBothLists: Rule {
  public static let documentation = RuleDocumentation(
    id: "install-config-both-lists", code: "XRS420", category: .cross, severity: .error, effect: .refused,
    fixing: .unsafe,
    summary: "An install-config with both `imageContentSources` and `imageDigestSources`.",
    why: "The installer refuses it: \"cannot set imageContentSources and imageDigestSources at the same time\".",
    instead: "All entries under `imageDigestSources`; its entries have the same shape.",
    sources: ["openshift/installer pkg/types/validation/installconfig.go", "OCPBUGS-56451"])

  public static let examples: [RuleExample] = [
    .bad(
      "only one of them may be set",
      """
      apiVersion: v1
      baseDomain: example.com
      metadata:
        name: demo
      platform:
        none: {}
      imageContentSources:
      - mirrors: [mirror.lab.example.com:5000/ocp/release]
        source: quay.io/openshift-release-dev/ocp-release
      ⟦imageDigestSources⟧:
      - mirrors: [mirror.lab.example.com:5000/ocp/release]
        source: quay.io/openshift-release-dev/ocp-release
      """,
      fixed: """
        apiVersion: v1
        baseDomain: example.com
        metadata:
          name: demo
        platform:
          none: {}
        imageDigestSources:
        - mirrors: [mirror.lab.example.com:5000/ocp/release]
          source: quay.io/openshift-release-dev/ocp-release
        """, message: "both"),
    .bad(
      "entries that the new list has not",
      """
      apiVersion: v1
      baseDomain: example.com
      metadata:
        name: demo
      ⟦imageDigestSources⟧:
      - mirrors:
        - mirror.lab.example.com:5000/ocp/release
        source: quay.io/openshift-release-dev/ocp-release
      imageContentSources:
      - mirrors:
        - mirror.lab.example.com:5000/ocp/release
        source: quay.io/openshift-release-dev/ocp-release
      - mirrors:
        - mirror.lab.example.com:5000/ocp/content
        - backup.lab.example.com:5000/ocp/content
        source: quay.io/openshift-release-dev/ocp-v4.0-art-dev
      platform:
        none: {}
      """,
      fixed: """
        apiVersion: v1
        baseDomain: example.com
        metadata:
          name: demo
        imageDigestSources:
        - mirrors:
          - mirror.lab.example.com:5000/ocp/release
          source: quay.io/openshift-release-dev/ocp-release
        - mirrors:
          - mirror.lab.example.com:5000/ocp/content
          - backup.lab.example.com:5000/ocp/content
          source: quay.io/openshift-release-dev/ocp-v4.0-art-dev
        platform:
          none: {}
        """, testOnly: true),
    .bad(
      "in the overrides of a ClusterInstance",
      #"""
      apiVersion: siteconfig.open-cluster-management.io/v1alpha1
      kind: ClusterInstance
      metadata:
        name: edge
      spec:
        installConfigOverrides: |
          {"imageContentSources": [{"source": "quay.io", "mirrors": ["mirror.lab.example.com/quay"]}],
           ⟦"imageDigestSources"⟧: [{"source": "quay.io", "mirrors": ["mirror.lab.example.com/quay"]}]}
      """#),
    .good(
      "an empty list is none",
      """
      apiVersion: v1
      baseDomain: example.com
      metadata:
        name: demo
      platform:
        none: {}
      imageContentSources: []
      imageDigestSources:
      - mirrors: [mirror.lab.example.com:5000/ocp/release]
        source: quay.io/openshift-release-dev/ocp-release
      """),
  ]

  public init() {}

  public func check(_ file: LintedFile, _ findings: inout Findings) {
    for object in file.carriers where object.isInstallConfig {
      guard let old = object.root.entry("imageContentSources"), let new = object.root.entry("imageDigestSources"),
        !old.value.items.isEmpty, !new.value.items.isEmpty
      else { continue }
      findings.report(
        "\(object.kindName) has both 'imageContentSources' and 'imageDigestSources'", at: new.key.span,
        field: "imageDigestSources", reference: ResourceReference(object),
        related: [Label("the other list", at: old.key.span)],
        help:
          "the installer refuses it: cannot set imageContentSources and imageDigestSources at the same time; move all "
          + "entries to imageDigestSources",
        fixes: object.isEditable ? Self.merge(old, into: new) : [])
    }
  }

  /// Moves the entries that the new list has not behind its last one, as they are written, and removes the old list.
  /// Nothing where a comment, an anchor or the flow style keeps them where they are.
  private static func merge(_ old: Node.Entry, into new: Node.Entry) -> [Fix] {
    let file = old.key.span.file
    guard new.key.span.file === file, let last = new.value.items.last, !old.value.isUnknown, !old.value.isIncomplete,
      !new.value.isUnknown, !new.value.isIncomplete
    else { return [] }
    let known = Set(new.value.items.compactMap(Mirrored.init))
    var edits = EntryRemoval.fix("", [old]).first { $0.safety == .safe }?.edits.map(\.edit) ?? []
    guard !edits.isEmpty else { return [] }
    var inserted: [UInt8] = []
    var place: Int?
    for item in old.value.items {
      guard let mirrored = Mirrored(item) else { return [] }
      if known.contains(mirrored) { continue }
      guard let style = ItemInsertion.style(of: item), let target = ItemInsertion.style(of: last),
        style.first == target.first, let edit = ItemInsertion.edit(behind: last, lines: [""])
      else { return [] }
      let end = file.lineRange(file.lines.lineIndex(of: item.span.range.upperBound - 1)).upperBound
      inserted += Array(target.lineEnd.utf8) + Array(style.first.utf8) + file.bytes[item.span.range.lowerBound..<end]
      place = edit.range.lowerBound
    }
    if let place {
      // At the end of a file without a final line end the removal takes the line end that the insertion stands at.
      guard !edits.contains(where: { $0.range.lowerBound <= place && place <= $0.range.upperBound }) else { return [] }
      edits.append(TextEdit(range: place..<place, replacement: inserted))
    }
    return [Fix("Move all entries to imageDigestSources", safety: .unsafe, in: file, edits)]
  }

  /// What an entry says.
  private struct Mirrored: Hashable {
    let source: String
    let mirrors: [String]

    /// `nil` for an entry that is not of this shape, or that is not fully known.
    init?(_ node: Node) {
      guard !node.isUnknown, !node.isIncomplete, !node.isAlias, let source = node["source"], !source.isUnknown,
        let text = source.string
      else { return nil }
      let mirrors = node["mirrors"]?.items ?? []
      guard mirrors.allSatisfy({ !$0.isUnknown && $0.string != nil }), node["mirrors"]?.isIncomplete != true else {
        return nil
      }
      self.source = text
      self.mirrors = mirrors.compactMap(\.string)
    }
  }
}

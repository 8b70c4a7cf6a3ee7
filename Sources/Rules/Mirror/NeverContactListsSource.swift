import Diagnostics
import RegistryConfig

/// The source among the mirrors of an entry that forbids the source.
public struct NeverContactListsSource: Rule {
  public static let documentation = RuleDocumentation(
    id: "never-contact-lists-source", code: "MIR205", category: .mirror, severity: .error, effect: .frozen,
    fixing: .unsafe,
    summary: "An entry with `mirrorSourcePolicy: NeverContactSource` lists its own source as a mirror.",
    why: """
      The API server takes the object, and the Machine Config Operator refuses it: "cannot set mirrorSourcePolicy: \
      NeverContactSource if the source … is one of the mirrors". It then renders nothing for any pool, so every later \
      change of registry configuration waits as well.
      """,
    instead: "Take the source out of the mirrors, or drop the policy.",
    sources: [
      "machine-config-operator pkg/controller/container-runtime-config/helpers.go (validateRegistriesConfScopes)"
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "forbidden and listed",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: team
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors:
          - mirror.lab.example.com/team
          - ⟦quay.io/team⟧
          mirrorSourcePolicy: NeverContactSource
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: team
        spec:
          imageDigestMirrors:
          - source: quay.io/team
            mirrors:
            - mirror.lab.example.com/team
            mirrorSourcePolicy: NeverContactSource
        """, message: "mirror 'quay.io/team' is the source"),
    .good(
      "the source may be a mirror when it may be contacted",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: team
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team, quay.io/team, far.example.com/team]
        - source: quay.io/other
          mirrors: [mirror.lab.example.com/other]
          mirrorSourcePolicy: NeverContactSource
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard resource.settings.release >= Release(4, 13), let set = resource.mirrorSet, set.hasPolicies else { return }
    for entry in set.entries where set.neverContactsSource(entry) {
      guard let source = entry.validSource, let policy = entry.policy,
        let place = entry.mirrors.firstIndex(where: { $0.value == source.value })
      else { continue }
      var fixes: [Fix] = []
      if entry.mirrors.count > 1, let nodes = set.mirrorNodes(entry, at: place),
        let edit = ItemRemoval.edit(of: nodes.node, previous: nodes.previous)
      {
        fixes = [Fix("Remove the source from the mirrors", safety: .unsafe, edits: [edit])]
      }
      findings.report(
        "mirror '\(source.value)' is the source itself, which NeverContactSource forbids",
        at: entry.mirrors[place].span, field: set.field(entry, mirror: place),
        related: [Label("the policy", at: policy.span), Label("the source", at: source.span)],
        help: "the operator stops with 'cannot set mirrorSourcePolicy: NeverContactSource if the source is one of the "
          + "mirrors', and all nodes keep their old files; take one of the two out",
        fixes: fixes)
    }
  }
}

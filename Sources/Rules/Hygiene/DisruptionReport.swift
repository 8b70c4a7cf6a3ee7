import Diagnostics
import NodeConfig
import RegistryConfig

/// What a change does to the nodes of a cluster.
public struct DisruptionReport: Rule {
  public static let documentation = RuleDocumentation(
    id: "disruption-report", code: "HYG509", category: .hygiene, severity: .note, effect: .disruptive, needsBase: true,
    summary: "Since the base revision, nodes reload CRI-O, are drained or reboot.",
    why: """
      The Machine Config Operator writes the changed files on every node, one node of a pool after the other. New \
      digest mirrors and everything in policy.json only reload CRI-O. A source or mirror that goes, a mirror for tags, \
      a source that becomes blocked or insecure takes a drain, search registries take a reboot. Where mirrors move to \
      an object of another name or kind, the order decides: nodes are spared only while the new object is there before \
      the old one goes. Node disruption policies in a `MachineConfiguration` of the cluster decide where they are \
      known. Reported with `lint --since`; `diff` says it anyway, so it is a finding there only when `select` of the \
      configuration names the rule.
      """,
    instead: "Nothing, when the disruption is meant; else add first and remove in another change.",
    sources: [
      "machine-config-operator pkg/daemon/drain.go, pkg/daemon/update.go, pkg/apihelpers/apihelpers.go",
    ])

  private static let before = """
    apiVersion: config.openshift.io/v1
    kind: ImageDigestMirrorSet
    metadata:
      name: mirrors
    spec:
      imageDigestMirrors:
      - source: registry.redhat.io
        mirrors: [mirror.lab.example.com/redhat]
    """

  public static let examples: [RuleExample] = [
    .bad(
      "a source that becomes blocked",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io
          mirrors: [mirror.lab.example.com/redhat]
          mirrorSourcePolicy: ⟦NeverContactSource⟧
      """, before: before, message: "nodes are drained: registry.redhat.io becomes blocked"),
    .bad(
      "another mirror: no drain",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: ⟦mirrors⟧
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io
          mirrors: [mirror.lab.example.com/redhat, mirror.dr.example.com/redhat]
      """, before: before, message: "CRI-O reloads"),
    .bad(
      "search registries",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          containerRuntimeSearchRegistries: [⟦registry.lab.example.com⟧]
      """,
      before: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec: {}
        """, message: "nodes are drained and rebooted", testOnly: true),
    .bad(
      "the same mirrors under another name",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: ⟦others⟧
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io
          mirrors: [mirror.lab.example.com/redhat]
      """, before: before,
      message: "nodes are not disturbed as long as ImageDigestMirrorSet others is there before "
        + "ImageDigestMirrorSet mirrors goes"),
    .good(
      "the same mirrors in the same object", before + "\n# kept", before: before, testOnly: true),
  ]

  public init() {}

  /// How many causes are shown beside the first one.
  private static let mostCauses = 5

  public func check(_ change: LintedChange, _ findings: inout Findings) {
    let disruption = change.disruption
    // What does not render is another rule's matter.
    guard disruption.isKnown, disruption.error == nil else { return }
    if disruption.actions.isEmpty {
      if let replacement = disruption.replacement {
        report("nodes are not disturbed \(replacement.words)", replacement, &findings)
      }
      return
    }
    if let replacement = disruption.replacement {
      report(disruption.reason, replacement, &findings)
      return
    }
    guard let place = change.place(of: disruption.origins) else { return }
    let message: String
    if let cause = disruption.causes.first {
      let more = disruption.causes.count > 1 ? ", and \(disruption.causes.count - 1) more" : ""
      message = "nodes are drained\(disruption.reboot ? " and rebooted" : ""): \(cause.words)\(more)"
    } else {
      message = disruption.reason
    }
    let others = disruption.causes.dropFirst().prefix(Self.mostCauses).compactMap { cause in
      change.place(of: cause.origins).map { Label(cause.words, at: $0.span) }
    }
    findings.report(
      message, at: place.span, resource: place.resource, effect: disruption.drain ? .disruptive : Effect.none,
      related: others,
      help: disruption.drain
        ? "the operator takes one node of a pool after the other out of service for this"
          + (disruption.mayBeOverruled
            ? "; a node disruption policy in MachineConfiguration/cluster may say otherwise" : "")
        : "pods keep running, and new pulls follow the new files")
  }

  private func report(_ message: String, _ replacement: Disruption.Replacement, _ findings: inout Findings) {
    let (old, new) = (replacement.old, replacement.new)
    findings.report(
      message, at: new.head, resource: new, effect: .disruptive,
      related: [Label("removed", at: old.head)],
      help: "tools that prune may take the old object away first, which drains nodes and leaves them without its "
        + "mirrors; add the new object in one change and remove the old one in the next")
  }
}

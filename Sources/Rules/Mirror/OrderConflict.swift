import Diagnostics
import RegistryConfig

/// Lists of mirrors that contradict each other.
public struct OrderConflict: Rule {
  public static let documentation = RuleDocumentation(
    id: "order-conflict", code: "MIR214", category: .mirror, severity: .warning, effect: .notApplied,
    summary: "The lists of mirrors that one source has in several entries contradict each other in their order.",
    why: """
      The order of a list is the order in which nodes try its mirrors. The Machine Config Operator merges all lists \
      of a source and keeps the order of each as long as it can. When one wants `a` before `b` and another `b` \
      before `a`, it follows neither: the mirrors of the circle are written sorted by name.
      """,
    instead: "Write one entry for the source, or the same order in each.",
    sources: ["runtime-utils pkg/registries/topo.go", "enhancements api-review/add-repositoryDigestMirrors"])

  public static let examples: [RuleExample] = [
    .bad(
      "two objects",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: first
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [near.example.com/team, far.example.com/team]
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: second
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors:
          - ⟦far.example.com/team⟧
          - near.example.com/team
      """, message: "comes before 'near.example.com/team' here"),
    .good(
      "orders that fit together",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: first
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [a.example.com/team, b.example.com/team]
        - source: quay.io/team
          mirrors: [b.example.com/team, c.example.com/team]
        - source: quay.io/team
          mirrors: [a.example.com/team, c.example.com/team]
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: tags
      spec:
        imageTagMirrors:
        - source: quay.io/team
          mirrors: [c.example.com/team, a.example.com/team]
      """),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    let mirrored = cluster.mirrored
    for first in mirrored.firstEntries {
      let lists = mirrored[first.source.value]
      guard lists.count > 1 else { continue }
      for form in [MirrorSet.PullForm.digest, .tag] {
        check(lists.filter { $0.set.pullForm == form && $0.entry.isComplete }, &findings)
      }
    }
  }

  /// One finding for a source, at the last list of the circle.
  private func check(_ lists: [ClusterMirrors], _ findings: inout Findings) {
    guard lists.count > 1 else { return }
    var graph = MirrorOrderGraph()
    for (index, item) in lists.enumerated() {
      graph.add(item.entry.mirrors.map(\.value), source: item.source.value, list: index)
    }
    guard let cycle = graph.cycle(), let last = cycle.max(by: { $0.list < $1.list }) else { return }
    let item = lists[last.list]
    guard let place = item.entry.mirrors.firstIndex(where: { $0.value == last.before }) else { return }
    let others = Set(cycle.map(\.list)).subtracting([last.list]).sorted().map { lists[$0] }
    findings.report(
      "mirror '\(last.before)' comes before '\(last.after)' here, and behind it elsewhere",
      at: item.entry.mirrors[place].span, field: item.set.field(item.entry, mirror: place), resource: item.set.resource,
      related: others.map {
        Label("the other order, in \($0.set.title)", at: $0.entry.mirrors.first?.span ?? $0.source.span)
      },
      help: "the operator cannot follow both lists of '\(item.source.value)' and writes these mirrors sorted by name; "
        + "write one entry, or the same order in each")
  }
}

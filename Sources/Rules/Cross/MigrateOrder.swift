import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// The old mirror sets go in an earlier wave than the new ones come.
public struct MigrateOrder: Rule {
  public static let documentation = RuleDocumentation(
    id: "migrate-order", code: "XRS424", category: .cross, severity: .warning, effect: .disruptive, needsBase: true,
    summary:
      "A change removes an ImageContentSourcePolicy in an earlier sync wave than it adds the ImageDigestMirrorSet "
      + "that takes its place.",
    why: """
      With both objects there, or one right in place of the other, nodes get the same files. Argo CD prunes and \
      applies wave by wave and waits for each to be healthy: between the wave that prunes the old object and the one \
      that brings the new one the mirrors are gone. Every node is drained for that, and until then pulls go to the \
      source, which fails where it cannot be reached.
      """,
    instead:
      "Add the ImageDigestMirrorSet in one change and remove the ImageContentSourcePolicy in the next, or let Argo "
      + "CD prune last with the annotation `argocd.argoproj.io/sync-options: PruneLast=true` on the old object.",
    sources: [
      "Argo CD user guide, sync phases and waves",
      "machine-config-operator pkg/daemon/drain.go (a removed source drains)",
    ])

  private static func old(_ annotation: String = "argocd.argoproj.io/sync-wave: \"0\"") -> String {
    """
    apiVersion: operator.openshift.io/v1alpha1
    kind: ImageContentSourcePolicy
    metadata:
      name: mirrors
      annotations:
        \(annotation)
    spec:
      repositoryDigestMirrors:
      - source: registry.redhat.io
        mirrors: [mirror.lab.example.com/redhat]
    """
  }

  private static func new(_ wave: String, source: String = "registry.redhat.io") -> String {
    """
    apiVersion: config.openshift.io/v1
    kind: ImageDigestMirrorSet
    metadata:
      name: mirrors
      annotations:
        argocd.argoproj.io/sync-wave: \(wave)
    spec:
      imageDigestMirrors:
      - source: \(source)
        mirrors: [mirror.lab.example.com/redhat]
    """
  }

  public static let examples: [RuleExample] = [
    .bad(
      "the new object comes later", new("⟦\"5\"⟧"), before: old(),
      message: "comes in sync wave 5, after ImageContentSourcePolicy 'mirrors' has gone in wave 0"),
    .good("the new object comes first", new("\"-5\""), before: old()),
    .good("both in one wave", new("\"0\""), before: old()),
    .good(
      "pruned last", new("\"5\""), before: old("argocd.argoproj.io/sync-options: PruneLast=true"), testOnly: true),
    .good("other sources", new("\"5\"", source: "registry.example.com"), before: old(), testOnly: true),
    .good("the old object stays", old() + "\n---\n" + new("\"5\""), before: old()),
  ]

  private static let waveKey = "argocd.argoproj.io/sync-wave"

  public init() {}

  public func check(_ change: LintedChange, _ findings: inout Findings) {
    let gone = change.removed.compactMap { resource -> (set: MirrorSet, wave: Int)? in
      guard let set = resource.mirrorSet, set.resource.kind == .imageContentSourcePolicy, !set.resource.isPatch,
        set.resource.isPrunedInItsWave, let wave = Self.wave(of: set.resource)
      else { return nil }
      return (set, wave)
    }
    // Argo CD turns the order of the waves of what it prunes: the last of them is the earliest that is sure.
    guard let last = gone.map(\.wave).max() else { return }
    let kept = Set(
      change.new.mirrorSets.filter { set in
        set.pullForm == .digest && set.isRead && change.keeps(set)
      }.flatMap { $0.entries.compactMap(\.source?.value) })
    for resource in change.changed {
      guard let set = resource.mirrorSet, set.resource.kind == .imageDigestMirrorSet, !set.resource.isPatch,
        !change.keeps(set), let wave = Self.wave(of: set.resource), wave > last
      else { continue }
      let sources = Set(set.entries.compactMap(\.source?.value)).subtracting(kept)
      guard
        let before = gone.first(where: {
          $0.set.entries.contains { $0.source.map { sources.contains($0.value) } ?? false }
        })
      else { continue }
      let annotation = set.resource.root.at("metadata", "annotations", Self.waveKey)
      findings.report(
        "\(set.title) comes in sync wave \(wave), after \(before.set.title) has gone in wave \(last)",
        at: annotation?.span ?? set.resource.head,
        field: "metadata.annotations[\(Self.waveKey)]", resource: set.resource,
        related: [Label("removed", at: before.set.resource.head)],
        help:
          "between the two waves nodes have none of these mirrors: they are drained, and pull from the source; add the "
          + "new object in one change and remove the old one in the next")
    }
  }

  /// `nil` when it is a placeholder or no number.
  private static func wave(of resource: Resource) -> Int? {
    guard let metadata = resource.root["metadata"], !metadata.isIncomplete, !metadata.isUnknown else { return nil }
    guard let value = metadata.at("annotations", waveKey) else { return 0 }
    guard !value.isUnknown, let text = value.scalar?.text else { return nil }
    return Int(text)
  }
}

extension LintedChange {
  /// Whether a set of the new state is in the old one as well.
  fileprivate func keeps(_ set: MirrorSet) -> Bool {
    old.mirrorSets.contains {
      $0.resource.kind == set.resource.kind && $0.resource.name?.value == set.resource.name?.value
    }
  }
}

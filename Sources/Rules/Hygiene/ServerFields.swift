import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// Metadata that the API server writes.
public struct ServerFields: Rule {
  public static let documentation = RuleDocumentation(
    id: "server-fields", code: "HYG500", category: .hygiene, severity: .warning, effect: .none, fixing: .both,
    summary: "`metadata` holds what the API server writes: `uid`, `resourceVersion`, `creationTimestamp` and the like.",
    why: """
      The object was copied from a cluster. An apply with an old `resourceVersion` or another cluster's `uid` is \
      refused as a conflict; the rest is ignored and hides what was really meant. `creationTimestamp: null` of \
      generated files does no harm.
      """,
    instead: "Remove them.",
    sources: ["k8s.io/apimachinery pkg/apis/meta/v1 (ObjectMeta)"])

  public static let examples: [RuleExample] = [
    .bad(
      "copied from a cluster",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        ⟦creationTimestamp⟧: "2024-03-01T09:30:00Z"
        generation: 3
        name: cluster
        resourceVersion: "48121"
        uid: 5c0c1f2a-7a3b-4f60-a4c9-6d4f0e9a7c11
      spec: {}
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec: {}
        """, message: "'creationTimestamp', 'generation', 'resourceVersion' and 'uid'"),
    .bad(
      "written by a generator",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: idms-release-0
        ⟦creationTimestamp⟧: null
      spec: {}
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: idms-release-0
        spec: {}
        """),
    .bad(
      "what the last apply left",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        annotations:
          ⟦kubectl.kubernetes.io/last-applied-configuration⟧: |
            {"apiVersion":"config.openshift.io/v1","kind":"Image"}
        name: cluster
      spec: {}
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec: {}
        """),
    .good(
      "annotations and labels of the user",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
        annotations:
          release.openshift.io/create-only: "true"
        labels:
          generation: "3"
      spec: {}
      """),
  ]

  private static let names: Set<String> = [
    "uid", "resourceVersion", "generation", "creationTimestamp", "selfLink", "managedFields", "deletionTimestamp",
    "deletionGracePeriodSeconds",
  ]
  private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    // A ConfigMap that has nothing to do with registries is none of ours.
    if resource.configMap != nil, resource.certificates.isEmpty { return }
    guard let metadata = resource.resource.root["metadata"] else { return }
    var found: [(name: String, field: String, shown: Node.Entry, removed: Node.Entry)] = []
    for entry in metadata.entries {
      guard let key = entry.key.keyText, !entry.key.isUnknown else { continue }
      if Self.names.contains(key), !entry.value.isUnknown {
        found.append((key, "metadata.\(key)", entry, entry))
      } else if key == "annotations", let own = entry.value.entry(Self.lastApplied), !own.value.isUnknown {
        let isAlone = entry.value.entries.count == 1 && !entry.value.isIncomplete
        found.append((Self.lastApplied, "metadata.annotations[\(Self.lastApplied)]", own, isAlone ? entry : own))
      }
    }
    guard let first = found.first else { return }
    let isEmpty = found.allSatisfy { $0.shown.value.isNull }
    findings.report(
      "metadata holds what the API server writes: \(Quoted.list(found.map(\.name)))", at: first.shown.key.span,
      field: first.field, severity: isEmpty ? .note : .warning,
      related: found.dropFirst().map { Label("also '\($0.name)'", at: $0.shown.key.span) },
      help: isEmpty
        ? "generated files have it; the cluster ignores it, and it can be removed"
        : "an apply with an old resourceVersion or another cluster's uid is refused; remove what was copied from a "
          + "cluster",
      fixes: found.count < metadata.entries.count ? EntryRemoval.fix("Remove them", found.map(\.removed)) : [])
  }
}

import Diagnostics
import RegistryConfig
import SourceText

/// Both lists of one `Image`: the cluster takes one of them only.
public struct AllowedAndBlocked: Rule {
  public static let documentation = RuleDocumentation(
    id: "allowed-and-blocked", code: "IMG101", category: .image, severity: .error, effect: .refused, fixing: .both,
    summary: "An Image sets both `allowedRegistries` and `blockedRegistries`.",
    why: """
      From 4.18 on the API server refuses an object that has both keys, even when one list is empty. Before that the \
      Machine Config Operator refuses to render as soon as both lists have entries: it only logs "only one of \
      AllowedRegistries or BlockedRegistries may be specified", and every node keeps its old configuration.
      """,
    instead: "Keep one list: allowedRegistries already rejects everything that it does not list.",
    sources: [
      "openshift/api config/v1/types_image.go (CEL rule on registrySources, 4.18)",
      "machine-config-operator pkg/controller/container-runtime-config/helpers.go", "OCPBUGS-32158",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "both lists",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          allowedRegistries:
          - quay.io
          ⟦blockedRegistries⟧:
          - docker.io
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          registrySources:
            allowedRegistries:
            - quay.io
        """, message: "allowedRegistries (1 entry) and blockedRegistries (1 entry)"),
    .bad(
      "an empty list counts as set",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          allowedRegistries:
          - quay.io
          ⟦blockedRegistries⟧: []
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          registrySources:
            allowedRegistries:
            - quay.io
        """),
    .bad(
      "before 4.18 nodes freeze",
      ImageExample.sources(
        """
        allowedRegistries: [quay.io]
        ⟦blockedRegistries⟧: [docker.io]
        """), release: Release(4, 16), testOnly: true),
    .good(
      "an empty list beside entries, before 4.18",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          allowedRegistries: [quay.io]
          blockedRegistries: []
      """, release: Release(4, 16)),
    .good(
      "before 4.18, the payload alone beside a blocked list",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          allowedRegistries: [quay.io/openshift-release-dev/ocp-release]
          blockedRegistries: [docker.io]
      """, release: Release(4, 16), testOnly: true),
    .good(
      "a chart that writes one of the two",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          {{- if .Values.allowed }}
          allowedRegistries: [quay.io]
          {{- else }}
          blockedRegistries: [docker.io]
          {{- end }}
      """),
    .good(
      "one list",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          allowedRegistries: [quay.io]
          insecureRegistries: [registry.lab:5000]
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard resource.settings.release >= Release(4, 18), let image = resource.image else { return }
    report(
      image, effect: .refused,
      help:
        "the API server refuses the object; keep allowedRegistries alone, it already rejects everything it does not "
        + "list", &findings)
  }

  /// Before 4.18 it is the operator that decides, after it has added or dropped entries for the payload.
  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard cluster.settings.release < Release(4, 18), let image = cluster.image,
      let error = cluster.rendering.error, error.stage == .policy, error.message.contains("only one of"),
      image.allowedRegistries?.entries.isEmpty == false, image.blockedRegistries?.entries.isEmpty == false
    else { return }
    report(
      image, effect: .frozen,
      help:
        "the operator cannot render (\"only one of AllowedRegistries or BlockedRegistries may be specified\") and all "
        + "nodes keep their old configuration; keep one list", &findings)
  }

  private func report(_ image: ImageConfiguration, effect: Effect, help: String, _ findings: inout Findings) {
    // A chart may write one of the two keys only.
    guard let allowed = image.allowedRegistries, let blocked = image.blockedRegistries, let spec = image.resource.spec,
      !spec.isIncomplete, spec["registrySources"]?.isIncomplete == false
    else { return }
    let isAllowedFirst = allowed.keySpan.range.lowerBound < blocked.keySpan.range.lowerBound
    let (first, second) = isAllowedFirst ? (allowed, blocked) : (blocked, allowed)
    findings.report(
      "allowedRegistries (\(count(allowed))) and blockedRegistries (\(count(blocked))) are both set",
      at: second.keySpan, field: "spec.registrySources", resource: image.resource, effect: effect,
      related: [Label("the other list", at: first.keySpan)], help: help, fixes: fixes(allowed, blocked))
  }

  private func count(_ list: RegistryList) -> String {
    list.entries.count == 1 ? "1 entry" : "\(list.entries.count) entries"
  }

  /// Removing an empty list changes nothing that anybody could have meant. A list with entries is the user's to drop:
  /// first the blocked one, because the allowed one rejects what it held unless an entry covers it.
  private func fixes(_ allowed: RegistryList, _ blocked: RegistryList) -> [Fix] {
    let lists = [blocked, allowed].sorted { isEmpty($0) && !isEmpty($1) }
    return lists.compactMap { list in
      guard let edit = LineRemoval.ofEntry(key: list.keySpan, value: list.span) else { return nil }
      return isEmpty(list)
        ? Fix("Remove the empty \(list.name)", safety: .safe, in: list.span.file, [edit])
        : Fix("Remove \(list.name)", safety: .unsafe, in: list.span.file, [edit])
    }
  }

  private func isEmpty(_ list: RegistryList) -> Bool { list.entries.isEmpty && list.isComplete }
}

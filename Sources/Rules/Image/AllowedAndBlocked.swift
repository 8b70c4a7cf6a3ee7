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
    guard let image = resource.image, let allowed = image.allowedRegistries, let blocked = image.blockedRegistries,
      let spec = resource.resource.spec, !spec.isIncomplete, spec["registrySources"]?.isIncomplete == false
    else { return }
    let isRefused = resource.settings.release >= Release(4, 18)
    if !isRefused {
      guard !allowed.entries.isEmpty, !blocked.entries.isEmpty else { return }
      // The operator adds this entry itself, so it does not take it for a list of the user.
      let payload = PayloadRepositories(releaseImage: resource.settings.releaseImage).repositories[0]
      if allowed.isComplete, allowed.values == [payload] { return }
    }
    let second = allowed.keySpan.range.lowerBound < blocked.keySpan.range.lowerBound ? blocked : allowed
    let first = second.field == blocked.field ? allowed : blocked
    findings.report(
      "allowedRegistries (\(count(allowed))) and blockedRegistries (\(count(blocked))) are both set",
      at: second.keySpan, field: "spec.registrySources", effect: isRefused ? .refused : .frozen,
      related: [Label("the other list", at: first.keySpan)],
      help: isRefused
        ? "the API server refuses the object; keep allowedRegistries alone, it already rejects everything it does not list"
        : "the operator cannot render (\"only one of AllowedRegistries or BlockedRegistries may be specified\") and all "
          + "nodes keep their old configuration; keep one list",
      fixes: fixes(allowed, blocked))
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

import Diagnostics
import RegistryConfig
import SourceText

/// A registry that no longer serves anybody.
public struct StaleRegistry: Rule {
  public static let documentation = RuleDocumentation(
    id: "stale-registry", code: "HYG511", category: .hygiene, severity: .warning, effect: .notApplied, fixing: .unsafe,
    summary: "An entry or mirror names a registry that was shut down or replaced.",
    why: "Nodes that try it wait for an answer that never comes, or get images that are no longer updated.",
    instead: "Write the registry that took its place, or remove the entry.",
    sources: [
      "k8s.gcr.io: kubernetes.io blog, 2023-03-10 (frozen, redirected to registry.k8s.io)",
      "docker.pkg.github.com: docs.github.com, migrating to the container registry",
      "registry.svc.ci.openshift.org: replaced by registry.ci.openshift.org",
      "docker.bintray.io: JFrog sunset of Bintray, 2021-05-01",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "Kubernetes images", ImageExample.sources("allowedRegistries: [quay.io, ⟦k8s.gcr.io⟧]"),
      fixed: ImageExample.sources("allowedRegistries: [quay.io, registry.k8s.io]"), message: "'registry.k8s.io'"),
    .bad(
      "as a mirror",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: github
      spec:
        imageTagMirrors:
        - source: ghcr.io/team
          mirrors:
          - ⟦docker.pkg.github.com/team⟧
      """),
    .good(
      "a source that is redirected, a registry that is blocked",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: kubernetes
      spec:
        imageTagMirrors:
        - source: k8s.gcr.io
          mirrors:
          - registry.k8s.io
      ---
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          blockedRegistries: [k8s.gcr.io]
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    if let image = resource.image {
      for list in [image.allowedRegistries, image.insecureRegistries, image.searchRegistries].compactMap({ $0 }) {
        for entry in list.known { report(entry.value, at: entry.span, field: list.field(of: entry), &findings) }
      }
      for domain in image.allowedRegistriesForImport ?? [] {
        guard let name = domain.domainName else { continue }
        report(
          name.value, at: name.span, field: "spec.allowedRegistriesForImport[\(domain.index)].domainName", &findings)
      }
    }
    if let set = resource.mirrorSet {
      for entry in set.entries {
        for mirror in entry.mirrors {
          report(mirror.value, at: mirror.span, field: set.field(entry, "mirrors"), &findings)
        }
      }
    }
  }

  private func report(
    _ value: String, at span: SourceSpan, field: @autoclosure () -> String, _ findings: inout Findings
  ) {
    let name = ImageName(value)
    guard let change = Self.changes[name.host] else { return }
    let edit = change.successor.flatMap { successor in
      value == name.registry && name.port == nil ? ScalarReplacement.edit(span, with: successor) : nil
    }
    findings.report(
      "the registry '\(name.host)' \(change.what)" + (change.successor.map { ", '\($0)' took its place" } ?? ""),
      at: span,
      field: field(),
      help: change.successor.map { "write '\($0)' when the images moved there, or remove it" } ?? "remove it",
      fixes: edit.map { [Fix("Write the registry that took its place", safety: .unsafe, in: span.file, [$0])] } ?? [])
  }

  private static let changes: [String: (what: String, successor: String?)] = [
    "k8s.gcr.io": ("is frozen since April 2023", "registry.k8s.io"),
    "docker.pkg.github.com": ("was replaced", "ghcr.io"),
    "registry.svc.ci.openshift.org": ("was shut down", "registry.ci.openshift.org"),
    "docker.bintray.io": ("was shut down in 2021", nil),
  ]
}

import Diagnostics
import RegistryConfig

/// Source and mirror the wrong way round.
public struct MirrorIsPublic: Rule {
  public static let documentation = RuleDocumentation(
    id: "mirror-is-public", code: "MIR218", category: .mirror, severity: .warning, effect: .notApplied, fixing: .unsafe,
    summary: "A private source has a public registry as its mirror: the two look exchanged.",
    why: """
      `source` is what images are named by, `mirrors` is where nodes look first. Exchanged, images of the public \
      registry get no mirror, and images of the private one are looked for on the internet. Reported when the \
      source's registry is a mirror of public sources in other entries, or when the mirror is a registry to which \
      nobody but its vendor can push. A repository that is mirrored to a build organisation on quay.io is meant so.
      """,
    instead: "Exchange the two.")

  public static let examples: [RuleExample] = [
    .bad(
      "one entry goes the other way",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: operators
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [registry.lab.example.com:5000/team]
        - source: registry.lab.example.com:5000/other
          mirrors:
          - ⟦quay.io/other⟧
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: operators
        spec:
          imageDigestMirrors:
          - source: quay.io/team
            mirrors: [registry.lab.example.com:5000/team]
          - source: quay.io/other
            mirrors:
            - registry.lab.example.com:5000/other
        """, message: "is public, and its source"),
    .bad(
      "nobody can mirror to registry.redhat.io",
      """
      apiVersion: operator.openshift.io/v1alpha1
      kind: ImageContentSourcePolicy
      metadata:
        name: operators
      spec:
        repositoryDigestMirrors:
        - mirrors: [⟦"registry.redhat.io/rhacm2"⟧]
          source: 'registry.lab.example.com:5000/rhacm2'
      """,
      fixed: """
        apiVersion: operator.openshift.io/v1alpha1
        kind: ImageContentSourcePolicy
        metadata:
          name: operators
        spec:
          repositoryDigestMirrors:
          - mirrors: ["registry.lab.example.com:5000/rhacm2"]
            source: 'registry.redhat.io/rhacm2'
        """),
    .good(
      "images of a build service",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: konflux
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io/team/operator-bundle
          mirrors:
          - quay.io/redhat-user-workloads/team-tenant/operator-bundle
          - registry.stage.redhat.io/team/operator-bundle
        - source: registry.stage.redhat.io/team/operator-bundle
          mirrors: [registry.redhat.io/team/operator-bundle]
        - source: images.corp.example.com/team
          mirrors: [quay.io/team]
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let set = resource.mirrorSet, set.isRead else { return }
    /// Registries that mirror public sources here, with the entry that shows it.
    var mirrorRegistries: [String: MirrorSet.Entry] = [:]
    for entry in set.entries {
      guard let source = entry.validSource, Self.isPublic(source.value) else { continue }
      for mirror in entry.mirrors where !Self.isPublic(mirror.value) {
        let registry = ImageName(mirror.value).registry
        if mirrorRegistries[registry] == nil { mirrorRegistries[registry] = entry }
      }
    }
    for entry in set.entries {
      guard let source = entry.validSource, RegistryScope.isMirror(source.value), !Self.isPublic(source.value) else {
        continue
      }
      let sourceName = ImageName(source.value)
      guard sourceName.port != nil || sourceName.host.utf8.contains(UInt8(ascii: ".")) else { continue }
      let sibling = mirrorRegistries[sourceName.registry]
      for (place, mirror) in entry.mirrors.enumerated() where RegistryScope.isMirror(mirror.value) {
        let host = ImageName(mirror.value).host.lowercased()
        guard Self.vendors.contains(host) || (sibling != nil && Self.isPublic(mirror.value)) else { continue }
        var fixes: [Fix] = []
        if entry.mirrors.count == 1, entry.isComplete, let first = source.rewriting(mirror.value),
          let second = mirror.rewriting(source.value)
        {
          fixes = [Fix("Exchange source and mirror", safety: .unsafe, edits: [first, second])]
        }
        findings.report(
          "mirror '\(mirror.value)' is public, and its source '\(source.value)' is not", at: mirror.span,
          field: set.field(entry, mirror: place),
          related: sibling?.source.map { [Label("here '\(sourceName.registry)' is the mirror", at: $0.span)] } ?? [],
          help: "nodes look for images of '\(sourceName.registry)' at '\(host)', and images of '\(host)' get no "
            + "mirror; exchange the two if this entry is the wrong way round",
          fixes: fixes)
      }
    }
  }

  /// Stages and proxies of Red Hat's registries count as public: mirrors between them are meant.
  private static func isPublic(_ text: String) -> Bool {
    let host = ImageName(text).host.lowercased()
    return PublicRegistry.contains(host) || host.hasSuffix(".redhat.io") || host.hasSuffix(".redhat.com")
      || host.hasSuffix(".openshift.org")
  }

  /// Registries to which only their vendor pushes.
  private static let vendors: Set<String> = [
    "registry.redhat.io", "registry.access.redhat.com", "registry.connect.redhat.com", "mcr.microsoft.com",
    "registry.k8s.io",
  ]
}

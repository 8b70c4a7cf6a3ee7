import Diagnostics
import RegistryConfig
import SourceText

/// An insecure registry from which nothing may be pulled.
public struct InsecureNotAllowed: Rule {
  public static let documentation = RuleDocumentation(
    id: "insecure-not-allowed", code: "IMG112", category: .image, severity: .warning, effect: .pullsFail,
    fixing: .unsafe,
    summary: "An entry of `insecureRegistries` is not in `allowedRegistries`, and no mirror is there.",
    why: """
      The lists are independent: insecureRegistries says how to reach a registry, and allowedRegistries rejects every \
      image whose name it does not cover. Only a mirror needs no entry, because policy.json is asked for the name of \
      the source.
      """,
    instead: "List the registry in `allowedRegistries` too.",
    sources: [
      "openshift-docs images-configuration-allowed (note)", "containers/image docker/docker_image_src.go",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "forgotten in the other list",
      ImageExample.sources(
        """
        allowedRegistries:
        - quay.io
        - registry.redhat.io
        insecureRegistries:
        - ⟦registry.lab:5000⟧
        """),
      fixed: ImageExample.sources(
        """
        allowedRegistries:
        - quay.io
        - registry.redhat.io
        - registry.lab:5000
        insecureRegistries:
        - registry.lab:5000
        """), message: "'registry.lab:5000' is insecure but not in allowedRegistries"),
    .good(
      "covered, or covering",
      ImageExample.sources(
        """
        allowedRegistries: [quay.io, registry.lab, other.lab/team]
        insecureRegistries: [registry.lab/team, other.lab]
        """)),
    .good(
      "a mirror",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          allowedRegistries: [quay.io]
          insecureRegistries: [mirror.lab:5000]
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab:5000/team]
      """),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard cluster.mirrorSets.allSatisfy({ $0.isComplete && $0.entries.allSatisfy(\.isComplete) }) else { return }
    lazy var mirrors = MirrorScopes(cluster)
    for image in cluster.images where !image.resource.isPatch {
      guard let list = image.insecureRegistries, let allowed = image.allowedRegistries, allowed.isComplete,
        !allowed.entries.isEmpty
      else { continue }
      let scopes = MeantScopes(allowed)
      let hosts = AllowedPortMismatch.hosts(allowed)
      for entry in list.known(.valid) where !scopes.touches(entry.value) {
        // A host with another port is `allowed-port-mismatch`.
        guard !mirrors.touch(entry.value), !hosts.contains(ImageName(entry.value).host) else { continue }
        findings.report(
          "\(entry.quoted) is insecure but not in allowedRegistries", at: entry.span, field: list.field(of: entry),
          resource: image.resource, related: [Label("the allowed registries", at: allowed.keySpan)],
          help: "policy.json rejects every image of it; allow it, or remove the insecure entry",
          fixes: ListEdits.insertion(of: [entry.value], at: allowed).map {
            [Fix("Allow the registry", safety: .unsafe, in: allowed.span.file, [$0])]
          } ?? [])
      }
    }
  }
}

/// Where the mirrors of a cluster are.
struct MirrorScopes {
  private let mirrors: ScopeSet
  private let enclosing: Set<String>

  init(_ cluster: LintedCluster) {
    let locations = cluster.mirrorSets.flatMap(\.entries).flatMap { $0.mirrors.map(\.value) }
    mirrors = ScopeSet(locations)
    enclosing = Set(locations.flatMap { ScopeNesting.enclosing($0) })
  }

  /// Whether a mirror lies in the scope, or the scope in a mirror.
  func touch(_ scope: String) -> Bool { mirrors.covers(scope) || enclosing.contains(scope) }
}

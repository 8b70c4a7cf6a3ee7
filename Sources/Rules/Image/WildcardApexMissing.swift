import Diagnostics
import RegistryConfig
import SourceText

/// `*.example.com` does not stand for `example.com`.
public struct WildcardApexMissing: Rule {
  public static let documentation = RuleDocumentation(
    id: "wildcard-apex-missing", code: "IMG105", category: .image, severity: .warning, effect: .pullsFail,
    fixing: .unsafe,
    summary: "A list has `*.domain`, and the configuration uses the domain itself as a registry.",
    why: "A wildcard stands for the hosts below the domain. The domain itself, its apex, never matches it.",
    instead: "Add the domain as an entry of its own.",
    sources: ["containers/image pkg/sysregistriesv2 (refMatchingSubdomainPrefix)", "containers/image PR 1191"])

  public static let examples: [RuleExample] = [
    .bad(
      "a mirrored source at the apex", example("allowedRegistries: [⟦'*.example.com'⟧]"),
      fixed: example("allowedRegistries: ['*.example.com', 'example.com']"),
      message: "'*.example.com' in allowedRegistries does not cover 'example.com'"),
    .bad("an insecure mirror at the apex", example("insecureRegistries: [⟦'*.lab.test'⟧]"), message: "'lab.test:5000'"),
    .bad(
      "an image at the apex",
      ImageRejected.text("allowedRegistries: [quay.io, ⟦'*.example.com'⟧]", image: "example.com/team/app:1")),
    .good("both", example("allowedRegistries: ['*.example.com', example.com]")),
    .good("nobody uses the apex", ImageExample.sources("allowedRegistries: ['*.example.com']")),
  ]

  private static func example(_ list: String) -> String {
    """
    \(ImageExample.sources(list))
    ---
    apiVersion: config.openshift.io/v1
    kind: ImageDigestMirrorSet
    metadata:
      name: mirrors
    spec:
      imageDigestMirrors:
      - source: example.com/team
        mirrors: ['lab.test:5000/team']
    """
  }

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard let image = cluster.image else { return }
    let entries = cluster.mirrorSets.flatMap(\.entries)
    if let allowed = image.allowedRegistries {
      let images = cluster.workloadImages.compactMap { image in
        image.repository.map { Located($0, at: image.reference.span) }
      }
      report(entries.compactMap(\.source) + images, in: allowed, "policy.json rejects its images", image, &findings)
    }
    if let insecure = image.insecureRegistries {
      report(
        entries.flatMap(\.mirrors), in: insecure, "nodes verify its certificate and do not use HTTP", image, &findings)
    }
  }

  private func report(
    _ uses: [Located<String>], in list: RegistryList, _ consequence: String, _ image: ImageConfiguration,
    _ findings: inout Findings
  ) {
    guard list.isComplete else { return }
    let wildcards = Dictionary(
      list.known(.valid).filter { $0.value.hasPrefix("*.") }.map { (String($0.value.dropFirst(2)), $0) }
    ) { first, _ in first }
    guard !wildcards.isEmpty else { return }
    let scopes = MeantScopes(list)
    var reported: Set<String> = []
    for use in uses where RegistryScope.isMirror(use.value) {
      let name = ImageName(use.value)
      guard let entry = wildcards[name.host], !scopes.touches(use.value), !scopes.touches(name.registry),
        reported.insert(name.registry).inserted
      else { continue }
      findings.report(
        "\(entry.quoted) in \(list.name) does not cover '\(name.registry)' itself", at: entry.span,
        field: list.field(of: entry), resource: image.resource, related: [Label("used here", at: use.span)],
        help: "\(consequence); add '\(name.registry)'",
        fixes: ListEdits.insertion(of: [name.registry], at: list).map {
          [Fix("Add the domain itself", safety: .unsafe, in: list.span.file, [$0])]
        } ?? [])
    }
  }
}

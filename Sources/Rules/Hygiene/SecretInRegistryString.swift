import Diagnostics
import RegistryConfig
import SourceText

/// `user:password@host`. Messages name the host only.
public struct SecretInRegistryString: Rule {
  public static let documentation = RuleDocumentation(
    id: "secret-in-registry-string", code: "HYG512", category: .hygiene, severity: .error, effect: .exposed,
    summary: "A registry, source or mirror is written with a user name and a password.",
    why: """
      The password is in Git for everybody who can read the repository, and it has no use there: no registry list and \
      no mirror set takes credentials. The API server refuses the value where it has a grammar; elsewhere it never \
      matches.
      """,
    instead: """
      Write the host alone and put the credentials into the pull secret of the cluster. Change the password: the \
      history of the repository keeps it.
      """,
    sources: ["openshift/api config/v1 (patterns of registries and mirrors)", "containers/image docker/reference"])

  public static let examples: [RuleExample] = [
    .bad(
      "a password beside the host", ImageExample.sources("insecureRegistries: [⟦'robot:s3cret@registry.lab:5000'⟧]"),
      message: "a registry of 'registry.lab:5000' holds a user name and a password"),
    .bad(
      "in a mirror",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors:
          - ⟦https://robot:s3cret@registry.lab/team⟧
      """),
    .bad(
      "in the search list, and for imports",
      ImageExample.spec(
        """
        allowedRegistriesForImport:
        - domainName: ⟦robot:s3cret@registry.lab⟧
        registrySources:
          containerRuntimeSearchRegistries: [⟦robot:s3cret@registry.lab⟧]
        """), testOnly: true),
    .good(
      "ports, tags and digests are no passwords",
      ImageExample.sources(
        "insecureRegistries: ['registry.lab:5000', 'reg.io/a:v1@sha256:4c2e8d1b6a7f4a3f6f7c1a0f4b9f8e7d']")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    if let image = resource.image {
      let isRefused = resource.settings.release >= .checksRegistryEntries
      for list in image.scopeLists {
        for entry in list.known(.secret) {
          report(entry.value, at: entry.span, field: list.field(of: entry), isRefused: isRefused, &findings)
        }
      }
      for list in [image.searchRegistries, image.externalRegistryHostnames].compactMap({ $0 }) {
        for entry in list.known where ImageName(entry.value).hasSecret {
          report(entry.value, at: entry.span, field: list.field(of: entry), isRefused: false, &findings)
        }
      }
      for domain in image.allowedRegistriesForImport ?? [] {
        guard let name = domain.domainName, ImageName(name.value).hasSecret else { continue }
        let field = "spec.allowedRegistriesForImport[\(domain.index)].domainName"
        report(name.value, at: name.span, field: field, isRefused: false, &findings)
      }
    }
    if let set = resource.mirrorSet {
      let isRefused = set.resource.kind == .imageDigestMirrorSet || set.resource.kind == .imageTagMirrorSet
      for entry in set.entries {
        if let source = entry.source, ImageName(source.value).hasSecret {
          report(source.value, at: source.span, field: set.field(entry, "source"), isRefused: isRefused, &findings)
        }
        for mirror in entry.mirrors where ImageName(mirror.value).hasSecret {
          report(mirror.value, at: mirror.span, field: set.field(entry, "mirrors"), isRefused: isRefused, &findings)
        }
      }
    }
  }

  private func report(
    _ value: String, at span: SourceSpan, field: String, isRefused: Bool, _ findings: inout Findings
  ) {
    let name = ImageName(value)
    findings.report(
      "a registry of '\(name.registry)' holds a user name and a password", at: span, field: field,
      effect: isRefused ? .refused : .exposed,
      help: (isRefused ? "the API server refuses the object, and " : "")
        + "the password is readable in Git; write '\(name.repository)', put the credentials into the pull secret and "
        + "change the password")
  }
}

import Diagnostics
import RegistryConfig
import SourceText

/// The address of a web page where the name of a repository belongs.
public struct WebPagePath: Rule {
  public static let documentation = RuleDocumentation(
    id: "web-page-path", code: "MIR228", category: .mirror, severity: .warning, effect: .notApplied, fixing: .unsafe,
    summary: "A source or mirror is the address of a web page: `quay.io/repository/org/name`.",
    why: """
      The page of a repository has another path than the repository: no image is named by it, and no registry answers \
      under it. As a source it never matches, as a mirror it always fails.
      """,
    instead: "Write the name that `podman pull` takes: `quay.io/org/name`, `docker.io/org/name`.")

  public static let examples: [RuleExample] = [
    .bad(
      "pages of Quay, Docker Hub and the Red Hat catalog",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: pages
      spec:
        imageDigestMirrors:
        - source: ⟦quay.io/repository/team/app⟧
          mirrors: [mirror.lab.example.com/team/app, ⟦'hub.docker.com/r/team/app'⟧]
        - source: ⟦catalog.redhat.com/software/containers/ubi9⟧
          mirrors: [mirror.lab.example.com/ubi9]
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: pages
        spec:
          imageDigestMirrors:
          - source: quay.io/team/app
            mirrors: [mirror.lab.example.com/team/app, 'docker.io/team/app']
          - source: catalog.redhat.com/software/containers/ubi9
            mirrors: [mirror.lab.example.com/ubi9]
        """, message: "address of a web page"),
    .good(
      "a registry that has such paths",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: nexus
      spec:
        imageDigestMirrors:
        - source: quay.io/repositories/app
          mirrors: [nexus.example.com/repository/quay/app]
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let set = resource.mirrorSet, set.isRead else { return }
    for entry in set.entries {
      if let source = entry.validSource {
        report(source, "source", "no image is named by it", set.field(entry, "source"), &findings)
      }
      for (place, mirror) in entry.mirrors.enumerated() where RegistryScope.isMirror(mirror.value) {
        report(mirror, "mirror", "no pull gets an image there", set.field(entry, mirror: place), &findings)
      }
    }
  }

  private func report(
    _ text: Located<String>, _ role: String, _ effect: String, _ field: @autoclosure () -> String,
    _ findings: inout Findings
  ) {
    guard let page = Self.page(text.value) else { return }
    var fixes: [Fix] = []
    if let repository = page.repository, let edit = text.rewriting(repository) {
      fixes = [Fix("Write '\(repository)'", safety: .unsafe, edits: [edit])]
    }
    findings.report(
      "\(role) '\(text.value)' is the address of a web page", at: text.span, field: field(),
      help: effect + (page.repository.map { "; write '\($0)'" } ?? "; write the name that 'podman pull' takes"),
      fixes: fixes)
  }

  /// `nil` for what can be a repository. The repository of the page, when its address tells.
  private static func page(_ text: String) -> (repository: String?, Void)? {
    let name = ImageName(text)
    guard name.port == nil || name.port == "443" else { return nil }
    let host = name.host.lowercased()
    guard pages.contains(host) else { return nil }
    let parts = (name.path ?? "").split(separator: "/")
    switch host {
    case "quay.io":
      guard parts.count >= 3, parts[0] == "repository" else { return nil }
      return ("quay.io/" + parts.dropFirst().joined(separator: "/"), ())
    case "hub.docker.com":
      guard parts.count >= 3, parts[0] == "r" else { return (nil, ()) }
      return ("docker.io/" + parts.dropFirst().joined(separator: "/"), ())
    default: return (nil, ())
    }
  }

  /// Hosts with pages about images; only the first has images as well.
  private static let pages: Set<String> = [
    "quay.io", "hub.docker.com", "catalog.redhat.com", "access.redhat.com", "console.redhat.com", "github.com",
    "gitlab.com", "artifacthub.io",
  ]
}

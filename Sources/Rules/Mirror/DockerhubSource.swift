import Diagnostics
import RegistryConfig

/// A source on Docker Hub that no normalised name has.
public struct DockerhubSource: Rule {
  public static let documentation = RuleDocumentation(
    id: "dockerhub-source", code: "MIR224", category: .mirror, severity: .note, effect: .notApplied, fixing: .unsafe,
    summary: "A source names an official image of Docker Hub without `library`, or Docker Hub by `index.docker.io`.",
    why: """
      Nodes complete the names of Docker Hub before they look for mirrors: `nginx` and `docker.io/nginx` become \
      `docker.io/library/nginx`, and `index.docker.io` becomes `docker.io`. A source in the short form matches none \
      of them.
      """,
    instead: "Write `docker.io/library/nginx`, or `docker.io` for all of Docker Hub.",
    sources: ["containers/image docker/reference/normalize.go"])

  public static let examples: [RuleExample] = [
    .bad(
      "an official image",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: hub
      spec:
        imageTagMirrors:
        - source: ⟦docker.io/nginx⟧
          mirrors: [mirror.lab.example.com/hub/nginx]
        - source: ⟦index.docker.io⟧
          mirrors: [mirror.lab.example.com/hub]
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageTagMirrorSet
        metadata:
          name: hub
        spec:
          imageTagMirrors:
          - source: docker.io/library/nginx
            mirrors: [mirror.lab.example.com/hub/nginx]
          - source: docker.io
            mirrors: [mirror.lab.example.com/hub]
        """, message: "matches no image"),
    .good(
      "organisations",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: hub
      spec:
        imageTagMirrors:
        - source: docker.io
          mirrors: [mirror.lab.example.com/hub]
        - source: docker.io/bitnami
          mirrors: [mirror.lab.example.com/bitnami]
        - source: docker.io/library/nginx
          mirrors: [mirror.lab.example.com/nginx]
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let set = resource.mirrorSet, set.isRead else { return }
    for entry in set.entries {
      guard let source = entry.validSource, let completed = Self.completed(source.value) else { continue }
      var fixes: [Fix] = []
      if let edit = source.rewriting(completed) {
        fixes = [Fix("Write '\(completed)'", safety: .unsafe, edits: [edit])]
      }
      findings.report(
        "source '\(source.value)' matches no image: nodes complete the name to '\(completed)'", at: source.span,
        field: set.field(entry, "source"), help: "its mirrors are never used; write '\(completed)'", fixes: fixes)
    }
  }

  /// What nodes make of the source; `nil` when they leave it as it is, or when it may be an organisation.
  private static func completed(_ source: String) -> String? {
    let name = ImageName(source)
    guard name.port == nil, let path = name.path else { return name.host == "index.docker.io" ? "docker.io" : nil }
    if name.host == "docker.io" || name.host == "index.docker.io", DockerHubImages.isOfficial(path) {
      return "docker.io/library/\(path)"
    }
    return name.host == "index.docker.io" ? "docker.io/\(path)" : nil
  }
}

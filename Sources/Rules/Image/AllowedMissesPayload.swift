import Diagnostics
import RegistryConfig
import SourceText

/// An allowed list that rejects the cluster's own images.
public struct AllowedMissesPayload: Rule {
  public static let documentation = RuleDocumentation(
    id: "allowed-misses-payload", code: "IMG110", category: .image, severity: .error, effect: .pullsFail,
    fixing: .unsafe,
    summary: "`allowedRegistries` does not cover the images that the cluster itself is made of.",
    why: """
      As soon as the list has an entry, policy.json rejects everything else. Every pod of OpenShift runs an image of \
      `quay.io/openshift-release-dev`, the release image and its content, and operators of the catalogs come from \
      `registry.redhat.io`. Mirrors do not help: the policy is asked for the name of the source.
      """,
    instead: """
      Add `quay.io/openshift-release-dev` (or `quay.io`) and `registry.redhat.io`. For a cluster with another release \
      image name that with `--release-image` or in the configuration.
      """,
    sources: [
      "openshift-docs images-configuration-allowed (warning)", "BZ 1833239, OCPBUGS-855",
      "containers/image docker/docker_image_src.go (the policy is asked for the source)",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "private registries only",
      ImageExample.sources(
        """
        ⟦allowedRegistries⟧:
        - registry.lab:5000
        """),
      fixed: ImageExample.sources(
        """
        allowedRegistries:
        - registry.lab:5000
        - quay.io/openshift-release-dev
        - registry.redhat.io
        """), message: "does not cover 'quay.io/openshift-release-dev/ocp-release', "),
    .bad(
      "the release image without its content",
      ImageExample.sources("⟦allowedRegistries⟧: [quay.io/openshift-release-dev/ocp-release]"),
      message: "'quay.io/openshift-release-dev/ocp-v4.0-art-dev'"),
    .bad(
      "the operators of the catalogs", ImageExample.sources("⟦allowedRegistries⟧: [quay.io]"),
      fixed: ImageExample.sources("allowedRegistries: [quay.io, registry.redhat.io]"), message: "'registry.redhat.io'"),
    .bad(
      "the release image of this cluster", ImageExample.sources("⟦allowedRegistries⟧: [quay.io, registry.redhat.io]"),
      releaseImage:
        "mirror.lab:5000/ocp/release@sha256:4c2e8d1b6a7f4a3f6f7c1a0f4b9f8e7d6c5b4a39281706f5e4d3c2b1a0f9e8d7",
      message: "'mirror.lab:5000/ocp/release'", testOnly: true),
    .good("both registries", ImageExample.sources("allowedRegistries: [quay.io, registry.redhat.io]")),
    .good(
      "an entry with a mistake that has its own finding",
      ImageExample.sources("allowedRegistries: ['https://quay.io/', registry.redhat.io/*]")),
    .good("a part is not known yet", ImageExample.sources("allowedRegistries: [registry.lab, '${REGISTRY}']")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard !resource.resource.isPatch, let list = resource.image?.allowedRegistries, list.isComplete,
      !list.entries.isEmpty
    else { return }
    let scopes = MeantScopes(list)
    let payload = PayloadRepositories(releaseImage: resource.settings.releaseImage)
    let missing = payload.repositories.filter { !scopes.covers($0) }
    let catalog = "registry.redhat.io"
    let missesCatalog = !payload.isCommunity && !scopes.touches(catalog)
    guard !missing.isEmpty || missesCatalog else { return }
    var additions: [String] = []
    for repository in missing {
      let scope = repository.hasPrefix(PayloadRepositories.namespace + "/") ? PayloadRepositories.namespace : repository
      if !additions.contains(scope) { additions.append(scope) }
    }
    if missesCatalog { additions.append(catalog) }
    findings.report(
      "allowedRegistries does not cover \(Quoted.list(missing + (missesCatalog ? [catalog] : [])))", at: list.keySpan,
      field: list.field, severity: missing.isEmpty ? .warning : .error,
      help: (missing.isEmpty
        ? "policy.json rejects the images of Red Hat's operators and samples"
        : "policy.json rejects the images of the payload: pods of the cluster itself do not start on another node, and "
          + "the next upgrade fails, also when mirrors have the images")
        + "; add \(Quoted.list(additions))",
      fixes: ListEdits.insertion(of: additions, at: list).map {
        [Fix("Allow what the cluster needs", safety: .unsafe, in: list.span.file, [$0])]
      } ?? [])
  }
}

/// The repositories that the images of a cluster's payload are pulled from.
struct PayloadRepositories {
  static let namespace = "quay.io/openshift-release-dev"
  static let content = namespace + "/ocp-v4.0-art-dev"

  let repositories: [String]
  /// A payload of OKD or of one's own build, whose content and operators come from elsewhere.
  let isCommunity: Bool

  /// - Parameter releaseImage: `nil` stands for a release of OpenShift.
  init(releaseImage: String?) {
    let official = Self.namespace + "/ocp-release"
    guard let image = releaseImage else {
      repositories = [official, Self.content]
      isCommunity = false
      return
    }
    let release = ImageName(image).repository
    let isMirrored = release != official && !PublicRegistry.contains(ImageName(image).host)
    repositories = release == official || isMirrored ? [release, Self.content] : [release]
    isCommunity = release != official && !isMirrored
  }
}

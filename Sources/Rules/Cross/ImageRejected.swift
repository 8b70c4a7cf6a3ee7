import Diagnostics
import NodeConfig
import RegistryConfig
import SourceText

/// A pod's image that no node of the cluster may pull.
public struct ImageRejected: Rule {
  public static let documentation = RuleDocumentation(
    id: "image-rejected", code: "XRS404", category: .cross, severity: .error, effect: .pullsFail,
    summary: "A workload beside the configuration runs an image that no node of the cluster can pull.",
    why: """
      policy.json is asked for the name that the pod writes: what allowedRegistries does not list, or \
      blockedRegistries does, is refused with "is rejected by policy". What passes is tried at the mirrors and the \
      source; when each of them is blocked the pull fails as well. The pod stays in ImagePullBackOff on every node.
      """,
    instead: "Allow the registry or repository, or name the image by one that the cluster may pull from.",
    sources: ["containers/image docker/docker_image_src.go", "containers/image docker/policyconfiguration/naming.go"])

  public static let examples: [RuleExample] = [
    .bad(
      "a registry that is not allowed",
      text("allowedRegistries: [quay.io, registry.redhat.io]", image: "⟦docker.io/library/nginx:1.27⟧"),
      message: "no node can pull 'docker.io/library/nginx:1.27': allowedRegistries does not list it"),
    .bad(
      "a blocked repository", text("blockedRegistries: [ghcr.io/bad]", image: "⟦ghcr.io/bad/app:1⟧"),
      message: "'ghcr.io/bad' in blockedRegistries rejects it"),
    .bad(
      "by tag, where only digests have mirrors and the source is forbidden",
      text("insecureRegistries: [mirror.lab]", image: "⟦ghcr.io/team/app:1⟧") + "\n---\n" + forbidden,
      message: "every endpoint that has it is blocked"),
    .good("an allowed one", text("allowedRegistries: [quay.io, '*.redhat.io']", image: "registry.redhat.io/ubi9:9.5")),
    .good("a short name", text("allowedRegistries: [quay.io]", image: "nginx:1.27")),
    .good("a chart's value", text("allowedRegistries: [quay.io]", image: "'{{ .Values.image }}'")),
    .good(
      "the list is not known yet", text("allowedRegistries: [quay.io, '${REGISTRY}']", image: "ghcr.io/team/app:1")),
    .good(
      "an entry with a mistake of its own", text("allowedRegistries: ['https://ghcr.io']", image: "ghcr.io/team/app:1"),
      testOnly: true),
    .good(
      "another port, another rule", text("allowedRegistries: [registry.lab]", image: "'registry.lab:5000/app:1'"),
      testOnly: true),
  ]

  static func text(_ lists: String, image: String) -> String {
    """
    \(ImageExample.sources(lists))
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: app
      namespace: team
    spec:
      template:
        spec:
          containers:
          - name: app
            image: \(image)
    """
  }

  private static let forbidden = """
    apiVersion: config.openshift.io/v1
    kind: ImageDigestMirrorSet
    metadata:
      name: mirrors
    spec:
      imageDigestMirrors:
      - source: ghcr.io/team
        mirrors: [mirror.lab/team]
        mirrorSourcePolicy: NeverContactSource
    """

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard cluster.rendering.isComplete else { return }
    let allowed = cluster.image?.allowedRegistries
    let reach = allowed.map { AllowedReach($0) }
    for pull in cluster.workloadPulls where !pull.candidate.isPullable {
      let candidate = pull.candidate
      let cause: String
      var places: [Label] = []
      if candidate.policyVerdict == .reject {
        if let origin = candidate.policyOrigins.first {
          cause = "\(Quoted.text(origin.value)) in blockedRegistries rejects it"
          places = [Label("blocked here", at: origin.span)]
        } else {
          // An empty list rejects nothing: then `blocks-only-payload` tells what does.
          guard let allowed, let reach, !allowed.entries.isEmpty, !reach.almostCovers(pull.repository) else { continue }
          cause = "allowedRegistries does not list it"
          places = [Label("the allowed registries", at: allowed.keySpan)]
        }
      } else if let error = candidate.error {
        // Where the port is the reason, the source is what is wrong.
        if candidate.takesPortForPath { continue }
        cause = error
        places = candidate.matchedOrigins.prefix(1).map { Label("the source", at: $0.span) }
      } else {
        cause = "every endpoint that has it is blocked"
        places = candidate.sources.compactMap { $0.blockedOrigins.first }.prefix(2).map {
          Label("blocked here", at: $0.span)
        }
      }
      findings.report(
        "no node can pull \(Quoted.text(pull.image.reference.value)): \(cause)", at: pull.image.reference.span,
        field: pull.image.field, reference: pull.image.owner, related: places, help: help(candidate))
    }
  }

  private func help(_ candidate: PullResolution.Candidate) -> String {
    let pod = "the pod stays in ImagePullBackOff on every node; "
    if candidate.policyVerdict == .reject {
      let scope = candidate.policyScope.hasPrefix("docker:") ? candidate.policyScope.dropFirst(7) : "default"
      return pod
        + "\(candidate.policyPath) has \"\(scope)\": [{\"type\": \"reject\"}] for the name that the pod writes, "
        + "so mirrors do not help: allow it, or name an image that may be pulled"
    }
    if !candidate.skippedMirrors.isEmpty {
      let isDigest = candidate.skippedMirrors.contains { $0.pullMode == .tagOnly }
      return pod
        + "its mirrors serve \(isDigest ? "tags" : "digests") only and the source is blocked: name the image by "
        + "\(isDigest ? "tag" : "digest"), or mirror it in an Image\(isDigest ? "Digest" : "Tag")MirrorSet too"
    }
    return pod + "unblock an endpoint, or name an image that may be pulled"
  }
}

/// What an allowed list almost covers: an entry with a mistake, another port, or a wildcard's apex, each of which has
/// a rule that speaks of the entry.
struct AllowedReach {
  private let scopes: MeantScopes
  private let hosts: Set<String>
  private let values: Set<String>

  init(_ list: RegistryList) {
    values = Set(list.values)
    scopes = MeantScopes(list)
    hosts = AllowedPortMismatch.hosts(list)
  }

  func almostCovers(_ repository: String) -> Bool {
    if scopes.covers(repository) { return true }
    let name = ImageName(repository)
    if values.contains("*." + name.host), !scopes.touches(name.registry) { return true }
    return hosts.contains(name.host) && !scopes.touches(repository) && !scopes.touches(name.registry)
  }
}

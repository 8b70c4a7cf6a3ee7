import Diagnostics
import NodeConfig
import RegistryConfig
import SourceText

/// Blocking exactly the mirrored release repository rejects everything else.
public struct BlocksOnlyPayload: Rule {
  public static let documentation = RuleDocumentation(
    id: "blocks-only-payload", code: "IMG123", category: .image, severity: .error, effect: .pullsFail, fixing: .unsafe,
    summary: "`blockedRegistries` holds nothing but the repository of the mirrored release image.",
    why: """
      The operator does not block its release image in policy.json but adds it to what is allowed. With nothing else \
      blocked, the file is that of an allowed list with one entry: its default is reject, and every other image of the \
      cluster is rejected.
      """,
    instead: """
      Use `mirrorSourcePolicy: NeverContactSource` in the mirror set of the release image instead, and leave \
      blockedRegistries out.
      """,
    sources: ["machine-config-operator pkg/controller/container-runtime-config/helpers.go"])

  public static let examples: [RuleExample] = [
    .bad(
      "one entry", PayloadExample.mirrored(blocked: "- ⟦quay.io/openshift-release-dev/ocp-release⟧"),
      message: "'quay.io/openshift-release-dev/ocp-release'"),
    .bad(
      "beside other settings",
      PayloadExample.mirrored(
        blocked: "- ⟦quay.io/openshift-release-dev/ocp-release⟧", more: "insecureRegistries: [reg.lab]\n"),
      fixed: PayloadExample.mirrored(blocked: nil, more: "insecureRegistries: [reg.lab]\n"), testOnly: true),
    .good(
      "with another entry the default is to accept",
      PayloadExample.mirrored(blocked: "- quay.io/openshift-release-dev/ocp-release\n- docker.io")),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard let image = cluster.image, let list = image.blockedRegistries, list.isComplete,
      image.allowedRegistries?.entries.isEmpty != false, cluster.rendering.error == nil,
      case .reject = cluster.rendering.policy.defaultRequirement
    else { return }
    let release = ImageName(cluster.rendering.releaseImage).repository
    guard let entry = list.known.first(where: { $0.value == release }) else { return }
    findings.report(
      "blockedRegistries holds nothing but the release image's repository \(entry.quoted), which allows only that one",
      at: entry.span, field: list.field(of: entry), resource: image.resource,
      help: "policy.json gets the default 'reject' and every image of another repository is rejected; use "
        + "mirrorSourcePolicy: NeverContactSource in the mirror set instead",
      fixes: fixes(list, image))
  }

  /// The list goes, when the key that holds it does not stay without a value.
  private func fixes(_ list: RegistryList, _ image: ImageConfiguration) -> [Fix] {
    guard let sources = image.resource.spec?["registrySources"], sources.entries.count > 1,
      let edit = LineRemoval.ofEntry(key: list.keySpan, value: list.span)
    else { return [] }
    return [Fix("Remove blockedRegistries", safety: .unsafe, in: list.span.file, [edit])]
  }
}

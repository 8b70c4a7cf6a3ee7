import Diagnostics
import RegistryConfig
import SourceText

/// An entry that makes policy.json unusable as a whole.
public struct PolicyUnloadable: Rule {
  public static let documentation = RuleDocumentation(
    id: "policy-unloadable", code: "IMG152", category: .image, severity: .error, effect: .pullsFail, fixing: .unsafe,
    summary: """
      An entry of `allowedRegistries` or `blockedRegistries` is `host/name` with a tag or digest, or before 4.14 has \
      three slashes or more.
      """,
    why: """
      The operator writes each entry under the transports `docker` and `atomic` of policy.json. containers/image \
      checks the keys of `atomic` when it loads the file: the last of two components may have no colon, and three \
      slashes are too many. One such key and the whole file is unusable ("Unknown key"): every pull on every node \
      fails. From 4.14 on the operator leaves out the keys with three slashes, from 4.23 on the API server refuses tags \
      and digests.
      """,
    instead: "Write the repository without tag and digest; before 4.14, a namespace of at most two components.",
    sources: [
      "containers/image signature/policy_config.go", "openshift/atomic transport: ValidatePolicyConfigurationScope",
      "OCPBUGS-4122 (machine-config-operator PR 3653)",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "a repository right below its host, with a tag",
      ImageExample.sources(
        """
        allowedRegistries:
        - quay.io
        - ⟦registry.lab:5000/app:v1⟧
        """),
      fixed: ImageExample.sources(
        """
        allowedRegistries:
        - quay.io
        - registry.lab:5000/app
        """), release: Release(4, 18), message: "'registry.lab:5000/app:v1'"),
    .bad(
      "with a digest", ImageExample.sources("blockedRegistries: [⟦reg.io/b@sha256:4c2e8d1b6a7f4a3f6f7c1a0f4b9f8e7d⟧]"),
      fixed: ImageExample.sources("blockedRegistries: [reg.io/b]"), release: Release(4, 16), testOnly: true),
    .bad(
      "three slashes", ImageExample.sources("allowedRegistries: [quay.io, ⟦registry.lab/a/b/c⟧]"),
      fixed: ImageExample.sources("allowedRegistries: [quay.io, registry.lab/a/b]"), release: Release(4, 13)),
    .good(
      "three slashes", ImageExample.sources("allowedRegistries: [quay.io, registry.lab/a/b/c]"), release: Release(4, 14)
    ),
    .good(
      "a tag behind a namespace loads", ImageExample.sources("allowedRegistries: [quay.io, registry.lab/a/b:v1]"),
      release: Release(4, 18)),
    .good(
      "insecure registries are not written to policy.json",
      ImageExample.sources("insecureRegistries: [registry.lab/a:v1]"),
      release: Release(4, 18)),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let image = resource.image else { return }
    for list in [image.allowedRegistries, image.blockedRegistries].compactMap({ $0 }) {
      for entry in list.known(.valid, .tagOrDigest)
      where Self.isFatal(entry.value, release: resource.settings.release) {
        let better = Self.better(entry.value)
        findings.report(
          "\(entry.quoted) in \(list.name) makes policy.json unusable", at: entry.span, field: list.field(of: entry),
          help: "CRI-O cannot load /etc/containers/policy.json (\"Unknown key\") and every pull on every node fails; "
            + "write '\(better)'",
          fixes: ScalarReplacement.edit(entry.span, with: better).map {
            [Fix("Write a scope that loads", safety: .unsafe, in: entry.span.file, [$0])]
          } ?? [])
      }
    }
  }

  /// Whether the entry, accepted by the API server, comes to a key of `atomic` that does not load.
  static func isFatal(_ value: String, release: Release) -> Bool {
    release < .checksRegistryEntries && AtomicPolicyScope.isWritten(value, release: release)
      && !AtomicPolicyScope.isLoadable(value)
  }

  /// The repository, or its first two components.
  private static func better(_ value: String) -> String {
    let parts = ImageName(value).repository.split(separator: "/")
    return parts.prefix(3).joined(separator: "/")
  }
}

import Diagnostics
import RegistryConfig
import SourceText

/// A blocked repository with tag or digest.
public struct BlockedTagEntry: Rule {
  public static let documentation = RuleDocumentation(
    id: "blocked-tag-entry", code: "IMG124", category: .image, severity: .warning, effect: .notApplied, fixing: .unsafe,
    summary: "An entry of `blockedRegistries` has a tag or digest.",
    why: """
      policy.json then rejects exactly this reference: the same image by digest or under another tag is pulled. \
      registries.conf is asked without tag and digest, so there the entry never matches. From 4.23 on the API server \
      refuses such entries (`registry-entry-grammar`).
      """,
    instead: "Block the repository; a single image version is a matter for an admission policy.",
    sources: ["containers/image docker/policyconfiguration/naming.go, pkg/sysregistriesv2", "OCPBUGS-43353"])

  public static let examples: [RuleExample] = [
    .bad(
      "a version that must not run", ImageExample.sources("blockedRegistries: [⟦docker.io/library/nginx:1.25⟧]"),
      fixed: ImageExample.sources("blockedRegistries: [docker.io/library/nginx]"), release: Release(4, 16),
      message: "blocks the tag '1.25' only"),
    .good(
      "the repository", ImageExample.sources("blockedRegistries: [docker.io/library/nginx]"), release: Release(4, 16)),
    .good("refused anyway", ImageExample.sources("blockedRegistries: [docker.io/library/nginx:1.25]"), testOnly: true),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    let release = resource.settings.release
    guard let list = resource.image?.blockedRegistries, release < .checksRegistryEntries else { return }
    for entry in list.known(.tagOrDigest) where !PolicyUnloadable.isFatal(entry.value, release: release) {
      let name = ImageName(entry.value)
      let what = name.digest.map { "digest \(Quoted.text($0))" } ?? "tag \(Quoted.text(name.tag ?? ""))"
      findings.report(
        "\(entry.quoted) in blockedRegistries blocks the \(what) only", at: entry.span, field: list.field(of: entry),
        help: "the same image \(name.digest == nil ? "by digest" : "by tag") is pulled; write '\(name.repository)' to "
          + "block the repository",
        fixes: ScalarReplacement.edit(entry.span, with: name.repository).map {
          [Fix("Block the whole repository", safety: .unsafe, in: entry.span.file, [$0])]
        } ?? [])
    }
  }
}

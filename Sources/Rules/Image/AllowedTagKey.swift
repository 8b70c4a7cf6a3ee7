import Diagnostics
import RegistryConfig
import SourceText

/// An allowed repository with tag or digest.
public struct AllowedTagKey: Rule {
  public static let documentation = RuleDocumentation(
    id: "allowed-tag-key", code: "IMG113", category: .image, severity: .warning, effect: .pullsFail, fixing: .unsafe,
    summary: "An entry of `allowedRegistries` has a tag or digest.",
    why: """
      The key of policy.json then allows exactly this reference. The same image by digest (as operators and mirrors \
      ask for it) or under another tag is rejected. From 4.23 on the API server refuses such entries \
      (`registry-entry-grammar`).
      """,
    instead: "Allow the repository without tag and digest.",
    sources: ["containers/image docker/policyconfiguration/naming.go", "OCPBUGS-43353"])

  public static let examples: [RuleExample] = [
    .bad(
      "the example of older documentation",
      ImageExample.sources("allowedRegistries: [quay.io, ⟦reg1.io/myrepo/myapp:latest⟧]"),
      fixed: ImageExample.sources("allowedRegistries: [quay.io, reg1.io/myrepo/myapp]"), release: Release(4, 16),
      message: "allows the tag 'latest' only"),
    .good(
      "the repository", ImageExample.sources("allowedRegistries: [quay.io, reg1.io/myrepo/myapp]"),
      release: Release(4, 16)),
    .good(
      "refused anyway", ImageExample.sources("allowedRegistries: [quay.io, reg1.io/myrepo/myapp:latest]"),
      testOnly: true),
    .good(
      "a port is no tag", ImageExample.sources("allowedRegistries: [quay.io, 'reg1.io:5000/myrepo/myapp']"),
      release: Release(4, 16)),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    let release = resource.settings.release
    guard let list = resource.image?.allowedRegistries, release < .checksRegistryEntries else { return }
    for entry in list.known(.tagOrDigest) where !PolicyUnloadable.isFatal(entry.value, release: release) {
      let name = ImageName(entry.value)
      let what = name.digest.map { "digest \(Quoted.text($0))" } ?? "tag \(Quoted.text(name.tag ?? ""))"
      findings.report(
        "\(entry.quoted) in allowedRegistries allows the \(what) only", at: entry.span, field: list.field(of: entry),
        help: "policy.json rejects every other reference of the repository, also the same image "
          + "\(name.digest == nil ? "by digest" : "by tag"); write '\(name.repository)'",
        fixes: ScalarReplacement.edit(entry.span, with: name.repository).map {
          [Fix("Allow the whole repository", safety: .unsafe, in: entry.span.file, [$0])]
        } ?? [])
    }
  }
}

import Diagnostics
import RegistryConfig
import SourceText

/// `imageStreamImportMode` on a release that does not know it. Off by default: `unknown-field` reports the key as
/// pruned already, and one cause is one diagnostic; this rule knows the feature gate.
public struct ImportModeVersion: Rule {
  public static let documentation = RuleDocumentation(
    id: "import-mode-version", code: "IMG150", category: .image, severity: .warning, effect: .notApplied,
    isOptIn: true,
    summary: "`imageStreamImportMode` is written for a release before 4.21.",
    why: """
      Before 4.21 the field is behind the feature gate ImageStreamImportMode (TechPreviewNoUpgrade): on other clusters \
      the API server prunes it, and image streams import by the architecture of the payload.
      """,
    instead: "Leave it out until 4.21, or set `importMode` in the tags of the image streams.",
    sources: ["openshift/api config/v1/types_image.go (+openshift:enable:FeatureGate=ImageStreamImportMode)"])

  public static let examples: [RuleExample] = [
    .bad("too early", ImageExample.spec("imageStreamImportMode: ⟦PreserveOriginal⟧"), release: Release(4, 20)),
    .good("known", ImageExample.spec("imageStreamImportMode: PreserveOriginal"), release: Release(4, 21)),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    let release = resource.settings.release
    guard resource.image != nil, release < Release(4, 21),
      let mode = resource.resource.spec?.located("imageStreamImportMode")
    else { return }
    findings.report(
      "imageStreamImportMode \(Quoted.text(mode.value)) is not known to \(release)", at: mode.span,
      field: "spec.imageStreamImportMode",
      help: "the API server prunes it, unless the cluster has the feature set TechPreviewNoUpgrade")
  }
}

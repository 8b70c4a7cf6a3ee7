import Diagnostics
import RegistryConfig
import SourceText

/// A value that is none of those the field allows, most often for its case.
public struct WrongEnumCase: Rule {
  public static let documentation = RuleDocumentation(
    id: "wrong-enum-case", code: "FMT304", category: .format, severity: .error, effect: .refused, fixing: .both,
    summary: "A value that is none of those the field allows, such as `neverContactSource`.",
    why: "The API server refuses the whole object (`Unsupported value`). Upper and lower case count.",
    instead: "Write one of the allowed values exactly: NeverContactSource or AllowContactingSource; Legacy or "
      + "PreserveOriginal; PublicKey, FulcioCAWithRekor or PKI.",
    sources: ["openshift/api CRDs (enum)"])

  public static let examples: [RuleExample] = [
    .bad(
      "wrong case",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab/team]
          mirrorSourcePolicy: ⟦neverContactSource⟧
        - source: quay.io/other
          mirrors: [mirror.lab/other]
          mirrorSourcePolicy: ⟦"NeverContactSources"⟧
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: mirrors
        spec:
          imageDigestMirrors:
          - source: quay.io/team
            mirrors: [mirror.lab/team]
            mirrorSourcePolicy: NeverContactSource
          - source: quay.io/other
            mirrors: [mirror.lab/other]
            mirrorSourcePolicy: "NeverContactSource"
        """, message: "'neverContactSource' is no mirrorSourcePolicy, did you mean 'NeverContactSource'?"),
    .bad(
      "something else",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        imageStreamImportMode: ⟦Multi⟧
      """, message: "'Multi' is no imageStreamImportMode"),
    .good(
      "exact values",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: mirrors
      spec:
        imageTagMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab/team]
          mirrorSourcePolicy: AllowContactingSource
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    for violation in resource.schema.violations(of: .wrongEnumCase) {
      guard case .unsupportedValue(let text, let allowed) = violation.problem else { continue }
      let sameLetters = allowed.first { $0.lowercased() == text.lowercased() && !$0.isEmpty }
      let near = sameLetters ?? nearest(to: text, in: allowed)
      let fix = near.flatMap { meant in
        violation.value?.rewritten(as: meant).map {
          Fix("Write \(meant)", safety: sameLetters == nil ? .unsafe : .safe, in: violation.span.file, [$0])
        }
      }
      let values = allowed.filter { !$0.isEmpty }.joined(separator: ", ")
      findings.report(
        "'\(text.shortened())' is no \(violation.keyName)" + (near.map { ", did you mean '\($0)'?" } ?? ""),
        at: violation.span, field: violation.field,
        help: "the API server refuses the whole object; allowed values: \(values)", fixes: fix.map { [$0] } ?? [])
    }
  }

  private func nearest(to text: String, in allowed: [String]) -> String? {
    var best: (value: String, distance: Int)?
    for value in allowed where !value.isEmpty {
      guard let distance = EditDistance.between(text.lowercased(), value.lowercased(), limit: 3) else { continue }
      if distance < best?.distance ?? .max { best = (value, distance) }
    }
    return best?.value
  }
}

import Diagnostics
import RegistryConfig
import SourceText

/// A ConfigMap that is too large for the API server, or for a client-side apply.
public struct LargeConfigmap: Rule {
  public static let documentation = RuleDocumentation(
    id: "large-configmap", code: "HYG508", category: .hygiene, severity: .error, effect: .refused,
    summary: "A ConfigMap is larger than 1 MiB, or a ConfigMap of registry CAs larger than 256 KiB.",
    why: """
      The API server refuses a ConfigMap with more than 1048576 bytes of data. `oc apply` and Argo CD keep a copy of \
      the object in an annotation unless they apply on the server's side, and all annotations together may have 262144 \
      bytes.
      """,
    instead: "Keep only the CAs that registries need; system trust belongs into `trustedCA` of Proxy/cluster.",
    sources: [
      "k8s.io/kubernetes pkg/apis/core/validation (ValidateConfigMap, MaxSecretSize)",
      "k8s.io/apimachinery pkg/api/validation (TotalAnnotationSizeLimitB)",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "over 256 KiB",
      CAExample.data("registry.example.com..5000: |\n  " + String(repeating: "#", count: annotationLimit))
        .replacing("\ndata:", with: "\n⟦data⟧:"), testOnly: true),
    .good("a small one", CAExample.map("registry.example.com..5000", CAExample.ca)),
  ]

  /// Bytes of all annotations of an object.
  private static let annotationLimit = 262_144

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let map = resource.configMap else { return }
    for violation in resource.schema.violations(of: .subjectRule) {
      guard case .tooLong(let limit) = violation.problem, violation.field == "data" else { continue }
      findings.report(
        "the ConfigMap holds more than \(limit) bytes", at: violation.key?.span ?? map.resource.kindName.span,
        field: "data", help: "the API server refuses the object; leave out what registries do not need")
      return
    }
    let size = map.entries.reduce(0) { $0 + $1.key.value.utf8.count + ($1.value?.value.utf8.count ?? 0) }
    guard size > Self.annotationLimit, !resource.certificates.isEmpty,
      let section = map.resource.root.entry("data") ?? map.resource.root.entry("binaryData")
    else { return }
    findings.report(
      "the ConfigMap holds \(size) bytes, too many for a client-side apply", at: section.key.span, field: "data",
      severity: .warning, effect: .notApplied,
      help: "'oc apply' and Argo CD copy the object into an annotation and fail with 'metadata.annotations: Too long'; "
        + "leave out CAs that no registry needs, or apply on the server's side")
  }
}

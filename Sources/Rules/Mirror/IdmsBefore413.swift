import Diagnostics
import RegistryConfig

/// A mirror set on a release that has no such kind.
public struct IdmsBefore413: Rule {
  public static let documentation = RuleDocumentation(
    id: "idms-before-4.13", code: "MIR226", category: .mirror, severity: .error, effect: .refused,
    summary: "An ImageDigestMirrorSet or ImageTagMirrorSet before 4.13.",
    why: """
      The CRDs came with 4.13. On an older cluster the API server knows no such kind ("no matches for kind"), and the \
      nodes never get the mirrors.
      """,
    instead: "An ImageContentSourcePolicy for pulls by digest; before 4.13 there are no mirrors for pulls by tag.",
    sources: ["openshift/api release-4.12 config/v1 (no such types)"])

  public static let examples: [RuleExample] = [
    .bad(
      "on 4.12",
      """
      apiVersion: config.openshift.io/v1
      kind: ⟦ImageDigestMirrorSet⟧
      metadata:
        name: team
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team]
      """, release: Release(4, 12), message: "came with 4.13"),
    .good(
      "on 4.13",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: team
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab.example.com/team]
      """, release: Release(4, 13)),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard resource.settings.release < Release(4, 13), let set = resource.mirrorSet, set.hasPolicies else { return }
    findings.report(
      "\(set.title) is for OpenShift \(resource.settings.release), and the kind came with 4.13",
      at: resource.resource.kindName.span, field: "kind",
      help: set.resource.kind == .imageTagMirrorSet
        ? "the API server refuses it ('no matches for kind'); before 4.13 nodes have no mirrors for pulls by tag"
        : "the API server refuses it ('no matches for kind'); write an ImageContentSourcePolicy")
  }
}

import Diagnostics
import RegistryConfig

/// A mirror that is no `host[:port][/path]`.
public struct MirrorGrammar: Rule {
  public static let documentation = RuleDocumentation(
    id: "mirror-grammar", code: "MIR203", category: .mirror, severity: .error, effect: .refused, fixing: .unsafe,
    summary: "A mirror is not `host[:port][/path]`.",
    why: """
      A node replaces the source at the start of an image's name by the mirror, so a mirror is a registry or a \
      repository and nothing else. The CRDs of ImageDigestMirrorSet and ImageTagMirrorSet hold a pattern, and the \
      API server refuses what does not match. For an ImageContentSourcePolicy the Machine Config Operator refuses to \
      render from 4.16 on; before, the mirror is written as it is and pulls of the source fail.
      """,
    instead: "Name a registry, a namespace or a repository, without tag, digest, scheme, wildcard and trailing slash.",
    sources: [
      "openshift/api config/v1/types_image_digest_mirror_set.go (pattern of mirrors)",
      "machine-config-operator pkg/controller/container-runtime-config/helpers.go (validateRegistriesConfScopes)",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "a tag, a scheme, a wildcard",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: operators
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io/serverless/ingress
          mirrors: [⟦"quay.io/serverless/ingress:latest"⟧, ⟦docker://quay.io/serverless/ingress⟧]
        - source: registry.redhat.io
          mirrors:
          - ⟦'*.mirror.example.com'⟧
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: operators
        spec:
          imageDigestMirrors:
          - source: registry.redhat.io/serverless/ingress
            mirrors: ["quay.io/serverless/ingress", quay.io/serverless/ingress]
          - source: registry.redhat.io
            mirrors:
            - '*.mirror.example.com'
        """, message: "holds the tag 'latest'"),
    .bad(
      "an ImageContentSourcePolicy before 4.16: pulls fail",
      """
      apiVersion: operator.openshift.io/v1alpha1
      kind: ImageContentSourcePolicy
      metadata:
        name: operators
      spec:
        repositoryDigestMirrors:
        - source: registry.redhat.io
          mirrors:
          - ⟦mirror.example.com/RedHat⟧
      """,
      fixed: """
        apiVersion: operator.openshift.io/v1alpha1
        kind: ImageContentSourcePolicy
        metadata:
          name: operators
        spec:
          repositoryDigestMirrors:
          - source: registry.redhat.io
            mirrors:
            - mirror.example.com/redhat
        """, release: Release(4, 14), message: "upper-case letters in its path"),
    .good(
      "mirrors that only look strange",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: fine
      spec:
        imageDigestMirrors:
        - source: registry.redhat.io
          mirrors:
          - mirror.example.com
          - localhost:5000
          - 10.0.0.14:8081/quay.io/opstree
          - quay.io:443/team/my_app
          - "{{ mirror_host }}/RedHat"
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let set = resource.mirrorSet else { return }
    for entry in set.entries {
      for (place, mirror) in entry.mirrors.enumerated() {
        guard let problem = MirrorText(mirror, as: .mirror) else { continue }
        findings.report(problem, in: set, field: set.field(entry, mirror: place), release: resource.settings.release)
      }
    }
  }
}

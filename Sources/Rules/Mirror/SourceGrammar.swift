import Diagnostics
import RegistryConfig

/// A source that is no `host[:port][/path]` and no `*.host`.
public struct SourceGrammar: Rule {
  public static let documentation = RuleDocumentation(
    id: "source-grammar", code: "MIR202", category: .mirror, severity: .error, effect: .refused, fixing: .unsafe,
    summary: "The source of a mirror set is not `host[:port][/path]` or `*.host`.",
    why: """
      The CRDs of ImageDigestMirrorSet and ImageTagMirrorSet hold a pattern, and the API server refuses what does not \
      match it: a tag, a digest, a scheme, a slash at the end, upper case in the path, a `*` that is not the first \
      label of a host name alone. ImageContentSourcePolicy has no pattern. From 4.16 on the Machine Config Operator \
      checks it instead and renders nothing for any pool until the object is repaired; before, it writes the source to \
      registries.conf, where no image matches it (and a scheme makes the whole file unusable).
      """,
    instead: "Name a registry, a namespace or a repository, without tag, digest, scheme and trailing slash.",
    sources: [
      "openshift/api config/v1/types_image_digest_mirror_set.go (pattern of source)",
      "machine-config-operator pkg/controller/container-runtime-config/helpers.go (validateRegistriesConfScopes)",
      "containers/image pkg/sysregistriesv2/system_registries_v2.go (parseLocation)",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "a tag and a digest",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: operators
      spec:
        imageDigestMirrors:
        - source: ⟦registry.redhat.io/lvms4/lvms-operator:v4.16⟧
          mirrors:
          - mirror.lab.example.com:5000/lvms4/lvms-operator
        - source: ⟦'quay.io/ubi9@sha256:4c2e8d1b6a7f4a3f6f7c1a0f4b9f8e7d6c5b4a39281706f5e4d3c2b1a0f9e8d7'⟧
          mirrors: [mirror.lab.example.com:5000/ubi9]
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: operators
        spec:
          imageDigestMirrors:
          - source: registry.redhat.io/lvms4/lvms-operator
            mirrors:
            - mirror.lab.example.com:5000/lvms4/lvms-operator
          - source: 'quay.io/ubi9'
            mirrors: [mirror.lab.example.com:5000/ubi9]
        """, message: "holds the tag 'v4.16'"),
    .bad(
      "wildcards that are more than a host",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: all
      spec:
        imageTagMirrors:
        - source: ⟦quay.io/*⟧
          mirrors: [mirror.lab.example.com/quay]
        - source: ⟦"*.example.com:5000"⟧
          mirrors: [mirror.lab.example.com/example]
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageTagMirrorSet
        metadata:
          name: all
        spec:
          imageTagMirrors:
          - source: quay.io
            mirrors: [mirror.lab.example.com/quay]
          - source: "*.example.com:5000"
            mirrors: [mirror.lab.example.com/example]
        """, message: "wildcard"),
    .bad(
      "an ImageContentSourcePolicy: the operator stops",
      """
      apiVersion: operator.openshift.io/v1alpha1
      kind: ImageContentSourcePolicy
      metadata:
        name: operators
      spec:
        repositoryDigestMirrors:
        - source: ⟦registry.redhat.io/⟧
          mirrors: [mirror.lab.example.com]
        - source: ⟦https://quay.io⟧
          mirrors: [mirror.lab.example.com]
        - source: ⟦quay.io/Team⟧
          mirrors: [mirror.lab.example.com]
      """,
      fixed: """
        apiVersion: operator.openshift.io/v1alpha1
        kind: ImageContentSourcePolicy
        metadata:
          name: operators
        spec:
          repositoryDigestMirrors:
          - source: registry.redhat.io
            mirrors: [mirror.lab.example.com]
          - source: quay.io
            mirrors: [mirror.lab.example.com]
          - source: quay.io/team
            mirrors: [mirror.lab.example.com]
        """, message: "ends with a slash"),
    .good(
      "hosts, ports, addresses, wildcards, deep paths",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: fine
      spec:
        imageDigestMirrors:
        - source: quay.io
          mirrors: [mirror.lab.example.com/quay]
        - source: localhost:5000/team/app__x.y-z
          mirrors: [mirror.lab.example.com/team]
        - source: 10.0.0.14:8081/quay.io/team
          mirrors: [mirror.lab.example.com/team2]
        - source: "*.apps.example.com"
          mirrors: [mirror.lab.example.com/apps]
      """),
    .good(
      "a blank has a rule of its own",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: operators
      spec:
        imageDigestMirrors:
        - source: " quay.io/team"
          mirrors: [mirror.lab.example.com/team]
      """, testOnly: true),
    .good(
      "a placeholder",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: template
      spec:
        imageDigestMirrors:
        - source: "<registry.example.com:8443>/OADP"
          mirrors: ["${REGISTRY}/oadp"]
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let set = resource.mirrorSet else { return }
    for entry in set.entries {
      guard let source = entry.source, let problem = MirrorText(source, as: .source) else { continue }
      findings.report(problem, in: set, field: set.field(entry, "source"), release: resource.settings.release)
    }
  }
}

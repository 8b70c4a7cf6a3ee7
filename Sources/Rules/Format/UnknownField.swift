import Diagnostics
import RegistryConfig
import SourceText

/// A key that the CRD does not know: the API server takes the object and drops the key.
public struct UnknownField: Rule {
  public static let documentation = RuleDocumentation(
    id: "unknown-field", code: "FMT301", category: .format, severity: .error, effect: .notApplied, fixing: .safe,
    summary: "A key that the kind does not have in this release.",
    why: """
      The API server accepts the object and prunes the key with everything below it. `oc apply` only prints a warning, \
      Argo CD nothing: the object looks applied and the setting is not there. The documentation itself once said \
      `registrySource` for `registrySources`. The installer drops an unknown key of install-config.yaml with a \
      warning, and newer ones refuse it when a person runs them.
      """,
    instead: "Write the field's exact name, at its place; `oc explain` lists the fields of a kind.",
    sources: [
      "openshift/api CRDs of release-4.12 to release-5.0 (structural schemas, pruning)", "OCPBUGS-17177",
      "openshift/installer pull requests 6039 (ignored with a warning) and 10287 (refused for users)",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "a missing letter",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        ⟦registrySource⟧:
          insecureRegistries:
          - registry.lab:5000
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          registrySources:
            insecureRegistries:
            - registry.lab:5000
        """, message: "unknown field 'registrySource', did you mean 'registrySources'?"),
    .bad(
      "the list of another kind",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        ⟦repositoryDigestMirrors⟧:
        - source: quay.io/team
          mirrors: [mirror.lab/team]
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
        """, message: "did you mean 'imageDigestMirrors'?"),
    .bad(
      "at the wrong place",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        ⟦allowedRegistries⟧:
        - quay.io
        allowedRegistriesForImport:
        - ⟦domain⟧: quay.io
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          allowedRegistries:
          - quay.io
          allowedRegistriesForImport:
          - domainName: quay.io
        """, message: "'allowedRegistries' belongs under spec.registrySources"),
    .bad(
      "a policy in an ImageContentSourcePolicy",
      """
      apiVersion: operator.openshift.io/v1alpha1
      kind: ImageContentSourcePolicy
      metadata:
        name: mirrors
      spec:
        repositoryDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab/team]
          ⟦mirrorSourcePolicy⟧: NeverContactSource
      """, message: "'mirrorSourcePolicy' is a field of ImageDigestMirrorSet, not of ImageContentSourcePolicy"),
    .bad(
      "a field of a later release",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        ⟦imageStreamImportMode⟧: PreserveOriginal
      """, release: Release(4, 18), message: "came with OpenShift 4.21"),
    .bad(
      "beside the key that was meant, which is null: the API server refuses that one",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        ⟦repositoryDigestMirrors⟧:
        - source: quay.io/team
          mirrors: [mirror.lab/team]
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
        """),
    .bad(
      "no idea what was meant",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageTagMirrorSet
      metadata:
        name: mirrors
        ⟦description⟧: team mirrors
      spec: {}
      ⟦comment⟧: {a: b}
      """, testOnly: true),
    .bad(
      "an install-config's policy has another name",
      """
      apiVersion: v1
      baseDomain: example.com
      metadata:
        name: demo
      platform:
        none: {}
      imageDigestSources:
      - source: quay.io/openshift-release-dev/ocp-release
        mirrors: [mirror.lab.example.com:5000/ocp/release]
        ⟦mirrorSourcePolicy⟧: NeverContactSource
      """,
      fixed: """
        apiVersion: v1
        baseDomain: example.com
        metadata:
          name: demo
        platform:
          none: {}
        imageDigestSources:
        - source: quay.io/openshift-release-dev/ocp-release
          mirrors: [mirror.lab.example.com:5000/ocp/release]
          sourcePolicy: NeverContactSource
        """, message: "did you mean 'sourcePolicy'?"),
    .bad(
      "before install-configs had policies, and in the older list",
      """
      apiVersion: v1
      baseDomain: example.com
      platform:
        none: {}
      imageDigestSources:
      - source: quay.io/openshift-release-dev/ocp-release
        mirrors: [mirror.lab.example.com:5000/ocp/release]
        ⟦sourcePolicy⟧: NeverContactSource
      imageContentSources:
      - source: quay.io/openshift-release-dev/ocp-v4.0-art-dev
        mirrors: [mirror.lab.example.com:5000/ocp/release]
        ⟦mirrorSourcePolicy⟧: NeverContactSource
      """, release: Release(4, 18), message: "came with OpenShift 4.21", testOnly: true),
    .bad(
      "the list of an ImageContentSourcePolicy in an install-config",
      """
      apiVersion: v1
      baseDomain: example.com
      metadata:
        name: demo
      platform:
        none: {}
      imageContentSources:
      - source: quay.io/openshift-release-dev/ocp-release
        mirrors: [mirror.lab.example.com:5000/ocp/release]
      ⟦repositoryDigestMirrors⟧:
      - source: quay.io/openshift-release-dev/ocp-v4.0-art-dev
        mirrors: [mirror.lab.example.com:5000/ocp/release]
      """, message: "unknown field 'repositoryDigestMirrors' in install-config"),
    .good(
      "a policy that the installer knows",
      """
      apiVersion: v1
      baseDomain: example.com
      platform:
        none: {}
      imageDigestSources:
      - source: quay.io/openshift-release-dev/ocp-release
        mirrors: [mirror.lab.example.com:5000/ocp/release]
        sourcePolicy: NeverContactSource
      """, testOnly: true),
    .good(
      "a status is dropped as well, which is another rule's matter",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
        creationTimestamp: null
      spec:
        imageDigestMirrors:
        - source: quay.io/team
          mirrors: [mirror.lab/team]
          mirrorSourcePolicy: NeverContactSource
      status: {}
      """),
    .good(
      "a field that the release knows",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        imageStreamImportMode: PreserveOriginal
      """),
  ]

  public init() {}

  public func check(_ file: LintedFile, _ findings: inout Findings) {
    for object in file.carriers where object.isInstallConfig {
      for key in InstallConfigKey.unknown(in: object, release: file.settings.release) {
        findings.report(
          key.message, at: key.node.span, field: key.field, reference: ResourceReference(object),
          help: "the installer drops it with a warning, and newer ones refuse it when a person runs them: what it says "
            + "reaches no node; \(key.advice)",
          fixes: key.rename.map { [Fix("Rename it to \($0.key)", safety: .safe, in: key.node.span.file, [$0.edit])] }
            ?? [])
      }
    }
  }

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    // An install-config is judged as it is written.
    if case .derived(let carrier) = resource.resource.carrier, carrier.hasPrefix("install-config") { return }
    for violation in resource.schema.violations(of: .unknownField) {
      guard case .unknownField(let suggestions) = violation.problem else { continue }
      let name = violation.keyName.shortened()
      let twin = resource.schema.emptyTwin(of: violation)
      var related: [Label] = []
      if let twin, let key = twin.key { related = [Label("null here, which the API server refuses", at: key.span)] }
      findings.report(
        message(name, suggestions, resource), at: violation.span, field: violation.field,
        severity: violation.field == "status" ? .note : nil, effect: twin == nil ? nil : .refused, related: related,
        help: help(suggestions, twin != nil), fixes: fix(violation, suggestions, twin, in: resource).map { [$0] } ?? [])
    }
  }

  private func message(_ name: String, _ suggestions: [FieldSuggestion], _ resource: LintedResource) -> String {
    let unknown = "unknown field '\(name)'"
    guard let first = suggestions.first else {
      return "\(unknown): \(resource.resource.kind.rawValue) has no such key here"
    }
    let names = suggestions.prefix(3).map { "'\($0.key)'" }.joined(separator: " or ")
    switch first.place {
    case .here: return "\(unknown), did you mean \(names)?"
    case .elsewhere:
      let paths = suggestions.prefix(3).compactMap { suggestion -> String? in
        guard case .elsewhere(let path) = suggestion.place else { return nil }
        return path.utf8.lastIndex(of: UInt8(ascii: ".")).map { String(path[..<$0]) } ?? "the top of the object"
      }
      return "\(unknown) here: '\(first.key)' belongs under \(paths.joined(separator: " or "))"
    case .otherKind(let kind):
      return "\(unknown): '\(first.key)' is a field of \(kind.rawValue), not of \(resource.resource.kind.rawValue)"
    case .release(let since):
      return "unknown field '\(name)' in OpenShift \(resource.settings.release): it came with OpenShift \(since)"
    }
  }

  private func help(_ suggestions: [FieldSuggestion], _ isRefused: Bool) -> String {
    let dropped =
      isRefused
      ? "the API server refuses the null of the right key and would drop this one"
      : "the API server drops the key and all below it without an error: what it says never reaches a node"
    switch suggestions.first?.place {
    case .here: return "\(dropped); rename it"
    case .elsewhere: return "\(dropped); move it"
    case .otherKind, .release, nil: return "\(dropped); remove it"
    }
  }

  private func fix(
    _ violation: SchemaViolation, _ suggestions: [FieldSuggestion], _ twin: SchemaViolation?,
    in resource: LintedResource
  ) -> Fix? {
    guard let meant = suggestions.only, meant.place == .here, let edit = violation.key?.rewritten(as: meant.key) else {
      return nil
    }
    let file = violation.span.file
    if meant.isRename { return Fix("Rename it to \(meant.key)", safety: .safe, in: file, [edit]) }
    guard let twin, let key = twin.key, let value = twin.value,
      let removal = LineRemoval.ofEntry(key: key.span, value: value.span), key.span.file === file,
      !CommentLines.touch(key.span.range.lowerBound..<value.span.range.upperBound, in: file)
    else { return nil }
    return Fix("Rename it to \(meant.key) and remove the empty one", safety: .safe, in: file, [removal, edit])
  }
}

import Diagnostics
import RegistryConfig
import SourceText

/// An allowed list without the cluster's own registry.
public struct AllowedMissesInternalRegistry: Rule {
  public static let documentation = RuleDocumentation(
    id: "allowed-misses-internal-registry", code: "IMG111", category: .image, severity: .warning, effect: .pullsFail,
    fixing: .unsafe,
    summary: "`allowedRegistries` does not cover `image-registry.openshift-image-registry.svc:5000`.",
    why: """
      Pods that run the result of a build or an image stream pull from the internal registry under this name, with the \
      port, and policy.json compares ports exactly. Builds push there under the same policy and fail too.
      """,
    instead: """
      Add `image-registry.openshift-image-registry.svc:5000`. On a cluster whose image registry is removed, suppress \
      the finding.
      """,
    sources: ["openshift/builder issue 71", "openshift-docs images-configuration-allowed"])

  static let registry = "image-registry.openshift-image-registry.svc:5000"

  public static let examples: [RuleExample] = [
    .bad(
      "external registries only",
      ImageExample.sources(
        """
        ⟦allowedRegistries⟧:
        - quay.io
        - registry.redhat.io
        """),
      fixed: ImageExample.sources(
        """
        allowedRegistries:
        - quay.io
        - registry.redhat.io
        - \(registry)
        """), message: "'image-registry.openshift-image-registry.svc:5000'"),
    .bad(
      "without the port",
      ImageExample.sources("⟦allowedRegistries⟧: [quay.io, 'image-registry.openshift-image-registry.svc']"),
      fixed: ImageExample.sources(
        "allowedRegistries: [quay.io, 'image-registry.openshift-image-registry.svc', '\(registry)']"),
      message: "without its port"),
    .bad(
      "a policy that writes the whole list",
      """
      apiVersion: policy.open-cluster-management.io/v1
      kind: ConfigurationPolicy
      metadata:
        name: image-policy-example
      spec:
        remediationAction: enforce
        object-templates:
        - complianceType: musthave
          objectDefinition:
            apiVersion: config.openshift.io/v1
            kind: Image
            metadata:
              name: cluster
            spec:
              registrySources:
                ⟦allowedRegistries⟧: [registry.redhat.io, quay.io]
      """, testOnly: true),
    .good("with the port", ImageExample.sources("allowedRegistries: [quay.io, '\(registry)']")),
    .good("by a wildcard, which has no port", ImageExample.sources("allowedRegistries: [quay.io, '*.svc']")),
    .good(
      "entries that are not known yet",
      ImageExample.sources("allowedRegistries:\n- quay.io\n- '{{ .Values.registry }}'")),
    .good("no restriction", ImageExample.sources("allowedRegistries: []"), testOnly: true),
  ]

  public init() {}

  /// A policy that merges a list with the payload's registry into the Image means all of it, not one more entry.
  private static func isWholeList(_ list: RegistryList, in resource: Resource) -> Bool {
    resource.carrier == .object("ConfigurationPolicy")
      && MeantScopes(list).covers("quay.io/openshift-release-dev/ocp-v4.0-art-dev")
  }

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let list = resource.image?.allowedRegistries, list.isComplete, !list.entries.isEmpty,
      !resource.resource.isPatch || Self.isWholeList(list, in: resource.resource)
    else { return }
    guard !MeantScopes(list).covers(Self.registry) else { return }
    let host = ImageName(Self.registry).host
    let withoutPort = list.known.first { ImageName($0.value).repository == host }
    findings.report(
      withoutPort == nil
        ? "allowedRegistries does not cover the internal registry '\(Self.registry)'"
        : "allowedRegistries lists the internal registry without its port, '\(Self.registry)'",
      at: list.keySpan, field: list.field, related: withoutPort.map { [Label("without the port", at: $0.span)] } ?? [],
      help: "policy.json rejects images of builds and image streams, and builds cannot push; add '\(Self.registry)'",
      fixes: ListEdits.insertion(of: [Self.registry], at: list).map {
        [Fix("Allow the internal registry", safety: .unsafe, in: list.span.file, [$0])]
      } ?? [])
  }
}

import Diagnostics
import RegistryConfig
import SourceText

/// An `Image` of config.openshift.io that is not the one object that the cluster reads.
public struct ImageNameNotCluster: Rule {
  public static let documentation = RuleDocumentation(
    id: "image-name-not-cluster", code: "IMG100", category: .image, severity: .error, effect: .notApplied,
    fixing: .safe,
    summary: "An Image of config.openshift.io has another name than `cluster`.",
    why: """
      Only one object of this kind has a meaning, and its name is `cluster`. The admission plugin \
      config.openshift.io/ValidateImage refuses any other name; where the plugin is off, nothing reads the object.
      """,
    instead: "Name it `cluster`, or merge its fields into the object of that name.",
    sources: [
      "machine-config-operator pkg/controller/container-runtime-config/container_runtime_config_controller.go",
      "openshift/kubernetes openshift-kube-apiserver/admission/customresourcevalidation/image",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "a name of its own",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: ⟦registry-policy⟧
      spec:
        registrySources:
          insecureRegistries: [registry.lab:5000]
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          registrySources:
            insecureRegistries: [registry.lab:5000]
        """, message: "'registry-policy'"),
    .bad(
      "quotes stay",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata: {name: ⟦"default"⟧}
      spec: {}
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata: {name: "cluster"}
        spec: {}
        """, testOnly: true),
    .bad(
      "no name of an object at all",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: ⟦Cluster⟧
      spec: {}
      """, testOnly: true),
    .good("the one that is read", ImageExample.sources("insecureRegistries: [registry.lab:5000]")),
    .good(
      "an imported image, which is another kind",
      """
      apiVersion: image.openshift.io/v1
      kind: Image
      metadata:
        name: sha256:4c2e8d1b
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard resource.image != nil, let name = resource.resource.name, name.value != "cluster" else { return }
    findings.report(
      "the Image is named \(Quoted.text(name.value)), the cluster reads 'cluster' only", at: name.span,
      field: "metadata.name", effect: resource.schema.refuses(name.span) ? .refused : nil,
      help: "the API server's admission refuses it, and no operator would read it: no node changes; name it cluster",
      fixes: ScalarReplacement.edit(name.span, with: "cluster").map {
        [Fix("Name it cluster", safety: .safe, in: name.span.file, [$0])]
      } ?? [])
  }
}

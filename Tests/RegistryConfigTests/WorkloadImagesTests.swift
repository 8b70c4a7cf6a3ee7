import RegistryConfig
import SourceText
import Testing
import YAMLSyntax

@Suite struct WorkloadImagesTests {
  private func images(_ text: String) -> [WorkloadImage] {
    WorkloadImages.images(in: YAMLStream(SourceFile(path: "w.yaml", text: text)))
  }

  @Test(arguments: [
    ("v1", "Pod", "spec: {containers: [{image: a.io/b}]}", "spec.containers[0].image"),
    ("v1", "PodTemplate", "template: {spec: {containers: [{image: a.io/b}]}}", "template.spec.containers[0].image"),
    (
      "apps/v1", "Deployment", "spec: {template: {spec: {initContainers: [{image: a.io/b}]}}}",
      "spec.template.spec.initContainers[0].image"
    ),
    (
      "apps/v1", "StatefulSet", "spec: {template: {spec: {containers: [{}, {image: a.io/b}]}}}",
      "spec.template.spec.containers[1].image"
    ),
    (
      "apps/v1", "DaemonSet", "spec: {template: {spec: {volumes: [{image: {reference: a.io/b}}]}}}",
      "spec.template.spec.volumes[0].image.reference"
    ),
    (
      "batch/v1", "Job", "spec: {template: {spec: {containers: [{image: a.io/b}]}}}",
      "spec.template.spec.containers[0].image"
    ),
    (
      "batch/v1", "CronJob", "spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: a.io/b}]}}}}}",
      "spec.jobTemplate.spec.template.spec.containers[0].image"
    ),
    ("operators.coreos.com/v1alpha1", "CatalogSource", "spec: {sourceType: grpc, image: a.io/b}", "spec.image"),
  ])
  func everyKindIsRead(apiVersion: String, kind: String, body: String, field: String) throws {
    let text = "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: w, namespace: team}\n\(body)\n"
    let found = try #require(images(text).first)
    #expect(found.reference.value == "a.io/b" && found.reference.span.text == "a.io/b" && found.field == field)
    #expect(found.kind == kind && found.name == "w" && found.namespace == "team")
  }

  @Test func listsAndTemplatesAreUnpacked() {
    let pod = "{apiVersion: v1, kind: Pod, spec: {containers: [{image: a.io/b}, {image: '${IMAGE}'}]}}"
    #expect(images("apiVersion: v1\nkind: List\nitems: [\(pod), \(pod)]\n").count == 2)
    #expect(images("apiVersion: template.openshift.io/v1\nkind: Template\nobjects: [\(pod)]\n").count == 1)
    #expect(images("kind: Pod\nspec: {containers: [{image: a.io/b}]}\n").isEmpty, "no apiVersion, no object")
  }

  /// What nodes do not pull, or what is not known from the manifest.
  @Test(arguments: [
    "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: a.io/b, imagePullPolicy: Never}]}\n",
    "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: ''}, {image: '{{ .Values.image }}'}, {image: 5}]}\n",
    "apiVersion: example.com/v1\nkind: Deployment\nspec: {template: {spec: {containers: [{image: a.io/b}]}}}\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {annotations: {image.openshift.io/triggers: '[]'}}\n"
      + "spec: {template: {spec: {containers: [{image: a.io/b}]}}}\n",
    "apiVersion: apps.openshift.io/v1\nkind: DeploymentConfig\n"
      + "spec: {triggers: [{type: ImageChange}], template: {spec: {containers: [{image: a.io/b}]}}}\n",
  ])
  func otherImagesAreLeftOut(text: String) {
    #expect(images(text).isEmpty)
  }

  @Test(arguments: [
    ("a.io/b/c:1", "a.io/b/c"), ("localhost/b", "localhost/b"),
    ("reg:5000/b@sha256:" + String(repeating: "0", count: 64), "reg:5000/b"),
    ("nginx", nil), ("nginx:1.27", nil), ("team/app", nil), ("docker://a.io/b", nil), ("a.io/", nil),
  ])
  func shortNamesHaveNoRepository(reference: String, repository: String?) throws {
    let pod = "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: \"\(reference)\"}]}\n"
    #expect(try #require(images(pod).first).repository == repository)
  }
}

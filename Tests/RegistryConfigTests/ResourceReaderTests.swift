import RegistryConfig
import SourceText
import Testing
import YAMLSyntax

@Suite struct ResourceReaderTests {
  private func resources(_ text: String) -> [Resource] {
    ResourceReader().resources(in: YAMLStream(SourceFile(path: "a.yaml", text: text)))
  }

  @Test func documentsAndListsAreRead() {
    let found = resources(
      """
      kind: Image
      apiVersion: config.openshift.io/v1
      metadata: {name: cluster}
      ---
      apiVersion: v1
      kind: List
      items:
      - {apiVersion: config.openshift.io/v1, kind: ImageTagMirrorSet, metadata: {name: t}}
      - {apiVersion: apps/v1, kind: Deployment}
      - apiVersion: v1
        kind: ConfigMap
        data: {a: b}
      """)
    #expect(found.map(\.kind) == [.image, .imageTagMirrorSet, .configMap])
    #expect(found.map(\.carrier) == [.document, .list(index: 0), .list(index: 2)])
    #expect(found[1].name?.value == "t")
  }

  @Test(arguments: [
    ("registry.lab..5000: x", true), ("updateservice-registry: x", true), ("ca-bundle.crt: BEGIN CERTIFICATE", false),
    ("registry.lab: -----BEGIN CERTIFICATE-----", true), ("'registry:5000': -----BEGIN CERTIFICATE-----", true),
    ("registry.lab: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1J", true), ("registry.lab: x", false),
  ])
  func registryCertificatesAreRecognised(data: String, isOne: Bool) {
    let found = resources("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  \(data)\n")
    #expect(found.map { CertificateConfigMap($0).looksLikeRegistryCertificates } == [isOne])
  }

  @Test func wrongGroupsAreRecognisedByKind() {
    let found = resources("apiVersion: operator.openshift.io/v1alpha1\nkind: ImageDigestMirrorSet\nspec: {}\n")
    #expect(found.count == 1 && found[0].group == "operator.openshift.io" && found[0].version == "v1alpha1")
  }

  @Test(arguments: [
    "apiVersion: image.openshift.io/v1\nkind: Image\n", "apiVersion: kpack.io/v1alpha2\nkind: Image\nspec: {tag: x}\n",
    "apiVersion: image.toolkit.fluxcd.io/v1beta2\nkind: ImagePolicy\nspec: {policy: {}}\n",
    "apiVersion: policy.sigstore.dev/v1beta1\nkind: ClusterImagePolicy\nspec: {images: []}\n",
    "kind: ImageDigestMirrorSet\nname: imagedigestmirrorsets\n", "kind: {{ .Values.kind }}\nspec: {}\n",
  ])
  func kindsOfOtherProjectsAreLeftAlone(text: String) {
    #expect(resources(text).isEmpty)
  }

  @Test func listsRememberPlacesAndUnknownEntries() throws {
    let resource = try #require(
      resources(
        """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata: {name: cluster}
        spec:
          additionalTrustedCA: {name: cas}
          registrySources:
            allowedRegistries: [quay.io, "{{ .x }}", 5000, r.io]
            blockedRegistries: []
            insecureRegistries:
        """
      ).first)
    let image = ImageConfiguration(resource)
    let allowed = try #require(image.allowedRegistries)
    #expect(allowed.values == ["quay.io", "r.io"] && !allowed.isComplete)
    #expect(allowed.entries.map(\.index) == [0, 1, 3])
    #expect(allowed.entries[2].span.text == "r.io")
    #expect(image.blockedRegistries?.isComplete == true && image.insecureRegistries?.isComplete == false)
    #expect(image.searchRegistries == nil && image.trustedCA?.value == "cas")
  }

  @Test func mirrorsKeepTheirOrder() throws {
    let resource = try #require(
      resources(
        """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata: {name: m}
        spec:
          imageDigestMirrors:
          - source: r.io/a
            mirrors: [z.io/a, b.io/a]
            mirrorSourcePolicy: NeverContactSource
          - mirrors: ["<mirror>/x"]
            source: r.io/b
        """
      ).first)
    let set = MirrorSet(resource)
    #expect(set.entries[0].mirrors.map(\.value) == ["z.io/a", "b.io/a"])
    #expect(set.entries[0].effectivePolicy == .neverContactSource && set.entries[0].isComplete)
    #expect(set.entries[1].mirrors.isEmpty && !set.entries[1].isComplete)
    #expect(set.field(set.entries[1], "source") == "spec.imageDigestMirrors[1].source")
  }
}

import RegistryConfig
import SourceText
import Testing
import YAMLSyntax

@Suite struct SchemaValidatorTests {
  private func violations(_ text: String, _ release: Release = .newest, isPatch: Bool = false) -> [SchemaViolation] {
    let stream = YAMLStream(SourceFile(path: "a.yaml", text: text))
    guard var resource = ResourceReader().resources(in: stream).first else {
      Issue.record("no resource in \(text)")
      return []
    }
    resource.isPatch = isPatch
    return SchemaValidator.validate(resource: resource, release: release)
  }

  private func found(_ text: String, _ release: Release = .newest, isPatch: Bool = false) -> [String] {
    violations(text, release, isPatch: isPatch).map { "\($0.field)@\($0.span.text)" }
  }

  private func image(_ spec: String, metadata: String = "name: cluster") -> String {
    "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {\(metadata)}\nspec:\n" + spec
  }

  private func mirrors(_ spec: String) -> String {
    "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata: {name: a}\nspec:\n" + spec
  }

  @Test func typesAreThoseOfTheKubernetesReader() {
    let found = violations(
      image(
        """
          registrySources:
            insecureRegistries: [5000, yes, 1.5, "5000"]
          allowedRegistriesForImport:
          - {domainName: a.io, insecure: yes}
          - {domainName: a.io, insecure: "true"}
        """))
    #expect(
      found.map(\.serverMessage) == [
        "spec.registrySources.insecureRegistries[0]: Invalid value: \"integer\": "
          + "spec.registrySources.insecureRegistries[0] in body must be of type string: \"integer\"",
        "spec.registrySources.insecureRegistries[1]: Invalid value: \"boolean\": "
          + "spec.registrySources.insecureRegistries[1] in body must be of type string: \"boolean\"",
        "spec.registrySources.insecureRegistries[2]: Invalid value: \"number\": "
          + "spec.registrySources.insecureRegistries[2] in body must be of type string: \"number\"",
        "spec.allowedRegistriesForImport[1].insecure: Invalid value: \"string\": "
          + "spec.allowedRegistriesForImport[1].insecure in body must be of type boolean: \"string\"",
      ])
  }

  @Test func aStructuralErrorStopsRulesButNotUnknownFields() {
    let text = image(
      """
        registrySources:
          allowedRegistries: [a.io]
          blockedRegistries: [b.io]
          containerRuntimeSearchRegistries: c.io
        other: 1
      """)
    #expect(
      found(text) == [
        "spec.registrySources.containerRuntimeSearchRegistries@c.io", "spec.other@other",
      ])
    #expect(
      violations(text.replacing(": c.io", with: ": [c.io]")).map(\.serverMessage) == [
        "unknown field \"spec.other\"",
        "spec.registrySources: Invalid value: \"object\": "
          + "Only one of blockedRegistries or allowedRegistries may be set",
      ])
  }

  @Test func whatIsUnknownSatisfiesEverything() {
    #expect(found(image("  registrySources:\n    allowedRegistries: {{ .Values.allowed }}\n")) == [])
    #expect(found(mirrors("  imageDigestMirrors:\n  - source: ${SOURCE}\n    mirrors: [<mirror>, <mirror>]\n")) == [])
    #expect(
      found(
        mirrors("  imageDigestMirrors:\n  - mirrors: [m.io]\n    {{- if .source }}\n    source: s.io\n    {{- end }}\n"))
        == [])
    #expect(found(mirrors("  imageDigestMirrors:\n  - mirrors: [m.io]\n    {{ .rest }}\n")) == [])
    #expect(
      found(mirrors("  imageDigestMirrors:\n  - mirrors: [m.io]\n    mirrorSourcePolicy: {{ .policy }}\n")) == [
        "spec.imageDigestMirrors[0].source@mirrors"
      ])
  }

  @Test func aPatchMissesNothing() {
    let patch = """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata: {name: cluster}
      spec:
        $patch: replace
        additionalTrustedCA: null
        registrySources:
          allowedRegistries: none
      """
    #expect(found(patch, isPatch: true) == ["spec.registrySources.allowedRegistries@none"])
    #expect(found("kind: Image\nspec: {additionalTrustedCA: {}}\n", isPatch: true) == [])
  }

  @Test func missingKeysStandOnTheParent() {
    #expect(found(image("  additionalTrustedCA: {}\n")) == ["spec.additionalTrustedCA.name@additionalTrustedCA"])
    #expect(found(mirrors("  imageDigestMirrors:\n  - mirrors:\n")) == [
      "spec.imageDigestMirrors[0].mirrors@", "spec.imageDigestMirrors[0].source@mirrors",
    ])
    #expect(
      found("kind: ImageTagMirrorSet\nspec: {}\n")
        == ["apiVersion@ImageTagMirrorSet", "metadata@ImageTagMirrorSet"])
  }

  @Test func metadataIsCheckedAsAGoType() {
    #expect(found(image("  {}", metadata: "name: Cluster")) == ["metadata.name@Cluster"])
    #expect(found(image("  {}", metadata: "name: 5")) == ["metadata.name@5"])
    #expect(found(image("  {}", metadata: "generateName: c-")) == [])
    #expect(
      found(
        image("  {}", metadata: "name: cluster, labels: {a: 1, b: yes, c: \"1\", d: }, annotations: {e: [f]}, x: 1"))
        == ["metadata.labels[a]@1", "metadata.labels[b]@yes", "metadata.annotations[e]@[f]", "metadata.x@x"])
  }

  @Test func servedVersions() throws {
    func reason(_ kind: String, _ version: String, _ release: Release) -> SchemaViolation.NotServed? {
      let text = """
        apiVersion: \(version)
        kind: \(kind)
        metadata: {name: a}
        spec: {scopes: [a.io], imageDigestMirrors: []}
        """
      for violation in violations(text, release) {
        if case .notServed(let reason) = violation.problem { return reason }
      }
      return nil
    }
    let v1 = "config.openshift.io/v1"
    #expect(reason("ImageDigestMirrorSet", v1, Release(4, 13)) == nil)
    #expect(
      reason("ImageDigestMirrorSet", v1, Release(4, 12))
        == .init(reason: .release(since: Release(4, 13)), expected: v1))
    #expect(
      reason("ImageDigestMirrorSet", "operator.openshift.io/v1alpha1", .newest)
        == .init(reason: .apiVersion, expected: v1))
    #expect(reason("ClusterImagePolicy", "config.openshift.io/v1alpha1", Release(4, 18))?.reason == .techPreview)
    #expect(reason("ClusterImagePolicy", "config.openshift.io/v1alpha1", Release(4, 22))?.reason == .removed)
    #expect(reason("ClusterImagePolicy", v1, Release(4, 18))?.reason == .release(since: Release(4, 20)))
  }

  @Test func importModeCameWithARelease() throws {
    let text = image("  imageStreamImportMode: legacy\n")
    #expect(found(text, Release(4, 20)) == ["spec.imageStreamImportMode@imageStreamImportMode"])
    #expect(
      violations(text, Release(4, 20)).map(\.problem) == [
        .unknownField([FieldSuggestion(key: "imageStreamImportMode", place: .release(since: Release(4, 21)))])
      ])
    #expect(
      violations(text, Release(4, 21)).map(\.problem) == [
        .unsupportedValue("legacy", allowed: ["", "Legacy", "PreserveOriginal"])
      ])
  }

  @Test func configMaps() {
    let text = """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: ca, namespace: openshift-config}
      data:
        reg.io:5000: x
        "..a": x
        a.io: 5
        b.io:
        c.io: |
          text
        extra: yes
      binaryData:
        c.io: dGV4dA==
        d.io: te-xt
      stringData: {}
      """
    #expect(
      found(text) == [
        "data[reg.io:5000]@reg.io:5000", "data[..a]@\"..a\"", "data[a.io]@5", "data[extra]@yes",
        "binaryData[d.io]@te-xt", "stringData@stringData", "binaryData[c.io]@c.io",
      ])
    #expect(violations(text).allSatisfy { !$0.serverMessage.contains("te-xt") })
  }

  @Test(arguments: [
    ("registrySource", "registrySources"), ("additionalTrustedCa", "additionalTrustedCA"),
    ("externalRegistryHostname", "externalRegistryHostnames"), ("registry_sources", "registrySources"),
    ("allowedRegistryForImport", "allowedRegistriesForImport"), ("trustedCA", "additionalTrustedCA"),
  ])
  func otherSpellings(written: String, meant: String) throws {
    let violation = try #require(violations(image("  \(written): x\n")).first)
    guard case .unknownField(let suggestions) = violation.problem else {
      Issue.record("\(violation.problem)")
      return
    }
    #expect(suggestions.map(\.key) == [meant])
    #expect(suggestions.map(\.place) == [.here])
  }

  @Test func suggestionsOfOtherPlaces() {
    func suggestions(_ text: String) -> [FieldSuggestion] {
      violations(text).flatMap { violation in
        if case .unknownField(let suggestions) = violation.problem { suggestions } else { [FieldSuggestion]() }
      }
    }
    #expect(
      suggestions(mirrors("  repositoryDigestMirrors: []\n"))
        == [FieldSuggestion(key: "imageDigestMirrors", place: .here, isRename: true)])
    #expect(
      suggestions(mirrors("  imageDigestMirrors:\n  repositoryDigestMirrors: []\n"))
        == [FieldSuggestion(key: "imageDigestMirrors", place: .here)])
    #expect(
      suggestions(image("  allowedRegistries: []\n"))
        == [
          FieldSuggestion(
            key: "allowedRegistries", place: .elsewhere(path: "spec.registrySources.allowedRegistries"))
        ])
    #expect(
      suggestions(image("  allowedRegistriesForImport: [{domain: a.io}]\n"))
        == [FieldSuggestion(key: "domainName", place: .here, isRename: true)])
    #expect(
      suggestions(
        """
        apiVersion: operator.openshift.io/v1alpha1
        kind: ImageContentSourcePolicy
        metadata: {name: a}
        spec: {repositoryDigestMirrors: [{source: a, mirrorSourcePolicy: NeverContactSource}]}
        """) == [FieldSuggestion(key: "mirrorSourcePolicy", place: .otherKind(.imageDigestMirrorSet))])
    #expect(
      suggestions(
        """
        complianccompliancepiVersion: config.openshift.io/v1
        kind: ImageTagMirrorSet
        metadata: {name: a}
        spec: {}
        """)
        == [FieldSuggestion(key: "apiVersion", place: .here, isRename: true)])
    #expect(suggestions(image("  somethingElse: 1\n")) == [])
  }

  @Test func fieldPatternsHaveNoIndexes() throws {
    let violation = try #require(violations(mirrors("  imageDigestMirrors: [{source: s, mirrors: [m, \"\"]}]\n")).first)
    #expect(violation.field == "spec.imageDigestMirrors[0].mirrors[1]")
    #expect(violation.fieldPattern == "spec.imageDigestMirrors[].mirrors[]")
  }
}

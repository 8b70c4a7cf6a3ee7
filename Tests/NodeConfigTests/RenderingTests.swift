import NodeConfig
import RegistryConfig
import SourceText
import Testing

/// What the cases do not show: places, certificates, what is not seen or not readable.
struct RenderingTests {
  private let image = """
    apiVersion: config.openshift.io/v1
    kind: Image
    metadata: {name: cluster}
    spec:
      additionalTrustedCA: {name: registry-cas}
      registrySources:
        insecureRegistries:
        - m.io
        blockedRegistries:
        - other.io
        - r.io/bad
    ---
    apiVersion: config.openshift.io/v1
    kind: ImageDigestMirrorSet
    metadata: {name: mirrors}
    spec:
      imageDigestMirrors:
      - source: r.io
        mirrorSourcePolicy: NeverContactSource
        mirrors:
        - m.io/r
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: registry-cas, namespace: openshift-config}
    data:
      m.io..5000: hello

    """

  @Test func everyEntryKnowsItsPlaces() throws {
    let conf = Cases.render(image).registriesConf
    #expect(conf.registries.map(\.scope) == ["r.io", "other.io", "r.io/bad", "m.io"])
    let source = try #require(conf.registries.first)
    #expect(source.origins.map(\.description) == ["spec.imageDigestMirrors[0].source, input.yaml:18"])
    #expect(source.blockedOrigins.map(\.field) == ["spec.imageDigestMirrors[0].mirrorSourcePolicy"])
    #expect(source.mirrors.first?.origins.map(\.field) == ["spec.imageDigestMirrors[0].mirrors[0]"])
    #expect(source.mirrors.first?.insecureOrigins.map(\.field) == ["spec.registrySources.insecureRegistries[0]"])
    let nested = conf.registries[2]
    #expect(nested.inheritsMirrorsOf == "r.io")
    #expect(nested.mirrors.map(\.location) == ["m.io/r/bad"])
    #expect(
      nested.blockedOrigins.map(\.description)
        == ["entry 2 of spec.registrySources.blockedRegistries, input.yaml:11"])
    #expect(nested.blockedOrigins.first?.span.text == "r.io/bad")
  }

  /// Only what is asked counts, and what is not is named.
  @Test func pullsCountTheSourcesThatAreAsked() throws {
    func reason(_ blocked: String, _ policy: String = "AllowContactingSource") -> String? {
      let digest = "@sha256:" + String(repeating: "a", count: 64)
      let text =
        """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata: {name: cluster}
        spec: {registrySources: {blockedRegistries: [\(blocked)]}}
        ---
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata: {name: mirrors}
        spec:
          imageDigestMirrors:
          - {source: r.io, mirrors: [a.io, b.io, c.io], mirrorSourcePolicy: \(policy)}
        """
      return PullResolver(Cases.render(text)).resolve("r.io/x" + digest).candidates.first?.reason
    }
    #expect(reason("") == "tried at 4 sources in this order")
    #expect(reason("b.io") == "tried at 3 sources in this order; b.io/x is blocked")
    #expect(reason("b.io, a.io") == "tried at 2 sources in this order; a.io/x, b.io/x are blocked")
    #expect(reason("a.io, b.io, c.io") == "tried at one source, r.io/x; a.io/x, b.io/x and 1 more are blocked")
    #expect(reason("a.io, b.io, c.io", "NeverContactSource") == "every source is blocked")
  }

  @Test func pullsSayWhyInWords() throws {
    let resolver = PullResolver(Cases.render(image))
    let candidate = try #require(resolver.resolve("r.io/bad/x:1").candidates.first)
    #expect(!candidate.isPullable)
    #expect(
      candidate.reason
        == "/etc/containers/policy.json rejects docker:r.io/bad (entry 2 of spec.registrySources.blockedRegistries, "
        + "input.yaml:11); every source is blocked; 1 mirror is not used because of digest-only "
        + "(spec.imageDigestMirrors[0].mirrors[0], input.yaml:21)")
    #expect(
      candidate.sources.first?.reason
        == "the registry itself; blocked as r.io/bad "
        + "(entry 2 of spec.registrySources.blockedRegistries, input.yaml:11)")
    let digest = "@sha256:" + String(repeating: "a", count: 64)
    let mirrored = try #require(resolver.resolve("r.io/x" + digest).candidates.first?.sources.first)
    #expect(
      mirrored.reason
        == "mirror of r.io (spec.imageDigestMirrors[0].mirrors[0], input.yaml:21); TLS is not verified "
        + "(entry 1 of spec.registrySources.insecureRegistries, input.yaml:8)")
    #expect(mirrored.certificateDirectory == "/etc/docker/certs.d/m.io")
    #expect(mirrored.certificate == nil)
    #expect(
      resolver.resolve("r.io/x" + digest).candidates.first?.reason
        == "tried at one source, m.io/r/x; r.io/x is blocked")
    let direct = try #require(resolver.resolve("m.io:5000/x" + digest).candidates.first?.sources.first)
    #expect(direct.certificate?.origin.field == "data[m.io..5000]")
  }

  @Test func certificatesComeFromTheNamedConfigMapOfTheRightNamespace() throws {
    let file = try #require(Cases.render(image).certificates["/etc/docker/certs.d/m.io:5000/ca.crt"])
    #expect(file.content == Array("hello".utf8))
    #expect(file.directory == "m.io:5000")
    let elsewhere = image.replacing("openshift-config", with: "default")
    #expect(Cases.render(elsewhere).certificates.isEmpty)
    let unnamed = image.replacing("name: registry-cas}", with: "name: others}", maxReplacements: 1)
    #expect(Cases.render(unnamed).certificates.isEmpty)
    let encoded = image.replacing("data:\n  m.io..5000: hello", with: "binaryData:\n  m.io..5000: aGVsbG8=")
    #expect(Cases.render(encoded).certificates.values.map(\.content) == [Array("hello".utf8)])
  }

  @Test func certificatesStayBesideAnError() {
    let rendering = Cases.render(image.replacing("- m.io\n", with: "- '*'\n"))
    #expect(rendering.error?.message == "invalid entry for insecure registries \"*\"")
    #expect(rendering.error?.origins.map(\.span.text) == ["'*'"])
    #expect(rendering.files.isEmpty)
    #expect(rendering.certificates.count == 1)
    let pull = PullResolver(rendering).resolve("m.io/x:1")
    #expect(pull.candidates.isEmpty && pull.error?.contains("invalid entry") == true)
  }

  @Test func whatTheOperatorDoesNotSeeIsSaid() {
    let text = image.replacing("kind: ImageDigestMirrorSet", with: "kind: ImageContentSourcePolicy")
    let rendering = Cases.render(text)
    #expect(rendering.unseen.map(\.reason) == [
      "ImageContentSourcePolicy of config.openshift.io/v1 is not what the operator of 5.0 reads "
        + "(operator.openshift.io/v1alpha1)"
    ])
    #expect(rendering.unseen.first?.span.text == "config.openshift.io/v1")
    #expect(Cases.render(image, Release(4, 12)).unseen.map(\.reason) == ["ImageDigestMirrorSet is not known to 4.12"])
    let renamed = Cases.render(image.replacing("{name: cluster}", with: "{name: other}"))
    #expect(renamed.unseen.map(\.reason) == ["only the Image named cluster is read"])
    #expect(renamed.files[NodePath.policy]?.kind == .base)
  }

  @Test func placeholdersAreLeftOutAndSaid() {
    let text = image.replacing("- other.io", with: "- '{{ .Values.blocked }}'")
    let rendering = Cases.render(text)
    #expect(!rendering.isComplete)
    #expect(
      rendering.leftOut.map(\.reason) == ["spec.registrySources.blockedRegistries holds entries that cannot be read"])
    #expect(rendering.registriesConf.registries.map(\.scope) == ["r.io", "r.io/bad", "m.io"])
    #expect(Cases.render(image).isComplete)
  }

  @Test func nullIsAbsentAndAnEmptyListIsNot() {
    func render(_ value: String) -> NodeRendering {
      Cases.render(
        "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\n"
          + "spec: {registrySources: {insecureRegistries: \(value)}}\n")
    }
    #expect(render("null").files[NodePath.registriesConf]?.kind == .base)
    #expect(render("[]").files[NodePath.registriesConf]?.kind == .generated)
    #expect(render("null").isComplete)
    #expect(!render("r.io").isComplete)
  }

  @Test func ofObjectsWithOneNameTheLastCounts() {
    let set = """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata: {name: a}
      spec: {imageDigestMirrors: [{source: r.io, mirrors: [MIRROR]}]}
      ---

      """
    let text = set.replacing("MIRROR", with: "m.io") + set.replacing("MIRROR", with: "n.io")
    #expect(Cases.render(text).registriesConf.registries.flatMap { $0.mirrors.map(\.location) } == ["n.io"])
  }

  @Test func policiesThatNoNodeCanLoad() {
    func unloadable(_ entry: String, _ release: Release) -> [String] {
      Cases.render(
        "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\n"
          + "spec: {registrySources: {allowedRegistries: ['\(entry)']}}\n", release
      ).unloadablePolicies.map { "\($0.path) \($0.scope)" }
    }
    #expect(unloadable("reg.io/a:v1", .newest) == ["/etc/containers/policy.json reg.io/a:v1"])
    #expect(unloadable("reg.io:5000/a:v1", Release(4, 12)) == ["/etc/containers/policy.json reg.io:5000/a:v1"])
    #expect(unloadable("reg.io/ns/a:v1", .newest).isEmpty)
    #expect(unloadable("reg.io/a/b/c", .newest).isEmpty)
    #expect(unloadable("reg.io/a/b/c", Release(4, 13)) == ["/etc/containers/policy.json reg.io/a/b/c"])
  }

  @Test func aBadSearchEntryBreaksEveryPull() throws {
    let text = """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata: {name: cluster}
      spec:
        registrySources:
          containerRuntimeSearchRegistries: [a.io, b.io/x]
      """
    let problem = try #require(PullResolver(Cases.render(text)).problem)
    #expect(
      problem.message
        == "registries.conf: loading drop-in registries configuration "
        + "\"/etc/containers/registries.conf.d/01-image-searchRegistries.conf\": "
        + "Invalid unqualified-search-registries entry \"b.io/x\"")
    #expect(problem.origins.map(\.span.text) == ["b.io/x"])
  }

  @Test func entriesThatTrimmingMakesEqualMustAgree() throws {
    let text = """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata: {name: cluster}
      spec: {registrySources: {insecureRegistries: [r.io/], blockedRegistries: [r.io]}}
      """
    let problem = try #require(PullResolver(Cases.render(text)).problem)
    #expect(problem.message.hasSuffix("registry 'r.io' is defined multiple times with conflicting 'insecure' setting"))
  }

  @Test func mirrorsWithASlashAtTheEndFailBeforeTheLibraryTrimsThem() throws {
    let text = """
      apiVersion: operator.openshift.io/v1alpha1
      kind: ImageContentSourcePolicy
      metadata: {name: a}
      spec: {repositoryDigestMirrors: [{source: r.io, mirrors: [m.io/r/]}]}
      """
    let reference = "r.io/x@sha256:" + String(repeating: "a", count: 64)
    let candidate = try #require(
      PullResolver(Cases.render(text, Release(4, 15))).resolve(reference).candidates.first)
    #expect(candidate.error == "rewriting reference: invalid reference format")
    #expect(Cases.render(text).error?.message == "invalid format for mirror \"m.io/r/\"")
  }
}

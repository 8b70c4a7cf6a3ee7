import NodeConfig
import RegistryConfig
import Testing

/// Roots of trust and identities that the cases do not show.
struct SignaturePolicyTests {
  private func policy(
    _ root: String, _ identity: String = "", version: String = "v1", scope: String = "r.io/x"
  ) -> String {
    """
    apiVersion: config.openshift.io/\(version)
    kind: ClusterImagePolicy
    metadata: {name: p}
    spec:
      scopes: ['\(scope)']
      policy:
        rootOfTrust: \(root)
    \(identity.isEmpty ? "" : "    signedIdentity: \(identity)")

    """
  }

  private let key = "{policyType: PublicKey, publicKey: {keyData: Zm9v, rekorKeyData: YmFy}}"

  private func requirement(_ text: String, _ release: Release = .newest) -> String? {
    let content = Cases.render(text, release).files[NodePath.policy]?.content
    guard let content, let start = content.firstRange(of: "\"type\": \"sigstoreSigned\"")?.lowerBound else {
      return nil
    }
    let flat = content[start...].split(whereSeparator: \.isWhitespace).joined()
    return flat.firstRange(of: "}]").map { String(flat[..<$0.lowerBound]) }
  }

  @Test func rekorKey() {
    #expect(
      requirement(policy(key, "{matchPolicy: MatchRepository}"))
        == #""type":"sigstoreSigned","keyData":"Zm9v","rekorPublicKeyData":"YmFy","#
        + #""signedIdentity":{"type":"matchRepository"}"#)
  }

  @Test func fulcio() {
    let root =
      "{policyType: FulcioCAWithRekor, fulcioCAWithRekor: {fulcioCAData: Zm9v, rekorKeyData: YmFy, "
      + "fulcioSubject: {oidcIssuer: 'https://issuer', signedEmail: a@b.c}}}"
    #expect(
      requirement(policy(root, "{matchPolicy: ExactRepository, exactRepository: {repository: r.io/y}}"))
        == #""type":"sigstoreSigned","#
        + #""fulcio":{"caData":"Zm9v","oidcIssuer":"https://issuer","subjectEmail":"a@b.c"},"#
        + #""rekorPublicKeyData":"YmFy","signedIdentity":{"type":"exactRepository","dockerRepository":"r.io/y"}"#)
  }

  @Test func pki() {
    let root =
      "{policyType: PKI, pki: {caRootsData: Zm9v, caIntermediatesData: YmFy, pkiCertificateSubject: {hostname: h.io}}}"
    #expect(
      requirement(policy(root))
        == #""type":"sigstoreSigned","#
        + #""pki":{"caRootsData":"Zm9v","caIntermediatesData":"YmFy","subjectHostname":"h.io"},"#
        + #""signedIdentity":{"type":"matchRepoDigestOrExact"}"#)
  }

  @Test func refusedIdentities() {
    let remap = "{matchPolicy: RemapIdentity, remapIdentity: {prefix: 'r.io/X', signedPrefix: s.io}}"
    #expect(
      Cases.render(policy(key, remap)).error?.message
        == #"error getting signedIdentity for RemapIdentity: prefix "r.io/X" is not valid"#)
    let exact = "{matchPolicy: ExactRepository, exactRepository: {repository: 'r.io/X'}}"
    #expect(
      Cases.render(policy(key, exact)).error?.message
        == #"error getting signedIdentity for ExactRepository: Invalid format of dockerRepository "r.io/X": "#
        + "invalid reference format: repository name must be lowercase")
  }

  @Test func whatTheAPIServerRefusesIsLeftOut() {
    let rendering = Cases.render(policy("{policyType: PublicKey, publicKey: {keyData: '*'}}"))
    #expect(rendering.leftOut.map(\.reason) == ["ClusterImagePolicy p: keyData is no base64"])
    #expect(rendering.files[NodePath.policy]?.kind == .base)
  }

  @Test func techPreviewReleasesReadTheAlphaVersion() {
    let text = policy(key, version: "v1alpha1")
    #expect(Cases.render(text).files[NodePath.policy]?.kind == .base)
    #expect(Cases.render(text, Release(4, 15)).files[NodePath.policy]?.kind == .base)
    #expect(Cases.render(text, Release(4, 18)).files[NodePath.policy]?.kind == .generated)
    #expect(Cases.render(text, Release(4, 16)).files[NodePath.policy]?.content.contains("\n") == false)
    let payload = policy(key, version: "v1alpha1", scope: "quay.io")
    #expect(Cases.render(payload, Release(4, 16)).files[NodePath.policy]?.kind == .base)
    #expect(Cases.render(payload, Release(4, 17)).files[NodePath.policy]?.kind == .generated)
  }

  @Test func signatureFilesNameTheMirrorsOfAScope() {
    let text =
      policy(key, scope: "*.r.io") + """
        ---
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata: {name: m}
        spec:
          imageDigestMirrors:
          - {source: '*.r.io', mirrors: [m.io/all]}
          - {source: x.r.io/team, mirrors: [m.io/team, n.io/t]}
        """
    #expect(
      Cases.render(text).files[NodePath.sigstoreRegistries]?.content == """
        docker:
          '*.r.io':
            use-sigstore-attachments: true
          m.io/all:
            use-sigstore-attachments: true
          m.io/team:
            use-sigstore-attachments: true
          n.io/t:
            use-sigstore-attachments: true
          x.r.io/team:
            use-sigstore-attachments: true

        """)
  }

  @Test func aNewSignaturePolicyReloadsWithoutDrain() {
    let change = Disruption.between(old: Cases.render(""), new: Cases.render(policy(key)))
    #expect(change.actions == [.reloadCRIO])
    #expect(!change.drain)
    #expect(change.filesChanged == [NodePath.policy, NodePath.sigstoreRegistries])
  }
}

// Source: openshift/api config/v1 clusterimagepolicies and imagepolicies CRDs of release-4.20 to release-5.0; the two
// have one schema. v1alpha1 is served with the TechPreviewNoUpgrade feature set only.
extension KindSchema {
  static let clusterImagePolicy = signaturePolicy(.clusterImagePolicy, isNamespaced: false)
  static let imagePolicy = signaturePolicy(.imagePolicy, isNamespaced: true)

  private static func signaturePolicy(_ kind: ResourceKind, isNamespaced: Bool) -> KindSchema {
    KindSchema(
      kind, isNamespaced: isNamespaced,
      served: [
        Served(
          "config.openshift.io/v1alpha1", in: ReleaseRange(since: Release(4, 16), before: Release(4, 22)),
          isTechPreview: true),
        Served("config.openshift.io/v1", in: .since(4, 20)),
      ],
      fields: [
        .init(
          "spec",
          .object(
            .init(
              "policy",
              .object(
                .init("rootOfTrust", rootOfTrust, required: true), .init("signedIdentity", signedIdentity)),
              required: true),
            .init("scopes", .list(scope).holding(.maxItems(256), .set), required: true)), required: true),
        .status,
      ])
  }

  private static let scope = ValueSchema.string.holding(
    .maxLength(512),
    .text(
      .scopeDomain,
      message: "invalid image scope format, scope must contain a fully qualified domain name or 'localhost'"),
    .text(
      .scopeWildcard,
      message: "invalid image scope with wildcard, a wildcard can only be at the start of the domain and is only "
        + "supported for subdomain matching, not path matching"),
    .text(.scopeImage, message: "invalid repository namespace or image specification in the image scope"))

  private static let rootOfTrust = ValueSchema(
    .object([
      .init(
        "fulcioCAWithRekor",
        .object(
          .init("fulcioCAData", pem("fulcioCAData", "CERTIFICATE"), required: true),
          .init(
            "fulcioSubject",
            .object(
              .init(
                "oidcIssuer",
                .string.holding(.maxLength(2048), .text(.url, message: "oidcIssuer must be a valid URL")),
                required: true),
              .init(
                "signedEmail",
                .string.holding(.maxLength(320), .text(.email, message: "invalid email address")), required: true)),
            required: true),
          .init("rekorKeyData", pem("rekorKeyData", "PUBLIC KEY"), required: true))),
      .init("pki", pki, in: .since(4, 21)),
      // 4.20 left out the list of values together with the gated one.
      .init(
        "policyType", .string.holding(.oneOf(["PublicKey", "FulcioCAWithRekor", "PKI"]), in: .since(4, 21)),
        required: true),
      .init(
        "publicKey",
        .object(
          .init("keyData", pem("keyData", "PUBLIC KEY", minLength: 68), required: true),
          .init("rekorKeyData", pem("rekorKeyData", "PUBLIC KEY")))),
    ])
  )
  .holding(.object(.presentExactlyWhen(key: "pki", discriminator: "policyType", equals: "PKI")), in: .since(4, 21))
  .holding(
    .object(.presentExactlyWhen(key: "publicKey", discriminator: "policyType", equals: "PublicKey")),
    .object(
      .presentExactlyWhen(key: "fulcioCAWithRekor", discriminator: "policyType", equals: "FulcioCAWithRekor")))

  private static let pki = ValueSchema.object(
    .init("caIntermediatesData", authorities("caIntermediatesData")),
    .init("caRootsData", authorities("caRootsData"), required: true),
    .init(
      "pkiCertificateSubject",
      .object(
        .init("email", .string.holding(.maxLength(320), .text(.email, message: "invalid email address"))),
        .init(
          "hostname",
          .string.holding(
            .maxLength(253),
            .text(
              .hostnameOrWildcard,
              message: "hostname must be a valid dns 1123 subdomain name, optionally prefixed by '*.'. It must consist "
                + "only of lowercase alphanumeric characters, hyphens, periods and the optional preceding asterisk.")))
      ).holding(
        .object(
          .atLeastOne(
            ["email", "hostname"],
            message: "at least one of email or hostname must be set in pkiCertificateSubject"))),
      required: true))

  private static let signedIdentity = ValueSchema.object(
    .init("exactRepository", .object(.init("repository", repository, required: true))),
    .init(
      "matchPolicy",
      .string.holding(.oneOf(["MatchRepoDigestOrExact", "MatchRepository", "ExactRepository", "RemapIdentity"])),
      required: true),
    .init(
      "remapIdentity",
      .object(.init("prefix", repository, required: true), .init("signedPrefix", repository, required: true)))
  ).holding(
    .object(
      .presentExactlyWhen(key: "exactRepository", discriminator: "matchPolicy", equals: "ExactRepository")),
    .object(.presentExactlyWhen(key: "remapIdentity", discriminator: "matchPolicy", equals: "RemapIdentity")))

  private static let repository = ValueSchema.string.holding(
    .maxLength(512),
    .text(
      .repositoryWithoutTag,
      message: "invalid repository or prefix in the signedIdentity, should not include the tag or digest"),
    .text(
      .repository,
      message: "invalid repository or prefix in the signedIdentity. The repository or prefix must starts with "
        + "'localhost' or a valid '.' separated domain. If contains registry paths, the path component names must "
        + "start with at least one letter or number, with following parts able to be separated by one period, one or "
        + "two underscore and multiple dashes."))

  private static func pem(_ name: String, _ label: String, minLength: Int? = nil) -> ValueSchema {
    let data = ValueSchema.string.holding(
      .maxLength(8192), .pattern(.base64),
      .text(
        .pemBegins(label), message: "the \(name) must start with base64 encoding of '-----BEGIN \(label)-----'."),
      .text(.pemEnds(label), message: "the \(name) must end with base64 encoding of '-----END \(label)-----'."))
    return minLength.map { data.holding(.minLength($0)) } ?? data
  }

  private static func authorities(_ name: String) -> ValueSchema {
    pem(name, "CERTIFICATE", minLength: 72).holding(
      .text(
        .pemMarkersMatch("CERTIFICATE"),
        message: "\(name) must be base64 encoding of valid PEM format data contain the same number of "
          + "'-----BEGIN CERTIFICATE-----' and '-----END CERTIFICATE-----' markers."))
  }
}

extension KindSchema {
  /// Source: openshift/api config/v1 images CRD (feature set Default) of release-4.12 to release-5.0. That the only
  /// legal name is `cluster` is an admission plugin's rule and not part of the schema.
  static let image = KindSchema(
    .image, served: [Served("config.openshift.io/v1")],
    fields: [
      .init(
        "spec",
        .object(
          .init("additionalTrustedCA", .object(.init("name", .string, required: true))),
          .init(
            "allowedRegistriesForImport",
            .list(.object(.init("domainName", .string), .init("insecure", .boolean)))),
          .init("externalRegistryHostnames", .list(.string)),
          .init("imageStreamImportMode", importMode, in: .since(4, 21)),
          .init(
            "registrySources",
            .object(
              .init("allowedRegistries", registries),
              .init("blockedRegistries", registries),
              .init("containerRuntimeSearchRegistries", .list(.string).holding(.minItems(1), .set)),
              .init("insecureRegistries", registries)
            )
            // OCPBUGS-32158
            .holding(
              .object(
                .atMostOne(
                  "blockedRegistries", "allowedRegistries",
                  message: "Only one of blockedRegistries or allowedRegistries may be set")),
              in: .since(4, 18)))
        ), required: true),
      .status,
    ])

  private static let importMode = ValueSchema.string.holding(.oneOf(["", "Legacy", "PreserveOriginal"]))

  /// The grammar, length and count came with OCPBUGS-43353.
  private static let registries = ValueSchema.list(
    .string.holding(
      .minLength(1), .maxLength(256),
      .text(
        .registrySource,
        message: "each registry must be a valid hostname[:port][/path] or wildcard *.hostname format without tags or "
          + "digests"),
      in: .since(4, 23))
  ).holding(.maxItems(1024), in: .since(4, 23))
}

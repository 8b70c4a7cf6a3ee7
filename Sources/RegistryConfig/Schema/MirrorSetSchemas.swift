// Source: openshift/api operator/v1alpha1 and config/v1 CRDs of release-4.12 to release-5.0. The schemas of one kind
// are the same in all releases that serve it.
extension KindSchema {
  /// No grammar, no policy and no status in this CRD: what MCO makes of a bad source is another matter.
  static let imageContentSourcePolicy = KindSchema(
    .imageContentSourcePolicy, served: [Served("operator.openshift.io/v1alpha1")],
    fields: [
      .init(
        "spec",
        .object(
          .init(
            "repositoryDigestMirrors",
            .list(.object(.init("mirrors", .list(.string)), .init("source", .string, required: true))))),
        required: true)
    ])

  static let imageDigestMirrorSet = mirrorSet(.imageDigestMirrorSet, list: "imageDigestMirrors")
  static let imageTagMirrorSet = mirrorSet(.imageTagMirrorSet, list: "imageTagMirrors")

  private static func mirrorSet(_ kind: ResourceKind, list: String) -> KindSchema {
    let entry = ValueSchema.object(
      .init(
        "mirrorSourcePolicy", .string.holding(.oneOf(["NeverContactSource", "AllowContactingSource"]))),
      .init("mirrors", .list(.string.holding(.pattern(.registryMirror))).holding(.set)),
      .init("source", .string.holding(.pattern(.registrySource)), required: true))
    return KindSchema(
      kind, served: [Served("config.openshift.io/v1", in: .since(4, 13))],
      fields: [.init("spec", .object(.init(list, .list(entry))), required: true), .status])
  }

  /// Served by all releases, read by nothing.
  static let imageContentPolicy = KindSchema(
    .imageContentPolicy, served: [Served("config.openshift.io/v1")],
    fields: [
      .init(
        "spec",
        .object(
          .init(
            "repositoryDigestMirrors",
            .list(
              .object(
                .init("allowMirrorByTags", .boolean),
                .init("mirrors", .list(.string.holding(.pattern(.contentPolicySource))).holding(.set)),
                .init("source", .string.holding(.pattern(.contentPolicySource)), required: true))
            ).holding(.mapKey("source")))), required: true)
    ])
}

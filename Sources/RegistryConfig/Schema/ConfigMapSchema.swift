extension KindSchema {
  /// Source: k8s.io/api/core/v1 ConfigMap and pkg/apis/core/validation ValidateConfigMap. A key may not stand in both
  /// maps; the validator looks at that itself.
  static let configMap = KindSchema(
    .configMap, isNamespaced: true, served: [Served("v1")], isBuiltIn: true,
    fields: [
      .init("immutable", .boolean.orNull),
      .init("data", .map(.string.orNull).orNull.holding(.keys(.configMapKey), .maxTotalBytes(1_048_576))),
      .init(
        "binaryData",
        .map(.string.orNull.holding(.pattern(.base64WithLineEnds))).orNull.holding(.keys(.configMapKey))),
    ])
}

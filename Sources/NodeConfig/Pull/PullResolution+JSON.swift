import SourceText

extension PullResolution {
  /// The fields of `registrylint pull --format json`: those that the cases of the real container library have, and the
  /// places in the manifests beside them.
  public var jsonMembers: [(String, JSONText)] {
    [
      ("input", .string(input)), ("namespace", .optional(namespace)), ("shortName", .bool(isShortName)),
      ("candidates", .array(candidates.map { Self.json($0) })), ("error", .optional(error)),
      ("errorOrigins", Self.json(errorOrigins)),
    ]
  }

  private static func json(_ candidate: PullResolution.Candidate) -> JSONText {
    .object([
      ("reference", .string(candidate.reference)), ("matchedPrefix", .string(candidate.matchedPrefix)),
      ("matchedOrigins", json(candidate.matchedOrigins)), ("inheritsMirrorsOf", .optional(candidate.inheritsMirrorsOf)),
      ("sources", .array(candidate.sources.map(json))),
      (
        "skippedMirrors",
        .array(
          candidate.skippedMirrors.map {
            .object([
              ("location", .string($0.location)), ("pullFromMirror", .string($0.pullMode.rawValue)),
              ("origins", json($0.origins)),
            ])
          })
      ),
      ("policyFile", .string(candidate.policyPath)), ("policyScope", .string(candidate.policyScope)),
      ("policyVerdict", .string(candidate.policyVerdict.rawValue)), ("policyOrigins", json(candidate.policyOrigins)),
      ("allBlocked", .bool(candidate.allBlocked)), ("pullable", .bool(candidate.isPullable)),
      ("error", .optional(candidate.error)), ("reason", .string(candidate.reason)),
    ])
  }

  private static func json(_ source: PullResolution.Source) -> JSONText {
    .object([
      ("reference", .string(source.reference)), ("insecure", .bool(source.isInsecure)),
      ("pullFromMirror", .optional(source.pullMode?.rawValue)), ("mirror", .bool(source.isMirror)),
      ("blocked", .bool(source.isBlocked)), ("blockedBy", .optional(source.blockedBy)),
      ("origins", json(source.origins)),
      ("insecureOrigins", json(source.insecureOrigins)), ("blockedOrigins", json(source.blockedOrigins)),
      ("certificateDirectory", .string(source.certificateDirectory)),
      ("certificate", source.certificate.map { json($0.origin) } ?? .null), ("reason", .string(source.reason)),
    ])
  }

  public static func json(_ origins: [Origin]) -> JSONText { .array(origins.map { json($0) }) }

  private static func json(_ origin: Origin) -> JSONText {
    .object([
      ("path", .string(origin.span.file.path.text)), ("line", .int(origin.span.start.line)),
      ("kind", .string(origin.kind.rawValue)), ("namespace", .optional(origin.namespace)),
      ("name", .optional(origin.name)),
      ("field", .string(origin.field)), ("value", .string(origin.value)),
    ])
  }
}

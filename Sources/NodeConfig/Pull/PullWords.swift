/// The reasons of a pull's steps in words.
enum PullWords {
  static func source(
    isMirror: Bool, of entry: LoadedRegistries.Entry?, origins: [Origin], blockedBy: String?,
    blockedOrigins: [Origin], isInsecure: Bool, insecureOrigins: [Origin]
  ) -> String {
    var words: String
    if isMirror, let entry {
      words = "mirror of \(entry.registry.inheritsMirrorsOf ?? entry.prefix)"
      if let source = entry.registry.inheritsMirrorsOf { words += ", copied from \(source) to \(entry.prefix)" }
      words += places(origins)
    } else {
      words = "the registry itself"
    }
    if let blockedBy { words += "; blocked as \(blockedBy)" + places(blockedOrigins) }
    if isInsecure { words += "; TLS is not verified" + places(insecureOrigins) }
    return words
  }

  static func candidate(
    sources: [PullResolution.Source], skipped: [PullResolution.SkippedMirror], policy: PolicyDecision,
    allBlocked: Bool, problem: String?, matchedPrefix: String?
  ) -> String {
    var clauses: [String] = []
    if let problem {
      clauses.append("no source can be made with the mirrors of \(matchedPrefix ?? ""): \(problem)")
    }
    switch policy.verdict {
    case .reject where policy.scope == "default":
      clauses.append("\(policy.path) rejects what no entry of allowedRegistries covers")
    case .reject:
      clauses.append("\(policy.path) rejects \(policy.scope)" + places(policy.origins))
    case .signatureRequired:
      clauses.append("\(policy.path) asks for a signature for \(policy.scope)" + places(policy.origins))
    case .accept: break
    }
    if allBlocked { clauses.append("every source is blocked") }
    if let mode = skipped.first?.pullMode {
      let mirrors = skipped.count == 1 ? "1 mirror is" : "\(skipped.count) mirrors are"
      clauses.append("\(mirrors) not used because of \(mode.rawValue)" + places(skipped.flatMap(\.origins)))
    }
    let open = sources.filter { !$0.isBlocked }
    if clauses.isEmpty {
      // Where some are blocked, a number would have to be found in the list of all.
      let first = open.count < sources.count ? open.first.map { ", \(name($0))" } ?? "" : ""
      clauses.append(open.count == 1 ? "tried at one source\(first)" : "tried at \(open.count) sources in this order")
    }
    if !open.isEmpty, open.count < sources.count {
      let blocked = sources.filter(\.isBlocked).map(name)
      let more = blocked.count > 2 ? " and \(blocked.count - 2) more" : ""
      clauses.append(
        blocked.prefix(2).joined(separator: ", ") + more + (blocked.count == 1 ? " is blocked" : " are blocked"))
    }
    return clauses.joined(separator: "; ")
  }

  /// Without the digest, which is the same for each source.
  private static func name(_ source: PullResolution.Source) -> String {
    String(source.reference.utf8.prefix { $0 != UInt8(ascii: "@") }) ?? source.reference
  }

  /// ` (entry 3 of spec.registrySources.blockedRegistries, image.yaml:14)`
  private static func places(_ origins: [Origin]) -> String {
    guard let first = origins.first else { return "" }
    return " (\(first.description)" + (origins.count > 1 ? " and \(origins.count - 1) more)" : ")")
  }
}

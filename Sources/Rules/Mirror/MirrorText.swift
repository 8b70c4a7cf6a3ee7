import Diagnostics
import RegistryConfig
import SourceText

/// A text that is no source or no mirror: the first cause, in words, and what was probably meant.
struct MirrorText {
  enum Role: String { case source, mirror }

  let role: Role
  let text: Located<String>
  private let form: RegistryEntryForm
  private let name: ImageName

  /// `nil` for a text of the grammar: `host[:port][/path]`, and for a source `*.host`. Also for blanks, characters that
  /// are not ASCII and passwords: `whitespace-in-entry`, `non-ascii-or-upper-host` and `secret-in-registry-string`
  /// speak of those.
  init?(_ text: Located<String>, as role: Role) {
    guard role == .source ? !RegistryScope.isSource(text.value) : !RegistryScope.isMirror(text.value) else {
      return nil
    }
    let form = RegistryEntryForm(text.value)
    guard form != .whitespace, form != .secret, text.value.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    self.role = role
    self.text = text
    self.form = form == .valid ? .wildcard : form
    name = ImageName(text.value)
  }

  var isEmpty: Bool { form == .empty }
  var hasScheme: Bool { name.scheme != nil }
  var hasWildcard: Bool { text.value.utf8.contains(UInt8(ascii: "*")) }

  /// Whether containers/image reads it all the same: it drops slashes at the end, and a tag of a mirror does not
  /// disturb a pull by digest.
  var isHarmless: Bool { form == .trailingSlash || (role == .mirror && form == .tagOrDigest && name.digest == nil) }

  /// The value as it may be printed.
  private var shown: String {
    guard name.userInfo != nil else { return text.value }
    return "\(name.scheme.map { $0 + "://" } ?? "")…@\(name.repository)"
  }

  /// One sentence.
  var message: String {
    switch form {
    case .empty: "the \(role.rawValue) is empty"
    case .scheme: "\(role.rawValue) '\(shown)' begins with the scheme '\(name.scheme ?? "")://'"
    case .wildcard where role == .mirror: "mirror '\(shown)' holds a wildcard"
    case .wildcard: "source '\(shown)' has a wildcard that is not '*.' and a host name alone"
    case .tagOrDigest:
      if let digest = name.digest {
        "\(role.rawValue) '\(shown)' holds the digest '\(digest.prefix(19))\(digest.utf8.count > 19 ? "…" : "")'"
      } else {
        "\(role.rawValue) '\(shown)' holds the tag '\(name.tag ?? "")'"
      }
    case .trailingSlash: "\(role.rawValue) '\(shown)' ends with a slash"
    case .valid, .whitespace, .secret, .other: "\(role.rawValue) '\(shown)' \(otherCause)"
    }
  }

  /// What to write instead.
  var advice: String {
    switch form {
    case .empty: "write a registry or repository, or drop the \(role == .source ? "entry" : "item")"
    case .scheme: "write the registry without scheme; plain HTTP is a matter of insecureRegistries"
    case .wildcard where role == .mirror: "a mirror is one place; name its registry and path"
    case .wildcard: "write '*.example.com' for all hosts below a domain, or one registry with its path"
    case .tagOrDigest: "name the repository alone; each pull brings its own tag or digest"
    case .trailingSlash: "write it without the slash"
    case .valid, .whitespace, .secret, .other: "write host[:port][/path], the path in lower case"
    }
  }

  /// The text that was probably meant, when it is of the grammar.
  var correction: String? {
    let candidate: String
    switch form {
    case .empty, .whitespace, .secret, .valid: return nil
    case .wildcard:
      // `quay.io/*` means what `quay.io` says.
      guard role == .source, text.value.hasSuffix("/*") else { return nil }
      candidate = String(text.value.dropLast(2))
    case .scheme, .tagOrDigest, .trailingSlash: candidate = name.repository
    case .other: candidate = name.path == nil ? text.value : "\(name.registry)/\(name.path?.lowercased() ?? "")"
    }
    let isLegal = role == .source ? RegistryScope.isSource(candidate) : RegistryScope.isMirror(candidate)
    return isLegal && candidate != text.value ? candidate : nil
  }

  private var otherCause: String {
    if name.host.utf8.first == UInt8(ascii: "[") { return "names a host by its IPv6 address" }
    if name.userInfo != nil || text.value.utf8.contains(UInt8(ascii: "@")) { return "holds an '@'" }
    if name.host.isEmpty { return "has no host before its first slash" }
    guard RegistryScope.isMirror(name.registry) else {
      if name.host.utf8.contains(UInt8(ascii: ":")) {
        return name.path != nil && name.host.utf8.count(where: { $0 == UInt8(ascii: ":") }) > 1
          ? "has a host with two colons" : "has a port that is no number"
      }
      if name.host.utf8.contains(UInt8(ascii: "_")) { return "has an underscore in its host '\(name.host)'" }
      return "has the host '\(name.host)', which is no host name"
    }
    let path = name.path ?? ""
    if path.hasPrefix("/") || path.contains("//") { return "has two slashes in a row" }
    if path.utf8.contains(where: { (0x41...0x5A).contains($0) }) { return "has upper-case letters in its path" }
    if name.tag?.isEmpty == true { return "ends with a colon" }
    return "has the path '\(path)', which no repository can have"
  }
}

/// What a cluster of a release does with an object that holds such a text.
struct MirrorTextConsequence {
  let severity: Severity
  let effect: Effect
  let words: String

  /// - Returns: `nil` when this kind and release take the text.
  init?(_ problem: MirrorText, kind: ResourceKind, release: Release) {
    let role = problem.role.rawValue
    switch kind {
    case .imageDigestMirrorSet, .imageTagMirrorSet:
      self.init(.error, .refused, "the API server refuses the object")
    // A grammar of its own, which `refused-value` knows.
    case .imageContentPolicy: return nil
    default:
      if release >= Release(4, 16) {
        self.init(
          .error, .frozen,
          "the Machine Config Operator stops with 'invalid format for \(role)', and all nodes keep their old files")
      } else if problem.isEmpty {
        self.init(
          .error, .frozen,
          "the Machine Config Operator stops with 'invalid empty entry for \(role) configuration', and all nodes keep "
            + "their old files")
      } else if problem.hasWildcard {
        self.init(
          .error, .frozen,
          "the Machine Config Operator stops with 'wildcard entries are not supported with mirror configuration', and "
            + "all nodes keep their old files")
      } else if problem.hasScheme {
        self.init(
          .error, .pullsFail,
          "it is written to registries.conf, which nodes then cannot load ('URI schemes are not supported'): every "
            + "pull fails")
      } else if problem.isHarmless {
        self.init(.warning, .none, "nodes read it without that part, but from 4.16 on the operator refuses it")
      } else if problem.role == .source {
        self.init(
          .error, .notApplied,
          "no image matches it, so its mirrors are never used; from 4.16 on the operator refuses it")
      } else {
        self.init(
          .error, .pullsFail,
          "pulls of the source fail, since what the node makes of the mirror is no reference; from 4.16 on the "
            + "operator refuses it")
      }
    }
  }

  private init(_ severity: Severity, _ effect: Effect, _ words: String) {
    self.severity = severity
    self.effect = effect
    self.words = words
  }
}

extension Findings {
  /// Reports a source or mirror that is not of the grammar.
  mutating func report(_ problem: MirrorText, in set: MirrorSet, field: String, release: Release) {
    guard let consequence = MirrorTextConsequence(problem, kind: set.resource.kind, release: release) else { return }
    var fixes: [Fix] = []
    if let correction = problem.correction, let edit = problem.text.rewriting(correction) {
      fixes = [Fix("Write '\(correction)'", safety: .unsafe, edits: [edit])]
    }
    report(
      problem.message, at: problem.text.span, field: field, severity: consequence.severity, effect: consequence.effect,
      help: "\(consequence.words); \(problem.advice)", fixes: fixes)
  }
}

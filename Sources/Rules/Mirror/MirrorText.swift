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

  /// `nil` for a text of the grammar: `host[:port][/path]`, and for a source `*.host`.
  init?(_ text: Located<String>, as role: Role) {
    guard role == .source ? !RegistryScope.isSource(text.value) : !RegistryScope.isMirror(text.value) else { return nil }
    self.role = role
    self.text = text
    let form = RegistryEntryForm(text.value)
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
    case .whitespace where isFolded:
      "\(role.rawValue) '\(shown)' is two lines: the second is indented, so YAML joins it to the first"
    case .whitespace: "\(role.rawValue) '\(shown)' holds a blank"
    case .secret: "\(role.rawValue) '\(shown)' holds a user and a password"
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
    case .valid, .other: "\(role.rawValue) '\(shown)' \(otherCause)"
    }
  }

  /// What to write instead.
  var advice: String {
    switch form {
    case .empty: "write a registry or repository, or drop the \(role == .source ? "entry" : "item")"
    case .whitespace where isFolded: "give the second line the indentation of the list it belongs to"
    case .whitespace: "write it without blanks"
    case .secret: "credentials belong into the pull secret; write host[:port][/path]"
    case .scheme: "write the registry without scheme; plain HTTP is a matter of insecureRegistries"
    case .wildcard where role == .mirror: "a mirror is one place; name its registry and path"
    case .wildcard: "write '*.example.com' for all hosts below a domain, or one registry with its path"
    case .tagOrDigest: "name the repository alone; each pull brings its own tag or digest"
    case .trailingSlash: "write it without the slash"
    case .valid, .other: "write host[:port][/path], the path in lower case"
    }
  }

  /// The text that was probably meant, when it is of the grammar.
  var correction: String? {
    let candidate: String
    switch form {
    case .empty, .secret, .valid: return nil
    case .whitespace:
      if isFolded { return nil }
      candidate = text.value.trimmingBlanks
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

  /// A plain text of several lines: an item of a list that is indented like a continuation.
  private var isFolded: Bool {
    let bytes = text.span.file.bytes[text.span.range]
    return bytes.contains(UInt8(ascii: "\n")) && bytes.first != UInt8(ascii: "\"") && bytes.first != UInt8(ascii: "'")
      && bytes.first != UInt8(ascii: "|") && bytes.first != UInt8(ascii: ">")
  }

  private var otherCause: String {
    if let scalar = text.value.unicodeScalars.first(where: { !$0.isASCII }) { return "holds '\(scalar)', which is not ASCII" }
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

extension String {
  /// Without blanks, tabs and line breaks at both ends.
  var trimmingBlanks: String {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    guard let first = utf8.firstIndex(where: { !isBlank($0) }), let last = utf8.lastIndex(where: { !isBlank($0) }) else {
      return ""
    }
    return String(self[first...last])
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
    case .imageContentPolicy:
      if ContentPolicySource.matches(problem.text.value) { return nil }
      self.init(.error, .refused, "the API server refuses the object")
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
          "it is written to registries.conf, which nodes then cannot load ('URI schemes are not supported'): every pull "
            + "fails")
      } else if problem.isHarmless {
        self.init(.warning, .none, "nodes read it without that part, but from 4.16 on the operator refuses it")
      } else if problem.role == .source {
        self.init(.error, .notApplied, "no image matches it, so its mirrors are never used; from 4.16 on the operator refuses it")
      } else {
        self.init(
          .error, .pullsFail,
          "pulls of the source fail, since what the node makes of the mirror is no reference; from 4.16 on the operator "
            + "refuses it")
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

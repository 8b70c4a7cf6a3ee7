/// What is wrong with an entry of `allowedRegistries`, `blockedRegistries` or `insecureRegistries`: the first cause
/// only, so that each has one rule to speak of it.
public enum RegistryEntryForm: Hashable, Sendable {
  /// `host[:port][/path]` or `*.host`.
  case valid
  case empty
  /// A blank, tab or line break anywhere.
  case whitespace
  /// `user:secret@host`, with or without blanks.
  case secret
  /// `https://…`
  case scheme
  /// A `*` that is not the first label of a host: `*`, `*.host:port`, `*.host/path`, `host/*`.
  case wildcard
  /// A repository with tag or digest.
  case tagOrDigest
  /// Fine but for the slashes at its end.
  case trailingSlash
  /// Anything else that no grammar takes: upper case in a path, `_` in a host, IPv6, other characters.
  case other

  public init(_ text: String) {
    if text.isEmpty {
      self = .empty
    } else if RegistryScope.isSource(text) {
      self = .valid
    } else {
      let name = ImageName(text)
      if name.hasSecret {
        self = .secret
      } else if text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) {
        self = .whitespace
      } else if name.scheme != nil {
        self = .scheme
      } else if text.utf8.contains(UInt8(ascii: "*")) {
        self = .wildcard
      } else if name.userInfo == nil, name.tag?.isEmpty == false || name.digest != nil,
        RegistryScope.isMirror(name.repository)
      {
        self = .tagOrDigest
      } else if text.utf8.last == UInt8(ascii: "/"), RegistryScope.isMirror(name.repository), name.tag == nil {
        self = .trailingSlash
      } else {
        self = .other
      }
    }
  }
}

/// A normalised image reference as containers/image holds it: `docker.io/library/nginx:1.25`.
/// Source: containers/image, docker/reference.
public struct ImageReference: Hashable, Sendable {
  /// Registry and repository: `docker.io/library/nginx`.
  public let name: String
  /// `host[:port]`, empty for a name whose first component is no host.
  public let domain: String
  public let tag: String?
  /// `sha256:…`
  public let digest: String?

  /// Why a text is no reference, in the words of containers/image.
  public struct Problem: Error, Hashable, Sendable {
    public let message: String
  }

  init(name: String, domain: String, tag: String?, digest: String?) {
    self.name = name
    self.domain = domain
    self.tag = tag
    self.digest = digest
  }

  public var text: String {
    name + (tag.map { ":" + $0 } ?? "") + (digest.map { "@" + $0 } ?? "")
  }

  /// Of `text`, in bytes.
  var textLength: Int { name.utf8.count + [tag, digest].reduce(0) { $0 + ($1.map { 1 + $0.utf8.count } ?? 0) } }

  /// Reads a reference and completes the short forms of docker.io (`ParseNormalizedNamed`).
  public init(normalizing text: String) throws(Problem) {
    if Self.isInFull(text) {
      self = try Self.parse(text)
      return
    }
    let bytes = text.utf8
    if bytes.count == 64, bytes.allSatisfy({ $0.isHexDigit && !$0.isUppercaseLetter }) {
      throw Problem(
        message: "invalid repository name (\(text)), cannot specify 64-byte hexadecimal strings")
    }
    var domain = "docker.io"
    var remainder = text
    if let slash = bytes.firstIndex(of: UInt8(ascii: "/")) {
      let first = text[..<slash]
      if first.utf8.contains(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") })
        || first.utf8.elementsEqual("localhost".utf8)
      {
        domain = String(first)
        remainder = String(text[bytes.index(after: slash)...])
      }
    }
    if domain.equalsBytes("index.docker.io") { domain = "docker.io" }
    if domain.equalsBytes("docker.io"), !remainder.utf8.contains(UInt8(ascii: "/")) {
      remainder = "library/" + remainder
    }
    let remoteName = remainder.utf8.firstIndex(of: UInt8(ascii: ":")).map { String(remainder[..<$0]) } ?? remainder
    guard remoteName.lowercased().equalsBytes(remoteName) else {
      throw Problem(message: "invalid reference format: repository name must be lowercase")
    }
    self = try Self.parse(domain + "/" + remainder)
  }

  /// Whether normalising leaves a text as it is: a host that is not docker.io, then no capital letters. Of a text that
  /// is, this may say that it is not.
  private static func isInFull(_ text: String) -> Bool {
    text.utf8.withContiguousStorageIfAvailable { bytes in
      guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else { return false }
      let (host, rest) = (bytes[..<slash], bytes[(slash + 1)...])
      return host.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }
        && !["docker.io", "index.docker.io"].contains { host.elementsEqual($0.utf8) }
        && rest.allSatisfy { $0 < 0x80 && !$0.isUppercaseLetter }
    } ?? false
  }

  /// Reads a reference that must be written in full (`ParseNamed`).
  public init(canonical text: String) throws(Problem) {
    if Self.isInFull(text) {
      self = try Self.parse(text)
      return
    }
    let reference = try ImageReference(normalizing: text)
    guard reference.text.equalsBytes(text) else { throw Problem(message: "repository name must be canonical") }
    self = reference
  }

  /// The same image without its tag when it has a digest, as CRI-O pulls it.
  public var withoutTagBesideDigest: ImageReference {
    digest == nil || tag == nil ? self : ImageReference(name: name, domain: domain, tag: nil, digest: digest)
  }

  /// Another image of the same repository.
  func with(tag: String?, digest: String?) -> ImageReference {
    ImageReference(name: name, domain: domain, tag: tag, digest: digest)
  }

  /// With `latest` when it has neither tag nor digest.
  public var withDefaultTag: ImageReference {
    tag == nil && digest == nil ? ImageReference(name: name, domain: domain, tag: "latest", digest: nil) : self
  }

  /// `reference.Parse`
  static func parse(_ text: String) throws(Problem) -> ImageReference {
    let bytes = Array(text.utf8)
    guard let parts = split(bytes) else {
      if bytes.isEmpty { throw Problem(message: "repository name must have at least one component") }
      if split(Array(text.lowercased().utf8)) != nil { throw Problem(message: "repository name must be lowercase") }
      throw Problem(message: "invalid reference format")
    }
    guard parts.name.count <= 255 else {
      throw Problem(message: "repository name must not be more than 255 characters")
    }
    let digest = parts.digest.map { String(decoding: bytes[$0], as: UTF8.self) }
    if let digest { try checkDigest(digest) }
    return ImageReference(
      name: String(decoding: bytes[parts.name], as: UTF8.self),
      domain: String(decoding: bytes[parts.domain], as: UTF8.self),
      tag: parts.tag.map { String(decoding: bytes[$0], as: UTF8.self) }, digest: digest)
  }

  private struct Parts {
    let name: Range<Int>
    let domain: Range<Int>
    let tag: Range<Int>?
    let digest: Range<Int>?
  }

  /// The pattern of references by hand. Neither names nor tags hold `@`, and a tag holds neither `:` nor `/`, so the
  /// first `@` and the first `:` behind the last `/` are the only places to split at.
  private static func split(_ bytes: [UInt8]) -> Parts? {
    var end = bytes.count
    var digest: Range<Int>?
    if let at = bytes.firstIndex(of: UInt8(ascii: "@")) {
      guard isDigest(bytes[(at + 1)...]) else { return nil }
      digest = at + 1..<bytes.count
      end = at
    }
    let lastStart = bytes[..<end].lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    var tag: Range<Int>?
    if let colon = bytes[lastStart..<end].firstIndex(of: UInt8(ascii: ":")) {
      guard isTag(bytes[(colon + 1)..<end]) else { return nil }
      tag = colon + 1..<end
      end = colon
    }
    let components = bytes[..<end].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard let first = components.first else { return nil }
    let hasDomain = components.count > 1 && ScopeGrammar.isDomain(first)
    guard hasDomain || ScopeGrammar.isPathComponent(first),
      components.dropFirst().allSatisfy(ScopeGrammar.isPathComponent)
    else { return nil }
    return Parts(name: 0..<end, domain: hasDomain ? first.indices : 0..<0, tag: tag, digest: digest)
  }

  /// `[\w][\w.-]{0,127}`
  private static func isTag(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, bytes.count <= 128, first.isLetterOrDigit || first == UInt8(ascii: "_") else {
      return false
    }
    return bytes.allSatisfy { $0.isLetterOrDigit || "_.-".utf8.contains($0) }
  }

  /// `[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*[:][[:xdigit:]]{32,}`
  private static func isDigest(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return false }
    let hex = bytes[(colon + 1)...]
    guard hex.count >= 32, hex.allSatisfy(\.isHexDigit) else { return false }
    return bytes[..<colon].split(omittingEmptySubsequences: false) { "-_+.".utf8.contains($0) }.allSatisfy { part in
      guard let first = part.first, first.isLetterOrDigit, !first.isDigit else { return false }
      return part.allSatisfy(\.isLetterOrDigit)
    }
  }

  /// go-digest: a known algorithm, and as many lower-case digits as it has.
  private static func checkDigest(_ digest: String) throws(Problem) {
    guard let colon = digest.utf8.firstIndex(of: UInt8(ascii: ":")) else { return }
    let hex = digest[digest.utf8.index(after: colon)...].utf8
    let length: Int
    switch String(digest[..<colon]) {
    case "sha256": length = 64
    case "sha384": length = 96
    case "sha512": length = 128
    default: throw Problem(message: "unsupported digest algorithm")
    }
    guard hex.count == length else { throw Problem(message: "invalid checksum digest length") }
    guard !hex.contains(where: \.isUppercaseLetter) else {
      throw Problem(message: "invalid checksum digest format")
    }
  }
}

import SourceText

/// Keeps secrets out of everything that is printed. The files we read hold pull secrets and private keys.
public enum SecretText {
  /// What stands in place of a line that may hold a secret.
  public static let placeholder = "(this line may hold a secret and is not shown)"

  /// A text with credentials before an `@` (`user:password@host`) replaced by `***`.
  public static func redacting(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "@")) else { return text }
    var bytes = Array(text.utf8)
    var search = 0
    while let at = bytes[search...].firstIndex(of: UInt8(ascii: "@")) {
      search = at + 1
      var start = at
      var colon = false
      while start > 0, !isBoundary(bytes[start - 1]) {
        start -= 1
        if bytes[start] == UInt8(ascii: ":") { colon = true }
      }
      guard colon, at > start, !isDigest(bytes, at + 1) else { continue }
      bytes.replaceSubrange(start..<at, with: Array("***".utf8))
      search = start + 4
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isBoundary(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"")
      || byte == UInt8(ascii: "`")
  }

  /// `sha256:`, `sha512:` behind an `@`: a digest, no password.
  private static func isDigest(_ bytes: [UInt8], _ start: Int) -> Bool {
    bytes[start...].starts(with: Array("sha".utf8))
  }

  private static let secretKeys = [
    "pullsecret", "password", "token", "\"auth\"", "auth:", "auths", "privatekey", "secretkey", ".dockerconfigjson",
    "private key-----",
  ].map { Array($0.utf8) }
  private static let begin = Array("-----begin ".utf8)
  private static let end = Array("-----end ".utf8)
  private static let privateKey = Array("private key".utf8)

  /// Whether a line of a file must not be shown: it names a secret, or it lies inside of a private key.
  public static func isSecret(line index: Int, in file: SourceFile) -> Bool {
    let text = lowercased(file, index)
    if secretKeys.contains(where: { text.contains(subsequence: $0) }) { return true }
    guard file.hasPrivateKey else { return false }
    // Inside of a key block: look back for its BEGIN line; blocks are short.
    var line = index
    while line > 0, index - line < 200 {
      line -= 1
      let above = lowercased(file, line)
      if above.contains(subsequence: end) { return false }
      if above.contains(subsequence: begin) { return above.contains(subsequence: privateKey) }
    }
    return false
  }

  /// The line with ASCII letters in lower case.
  private static func lowercased(_ file: SourceFile, _ line: Int) -> [UInt8] {
    file.bytes[file.lineRange(line)].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  }

  /// Whether the text of a fix would print a secret.
  static func holdsSecret(_ replacement: [UInt8]) -> Bool {
    let text = String(decoding: replacement, as: UTF8.self)
    return redacting(text) != text || text.contains("PRIVATE KEY-----")
  }
}

extension Diagnostic {
  /// The diagnostic with credentials replaced in every text; fixes that would print one are left out.
  public func redacted() -> Diagnostic {
    var result = self
    result.message = SecretText.redacting(message)
    result.help = help.map(SecretText.redacting)
    result.related = related.map { Label(SecretText.redacting($0.message), at: $0.span) }
    result.fixes = fixes.filter { fix in !fix.edits.contains { SecretText.holdsSecret($0.edit.replacement) } }
    return result
  }
}

extension SourceFile {
  /// Whether a private key may stand somewhere in the file.
  fileprivate var hasPrivateKey: Bool { bytes.contains(subsequence: Array("PRIVATE KEY".utf8)) }
}

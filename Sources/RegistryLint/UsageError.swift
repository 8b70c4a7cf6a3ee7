import SourceText

/// Something that the user wrote on the command line or in the configuration and that cannot be obeyed.
public struct UsageError: Error, Sendable, CustomStringConvertible {
  public let message: String
  /// Where in the configuration.
  public let span: SourceSpan?

  public init(_ message: String, at span: SourceSpan? = nil) {
    self.message = message
    self.span = span
  }

  /// A name that none of the clusters has.
  static func noCluster(_ name: String, among names: [String]) -> UsageError {
    let shown = names.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
    let hint =
      nearest(to: name, in: names).map { "did you mean '\($0)'?" }
      ?? (shown.isEmpty ? "none was found" : "found: \(shown)" + (names.count > 20 ? " and more" : ""))
    return UsageError("there is no cluster '\(name)'; \(hint)")
  }

  /// The name that was perhaps meant.
  public static func suggestion(for name: String, among names: [String]) -> String? { nearest(to: name, in: names) }

  public var description: String {
    guard let span else { return message }
    return "\(span.file.path.text):\(span.start.line):\(span.start.column): \(message)"
  }
}

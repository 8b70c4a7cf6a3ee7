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

  public var description: String {
    guard let span else { return message }
    return "\(span.file.path.text):\(span.start.line):\(span.start.column): \(message)"
  }
}

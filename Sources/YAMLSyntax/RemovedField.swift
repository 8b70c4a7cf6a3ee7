import SourceText

/// What a patch has taken out of an object: the only trace of it in what is composed.
public struct RemovedField: Sendable {
  /// As Kubernetes writes it, up to the first list: `spec.registrySources.blockedRegistries`.
  public let field: String
  /// The operation, or the value that says so.
  public let span: SourceSpan

  public init(_ field: String, at span: SourceSpan) {
    self.field = field
    self.span = span
  }

  /// Whether both are written at the same place.
  public func isSame(as other: RemovedField) -> Bool {
    span.range == other.span.range && span.file.path == other.span.file.path && field == other.field
  }

  /// Whether a field, with or without indices, is it, a part of it or around it.
  public func concerns(_ other: String) -> Bool {
    func parts(_ text: String) -> [Substring] { text.prefix { $0 != "[" }.split(separator: ".") }
    return zip(parts(field), parts(other)).allSatisfy { $0 == $1 }
  }
}

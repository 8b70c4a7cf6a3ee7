import SourceText
import YAMLSyntax

/// One thing that the API server refuses or prunes.
public struct SchemaViolation: Sendable {
  public enum Problem: Hashable, Sendable {
    /// No such kind under this `apiVersion` in this release.
    case notServed(NotServed)
    case requiredMissing(key: String)
    case wrongType(expected: JSONType, found: JSONType)
    case unsupportedValue(String, allowed: [String])
    /// The value does not match a grammar of the CRD or of a Go type.
    case pattern(ValueGrammar)
    /// A key of a map does not match the grammar of keys.
    case key(ValueGrammar)
    /// A CEL rule on a text.
    case text(ValueGrammar)
    /// A CEL rule on an object.
    case object(ObjectRule)
    /// Lengths in characters, but for the whole of a ConfigMap in bytes.
    case tooLong(limit: Int)
    case tooShort(limit: Int)
    case tooManyItems(limit: Int, count: Int)
    case tooFewItems(limit: Int, count: Int)
    /// The value stands in the list already.
    case duplicate(first: SourceSpan)
    /// The key stands in `data` and in `binaryData`.
    case keyInBothMaps(first: SourceSpan)
    /// Pruned: the object is accepted without the key.
    case unknownField([FieldSuggestion])
  }

  /// Why a kind is not served.
  public struct NotServed: Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
      /// The kind is served under another group or version.
      case apiVersion
      /// The kind came with a later release.
      case release(since: Release)
      /// Only with the TechPreviewNoUpgrade feature set.
      case techPreview
      /// The version is gone; the kind is served under another.
      case removed
    }

    public let reason: Reason
    /// What to write: the newest `apiVersion` of the kind without preview features.
    public let expected: String

    public init(reason: Reason, expected: String) {
      self.reason = reason
      self.expected = expected
    }
  }

  public let problem: Problem
  /// The path as Kubernetes writes it: `spec.imageDigestMirrors[0].source`.
  public let field: String
  /// The value; the key for an unknown field or a bad key; for a missing key the key of its parent (in a list the
  /// first key of the item, at the top the kind).
  public let span: SourceSpan
  /// The key of the value, where it has one.
  public let key: Node?
  /// The value itself, for what a fix needs to know; `nil` for a missing key.
  public let value: Node?
  /// The API server's own words. They hold values, but never those of a ConfigMap.
  public let serverMessage: String

  public init(
    problem: Problem, field: String, span: SourceSpan, key: Node?, value: Node?, serverMessage: String
  ) {
    self.problem = problem
    self.field = field
    self.span = span
    self.key = key
    self.value = value
    self.serverMessage = serverMessage
  }

  /// Whether the API server refuses the object for this. An unknown field is only pruned.
  public var isRefusal: Bool {
    if case .unknownField = problem { false } else { true }
  }

  /// `field` with `[]` in place of indexes, to tell which rule speaks of a violation.
  public var fieldPattern: String {
    var result = ""
    var isInside = false
    for scalar in field.unicodeScalars {
      if scalar == "]" { isInside = false }
      if !isInside { result.unicodeScalars.append(scalar) }
      if scalar == "[" { isInside = true }
    }
    return result
  }
}

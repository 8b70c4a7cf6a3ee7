import SourceText

/// One entry of a list of registries.
public struct RegistryEntry: Sendable {
  /// The entry as written, after YAML's unquoting; one that is unknown as it stands in the file.
  public let value: String
  public let span: SourceSpan
  /// The place in the list, from 0.
  public let index: Int
  /// The entry is or holds a placeholder; no rule may speak of it.
  public let isUnknown: Bool
  /// What is wrong with it as a scope.
  public let form: RegistryEntryForm

  public init(value: String, span: SourceSpan, index: Int, isUnknown: Bool = false) {
    self.value = value
    self.span = span
    self.index = index
    self.isUnknown = isUnknown
    form = RegistryEntryForm(value)
  }
}

/// A list of registries under `spec.registrySources`, with the entries that are strings.
public struct RegistryList: Sendable {
  /// The Kubernetes field path, `spec.registrySources.allowedRegistries`.
  public let field: String
  public let entries: [RegistryEntry]
  /// The list's value; the key is in `keySpan`.
  public let span: SourceSpan
  public let keySpan: SourceSpan
  /// False when the list holds placeholders or template control lines, or is not a list: entries may exist that
  /// are not in `entries`, so nothing may be said of what is missing.
  public let isComplete: Bool

  public init(
    field: String, entries: [RegistryEntry], span: SourceSpan, keySpan: SourceSpan, isComplete: Bool = true
  ) {
    self.field = field
    self.entries = entries
    self.span = span
    self.keySpan = keySpan
    self.isComplete = isComplete
  }

  /// The values that can be read.
  public var values: [String] { entries.lazy.filter { !$0.isUnknown }.map(\.value) }
}

import SourceText

/// `ImageContentSourcePolicy`, `ImageDigestMirrorSet`, `ImageTagMirrorSet` or `ImageContentPolicy`.
///
/// A class, as are the other typed views: rules hand them around, and a reference is copied in no time.
public final class MirrorSet: Sendable {
  public enum SourcePolicy: String, Hashable, Sendable {
    case neverContactSource = "NeverContactSource"
    case allowContactingSource = "AllowContactingSource"
  }

  /// The mirrors of one source.
  public final class Entry: Sendable {
    /// The place in the list, from 0.
    public let index: Int
    /// `nil` when it is absent, no string or a placeholder.
    public let source: Located<String>?
    /// The mirrors that are strings and no placeholders, in the order nodes try them.
    public let mirrors: [Located<String>]
    /// The places in the list of what is in `mirrors`, from 0: what is no string or a placeholder is left out there.
    public let mirrorIndices: [Int]
    /// `nil` when it is absent; the text as written, which may be no legal value.
    public let policy: Located<String>?
    /// The whole entry.
    public let span: SourceSpan
    /// False when mirrors or source hold placeholders or template control: nothing may be said of what is missing.
    public let isComplete: Bool
    /// Whether the source is of the grammar: `host[:port][/path]` or `*.host`.
    public let hasValidSource: Bool

    public init(
      index: Int, source: Located<String>?, mirrors: [Located<String>], policy: Located<String>?, span: SourceSpan,
      isComplete: Bool = true, mirrorIndices: [Int]? = nil
    ) {
      self.index = index
      self.source = source
      self.mirrors = mirrors
      self.mirrorIndices = mirrorIndices ?? Array(mirrors.indices)
      self.policy = policy
      self.span = span
      self.isComplete = isComplete
      hasValidSource = source.map { RegistryScope.isSource($0.value) } ?? false
    }

    /// What applies when nothing is written: nodes may contact the source.
    public var effectivePolicy: SourcePolicy {
      policy.flatMap { SourcePolicy(rawValue: $0.value) } ?? .allowContactingSource
    }
  }

  public let resource: Resource
  public let entries: [Entry]
  /// False when entries could not be read or are conditional.
  public let isComplete: Bool

  public init(resource: Resource, entries: [Entry], isComplete: Bool = true) {
    self.resource = resource
    self.entries = entries
    self.isComplete = isComplete
  }

  /// The name of the list: `imageDigestMirrors`, `imageTagMirrors` or `repositoryDigestMirrors`.
  public var listName: String { Self.listName(of: resource.kind) }

  public static func listName(of kind: ResourceKind) -> String {
    switch kind {
    case .imageDigestMirrorSet: "imageDigestMirrors"
    case .imageTagMirrorSet: "imageTagMirrors"
    default: "repositoryDigestMirrors"
    }
  }

  /// `spec.imageDigestMirrors[3].mirrors[0]`, of the mirror at a place in `entry.mirrors`.
  public func field(_ entry: Entry, mirror place: Int) -> String {
    field(entry, "mirrors[\(entry.mirrorIndices[place])]")
  }

  /// `spec.imageDigestMirrors[3].source`
  public func field(_ entry: Entry, _ key: String? = nil) -> String {
    "spec.\(listName)[\(entry.index)]" + (key.map { ".\($0)" } ?? "")
  }
}

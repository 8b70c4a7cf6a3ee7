/// How much of a file is read before the reader gives up with a clear problem. A pull request is written by a
/// stranger: every limit is explicit, and what lies behind it is reported, never guessed.
public struct ParseLimits: Sendable {
  /// Nested collections. libyaml needs quadratic time for nested flow collections, so this also bounds time.
  public var depth: Int
  /// Documents in one file.
  public var documents: Int
  /// Nodes written in one file, aliases counted once.
  public var nodes: Int
  /// Nodes of one document with all aliases expanded.
  public var expandedNodes: Int

  public init(depth: Int = 128, documents: Int = 20_000, nodes: Int = 2_000_000, expandedNodes: Int = 4_000_000) {
    self.depth = depth
    self.documents = documents
    self.nodes = nodes
    self.expandedNodes = expandedNodes
  }

  public static let standard = ParseLimits()
}

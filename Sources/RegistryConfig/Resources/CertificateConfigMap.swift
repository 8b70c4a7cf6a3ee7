import SourceText
import YAMLSyntax

/// A ConfigMap of registry CAs, keyed `host` or `host..port`.
public final class CertificateConfigMap: Sendable {
  /// One key with its PEM text.
  public final class Entry: Sendable {
    public enum Section: String, Hashable, Sendable { case data, binaryData }

    public let section: Section
    public let key: Located<String>
    /// The value as the cluster sees it after YAML; base64 in `binaryData`. `nil` when it is no string.
    public let value: Located<String>?
    /// For positions inside of the value.
    public let node: Node
    /// Key or value is a placeholder.
    public let isUnknown: Bool
    /// The key is a placeholder.
    public let isKeyUnknown: Bool

    public init(
      section: Section, key: Located<String>, value: Located<String>?, node: Node, isUnknown: Bool,
      isKeyUnknown: Bool = false
    ) {
      self.section = section
      self.key = key
      self.value = value
      self.node = node
      self.isUnknown = isUnknown
      self.isKeyUnknown = isKeyUnknown
    }
  }

  public let resource: Resource
  public let entries: [Entry]

  public init(resource: Resource, entries: [Entry]) {
    self.resource = resource
    self.entries = entries
  }
}

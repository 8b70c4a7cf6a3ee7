import RegistryConfig
import SourceText

/// The place in a manifest that a part of a node's file comes from.
public struct Origin: Hashable, Sendable {
  /// What kind of field holds the value.
  public enum Place: Hashable, Sendable {
    /// An entry of a list of strings, such as `spec.registrySources.blockedRegistries` or `spec.scopes`; from 0.
    case listEntry(field: String, index: Int)
    /// `spec.imageDigestMirrors[entry].source` and the like.
    case mirrorSource(list: String, entry: Int)
    /// `spec.imageDigestMirrors[entry].mirrorSourcePolicy`
    case mirrorSourcePolicy(list: String, entry: Int)
    /// `spec.imageDigestMirrors[entry].mirrors[index]`
    case mirror(list: String, entry: Int, index: Int)
    /// A key of a ConfigMap.
    case key(section: String, key: String)
  }

  public let kind: ResourceKind
  public let namespace: String?
  public let name: String?
  public let place: Place
  public let value: String
  public let span: SourceSpan

  init(_ resource: Resource, _ place: Place, value: String, span: SourceSpan) {
    kind = resource.kind
    namespace = resource.namespace?.value
    name = resource.name?.value
    self.place = place
    self.value = value
    self.span = span
  }

  /// The Kubernetes field path: `spec.registrySources.blockedRegistries[2]`.
  public var field: String {
    switch place {
    case .listEntry(let field, let index): "\(field)[\(index)]"
    case .mirrorSource(let list, let entry): "spec.\(list)[\(entry)].source"
    case .mirrorSourcePolicy(let list, let entry): "spec.\(list)[\(entry)].mirrorSourcePolicy"
    case .mirror(let list, let entry, let index): "spec.\(list)[\(entry)].mirrors[\(index)]"
    case .key(let section, let key): "\(section)[\(key)]"
    }
  }

  /// For people: `entry 3 of spec.registrySources.blockedRegistries, image.yaml:14`.
  public var description: String {
    let place =
      switch place {
      case .listEntry(let field, let index): "entry \(index + 1) of \(field)"
      default: field
      }
    return "\(place), \(span.file.path):\(span.start.line)"
  }
}

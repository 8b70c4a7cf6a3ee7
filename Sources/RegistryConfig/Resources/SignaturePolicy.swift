import SourceText

/// `ClusterImagePolicy` or `ImagePolicy`: which signatures images of some scopes must carry.
public final class SignaturePolicy: Sendable {
  public let resource: Resource
  /// `spec.scopes`, the entries that are strings.
  public let scopes: RegistryList?

  public init(resource: Resource, scopes: RegistryList?) {
    self.resource = resource
    self.scopes = scopes
  }

  /// An ImagePolicy holds for one namespace only, a ClusterImagePolicy for all.
  public var isNamespaced: Bool { resource.kind == .imagePolicy }
}

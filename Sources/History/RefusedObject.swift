import RegistryConfig
import Rules
import SourceText

/// An object that the API server refuses, so that no cluster has it as it is written.
public struct RefusedObject: Sendable {
  public let resource: Resource
  /// Where the first value stands that is refused.
  public let span: SourceSpan
  /// The path of that value, as Kubernetes writes it.
  public let field: String

  /// `nil` for an object that is taken.
  public init?(_ object: LintedResource) {
    guard let violation = object.schema.violations.first(where: \.isRefusal) else { return nil }
    resource = object.resource
    span = violation.span
    field = violation.field
  }

  /// The refused objects of a cluster, in its order.
  static func all(in cluster: LintedCluster) -> [RefusedObject] { cluster.resources.compactMap(RefusedObject.init) }

  /// `ImageDigestMirrorSet mirrors`
  public var title: String {
    [resource.kindName.value, resource.name?.value].compactMap { $0 }.joined(separator: " ")
  }
}

extension LintedCluster {
  /// The cluster as it is without the objects that the API server refuses.
  func withoutRefused() -> LintedCluster {
    LintedCluster(
      name: name, resources: resources.filter { RefusedObject($0) == nil }, settings: settings, releaseImage: releaseImage,
      elsewhere: elsewhere, workloadImages: workloadImages, carriers: carriers, parts: parts)
  }
}

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
  /// The last commit in which the API server took it, in hexadecimal digits; `nil` when that is not known.
  public let takenIn: String?
  /// It was not there before it was refused, so the cluster has nothing of it.
  public let isAbsent: Bool

  /// `nil` for an object that is taken.
  /// - Parameter known: What the cluster has of it; `nil` when that is not known.
  public init?(_ object: LintedResource, known: AcceptedObject? = nil) {
    takenIn = known?.commit
    isAbsent = known.map { $0.resource == nil } ?? false
    guard let violation = object.schema.violations.first(where: \.isRefusal) else { return nil }
    resource = object.resource
    span = violation.span
    field = violation.field
  }

  /// The refused objects of a cluster, in its order.
  static func all(in cluster: LintedCluster, taken: AcceptedStates.Objects = [:]) -> [RefusedObject] {
    cluster.resources.compactMap { RefusedObject($0, known: taken[LintedChange.Identity($0)]) }
  }

  /// `ImageDigestMirrorSet mirrors`
  public var title: String { resource.title }
}

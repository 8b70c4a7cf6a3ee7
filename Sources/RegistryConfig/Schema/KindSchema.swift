/// What the API server knows of one kind.
public struct KindSchema: Sendable {
  /// One `apiVersion` under which the kind is served.
  public struct Served: Hashable, Sendable {
    public let apiVersion: String
    public let releases: ReleaseRange
    /// Only clusters with the TechPreviewNoUpgrade feature set serve it.
    public let isTechPreview: Bool

    public init(_ apiVersion: String, in releases: ReleaseRange = .always, isTechPreview: Bool = false) {
      self.apiVersion = apiVersion
      self.releases = releases
      self.isTechPreview = isTechPreview
    }
  }

  public let kind: ResourceKind
  public let isNamespaced: Bool
  public let served: [Served]
  /// The whole object.
  public let root: ValueSchema
  /// A Go type is decoded before it is validated; it is not pruned by a structural schema.
  public let isBuiltIn: Bool

  /// - Parameter fields: the keys beside `apiVersion`, `kind` and `metadata`.
  public init(
    _ kind: ResourceKind, isNamespaced: Bool = false, served: [Served], isBuiltIn: Bool = false,
    fields: [ValueSchema.Field]
  ) {
    self.kind = kind
    self.isNamespaced = isNamespaced
    self.served = served
    self.isBuiltIn = isBuiltIn
    self.root = ValueSchema(
      .object(
        [
          .init("apiVersion", .string, required: true), .init("kind", .string, required: true),
          .init("metadata", .objectMeta, required: true),
        ] + fields))
  }

  /// The `apiVersion`s that a cluster of this release serves without preview features, oldest first.
  public func apiVersions(in release: Release) -> [String] {
    served.filter { !$0.isTechPreview && $0.releases.contains(release) }.map(\.apiVersion)
  }

  /// The `apiVersion` to write: the newest that is served without preview features in any release.
  public var preferredAPIVersion: String {
    served.last { !$0.isTechPreview }?.apiVersion ?? ""
  }

  /// The first release that serves the kind; `nil` when all releases that this program knows do.
  public var firstRelease: Release? {
    served.filter { !$0.isTechPreview }.compactMap(\.releases.since).min()
  }

  public static func of(_ kind: ResourceKind) -> KindSchema {
    switch kind {
    case .image: image
    case .imageContentSourcePolicy: imageContentSourcePolicy
    case .imageDigestMirrorSet: imageDigestMirrorSet
    case .imageTagMirrorSet: imageTagMirrorSet
    case .imageContentPolicy: imageContentPolicy
    case .clusterImagePolicy: clusterImagePolicy
    case .imagePolicy: imagePolicy
    case .configMap: configMap
    }
  }
}

extension ValueSchema.Field {
  /// A status that is written with the object is dropped before anything is checked: it is a subresource.
  static let status = ValueSchema.Field("status", .free)
}

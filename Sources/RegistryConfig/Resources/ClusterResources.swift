/// All resources that meet on one cluster, typed, in the order they were read.
public struct ClusterResources: Sendable {
  public var images: [ImageConfiguration]
  public var mirrorSets: [MirrorSet]
  public var signaturePolicies: [SignaturePolicy]
  public var certificateConfigMaps: [CertificateConfigMap]
  /// Parts of objects that the cluster has and nobody here knows.
  public var parts: [TypedResource]

  public init(
    images: [ImageConfiguration] = [], mirrorSets: [MirrorSet] = [], signaturePolicies: [SignaturePolicy] = [],
    certificateConfigMaps: [CertificateConfigMap] = [], parts: [TypedResource] = []
  ) {
    self.parts = parts
    self.images = images
    self.mirrorSets = mirrorSets
    self.signaturePolicies = signaturePolicies
    self.certificateConfigMaps = certificateConfigMaps
  }

  /// The one `Image` that a cluster reads: the one named `cluster`; of several the last, as `apply` leaves it.
  public var image: ImageConfiguration? {
    images.last { $0.resource.name?.value == "cluster" }
  }
}

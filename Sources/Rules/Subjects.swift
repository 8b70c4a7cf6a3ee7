import Diagnostics
import NodeConfig
import RegistryConfig
import SourceText
import Synchronization
import YAMLSyntax

/// What rules judge by, besides the text.
public struct RuleSettings: Sendable {
  public var release: Release
  /// The cluster's payload, when the user named it.
  public var releaseImage: String?
  /// Seconds since 1970-01-01, for certificates and suppressions that expire.
  public var now: Int64

  public init(release: Release = .newest, releaseImage: String? = nil, now: Int64) {
    self.release = release
    self.releaseImage = releaseImage
    self.now = now
  }

  public var today: Day { Day(secondsSince1970: now) }
}

/// A resource as rules see it. A class, because every rule is handed every resource.
public final class LintedResource: Sendable {
  public let resource: Resource
  public let typed: TypedResource
  /// What the API server of the release says of it.
  public let schema: SchemaFindings
  /// The keys of a ConfigMap that is one of registry CAs by its own look; empty for everything else.
  public let certificates: [RegistryCertificates]
  public let settings: RuleSettings
  /// All registry strings of the resource that are written out, in the order of the fields.
  let registryTexts: [RegistryText]

  public init(_ resource: Resource, settings: RuleSettings) {
    self.resource = resource
    registryTexts = RegistryText.texts(of: resource)
    typed = TypedResource(resource)
    if case .configMap(let map) = typed, map.looksLikeRegistryCertificates {
      certificates = map.certificates
    } else {
      certificates = []
    }
    schema = SchemaFindings(resource, release: settings.release)
    self.settings = settings
  }

  public var file: SourceFile { resource.file }
  public var image: ImageConfiguration? { if case .image(let image) = typed { image } else { nil } }
  public var mirrorSet: MirrorSet? { if case .mirrorSet(let set) = typed { set } else { nil } }
  public var signaturePolicy: SignaturePolicy? { if case .signaturePolicy(let policy) = typed { policy } else { nil } }
  public var configMap: CertificateConfigMap? { if case .configMap(let map) = typed { map } else { nil } }
}

/// A file as rules see it.
public final class LintedFile: Sendable {
  public let stream: YAMLStream
  public let resources: [LintedResource]
  /// The objects that carry resources or say something of registries.
  public let carriers: [CarrierObject]
  public let settings: RuleSettings

  public init(
    stream: YAMLStream, resources: [LintedResource], carriers: [CarrierObject] = [], settings: RuleSettings
  ) {
    self.stream = stream
    self.resources = resources
    self.carriers = carriers
    self.settings = settings
    workloadImages = resources.isEmpty ? [] : WorkloadImages.images(in: stream)
  }

  /// Reads a file: its documents, and the resources in them.
  public convenience init(_ file: SourceFile, settings: RuleSettings, limits: ParseLimits = .standard) {
    self.init(YAMLStream(file, limits: limits), settings: settings)
  }

  /// Finds the resources in documents that were read.
  public convenience init(_ stream: YAMLStream, settings: RuleSettings) {
    let reading = ResourceReader().reading(of: stream)
    self.init(
      stream: stream, resources: reading.resources.map { LintedResource($0, settings: settings) },
      carriers: reading.carriers, settings: settings)
  }

  public var file: SourceFile { stream.file }

  /// Whether the file has a part in clusters: a ConfigMap that nothing refers to has none.
  public var takesPart: Bool {
    !resources.isEmpty || carriers.contains(where: \.hasPart)
  }

  /// The images that pods of this file run; none in a file without a resource of this program, which need not be
  /// searched.
  public let workloadImages: [WorkloadImage]
}

/// All resources that meet on one cluster, with what many rules ask of them: computed once.
public final class LintedCluster: Sendable {
  public let name: String
  public let resources: [LintedResource]
  public let settings: RuleSettings
  /// The ConfigMaps of the whole run, to say where one is that misses here.
  public let elsewhere: [LintedResource]
  /// The images that pods of the cluster run, as far as they are known: none of them tells nothing.
  public let workloadImages: [WorkloadImage]
  /// The objects of the cluster that carry resources or say something of registries.
  public let carriers: [CarrierObject]
  /// Parts that carriers merge into objects of the cluster, which nobody here knows: rules of clusters do not look at
  /// them, and what nodes get is not known as a whole.
  public let parts: [LintedResource]
  public let images: [ImageConfiguration]
  public let mirrorSets: [MirrorSet]
  public let signaturePolicies: [SignaturePolicy]
  public let configMaps: [CertificateConfigMap]

  /// The payload that the cluster is rendered with.
  public let releaseImage: String
  private let computed: ClusterFacts.Box

  /// - Parameters:
  ///   - releaseImage: The cluster's payload when its resources name one; the settings win.
  ///   - elsewhere: The ConfigMaps of the whole run.
  ///   - workloadImages: The images of the manifests that go to this cluster.
  ///   - carriers: The objects of the cluster that carry resources or say something of registries.
  ///   - parts: What carriers merge into objects that the cluster has.
  public init(
    name: String, resources: [LintedResource], settings: RuleSettings, releaseImage: String? = nil,
    elsewhere: [LintedResource] = [], workloadImages: [WorkloadImage] = [], carriers: [CarrierObject] = [],
    parts: [LintedResource] = []
  ) {
    self.parts = parts
    self.carriers = carriers
    self.workloadImages = workloadImages
    self.name = name
    self.resources = resources
    self.settings = settings
    self.elsewhere = elsewhere
    let typed = ClusterResources(typed: resources.map(\.typed))
    images = typed.images
    mirrorSets = typed.mirrorSets
    signaturePolicies = typed.signaturePolicies
    configMaps = typed.certificateConfigMaps
    self.releaseImage = settings.releaseImage ?? releaseImage ?? ReleaseImage.assumed
    computed = ClusterFacts.Box()
  }

  /// The same resources on another cluster, with what was computed of them.
  public func named(_ name: String) -> LintedCluster { LintedCluster(self, name: name) }

  private init(_ other: LintedCluster, name: String) {
    self.name = name
    resources = other.resources
    settings = other.settings
    elsewhere = other.elsewhere
    workloadImages = other.workloadImages
    carriers = other.carriers
    parts = other.parts
    images = other.images
    mirrorSets = other.mirrorSets
    signaturePolicies = other.signaturePolicies
    configMaps = other.configMaps
    releaseImage = other.releaseImage
    computed = other.computed
  }

  /// Computed when the first rule asks, so that clusters which are checked in parallel are rendered in parallel.
  private var facts: ClusterFacts {
    computed.facts.withLock { computed in
      if let computed { return computed }
      let facts = ClusterFacts(of: self)
      computed = facts
      return facts
    }
  }

  /// What the operator writes on the nodes of this cluster; computed when somebody asks.
  public var rendering: NodeRendering {
    computed.rendering.withLock { computed in
      if let computed { return computed }
      let resources = ClusterResources(
        images: images, mirrorSets: mirrorSets, signaturePolicies: signaturePolicies, certificateConfigMaps: configMaps,
        parts: parts.map(\.typed))
      let rendering = NodeFiles.render(resources, release: settings.release, releaseImage: releaseImage)
      computed = rendering
      return rendering
    }
  }

  /// Whether the operator refuses to write its files, so that nodes keep those that they have.
  public var isFrozen: Bool { rendering.error != nil }

  /// Where the nodes of this cluster would pull from; rules have asked for it when a change of the cluster is told.
  public var resolver: PullResolver { facts.resolver }
  /// The mirror sets that the operator reads.
  var readMirrorSets: [MirrorSet] { facts.readMirrorSets }
  /// Their entries that have a source of the grammar, in the order they were read.
  var mirrorEntries: [ClusterMirrors] { facts.mirrorEntries }
  var mirrored: MirroredSources { facts.mirrored }
  var contacted: ContactedRegistries { facts.contacted }
  var workloadPulls: [WorkloadPull] { facts.workloadPulls }
}

/// What rules ask of the resources of a cluster, besides its node files.
private final class ClusterFacts: Sendable {
  /// Shared by clusters with the same resources.
  final class Box: Sendable {
    let rendering = Mutex<NodeRendering?>(nil)
    let facts = Mutex<ClusterFacts?>(nil)
  }

  let resolver: PullResolver
  let readMirrorSets: [MirrorSet]
  let mirrorEntries: [ClusterMirrors]
  let mirrored: MirroredSources
  let contacted: ContactedRegistries
  let workloadPulls: [WorkloadPull]

  init(of cluster: LintedCluster) {
    let rendering = cluster.rendering
    resolver = PullResolver(rendering)
    readMirrorSets = cluster.mirrorSets.filter { $0.isRead(by: cluster.settings.release) }
    mirrorEntries = ClusterMirrors.entries(of: readMirrorSets)
    mirrored = MirroredSources(mirrorEntries)
    contacted = ContactedRegistries(readMirrorSets)
    workloadPulls = WorkloadPull.pulls(of: cluster.workloadImages, by: resolver, rendering)
  }
}

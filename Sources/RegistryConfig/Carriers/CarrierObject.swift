import SourceText
import YAMLSyntax

/// An object that says something of registries without being a registry resource: rules of carriers look at it.
public struct CarrierObject: Sendable {
  public enum Kind: Hashable, Sendable {
    /// install-config.yaml, a part of it (an override in JSON), or one of its siblings; `name` is for people.
    case installConfig(String)
    case hostedCluster, nodePool, agentServiceConfig, proxy, updateService
    /// A MachineConfig or a Butane file, which compiles to one.
    case machineConfig
    /// With node disruption policies for files of registries.
    case machineConfiguration
    /// Every ConfigMap with data: the others refer to them.
    case configMap
    /// Names the manifests that it carries by their paths.
    case policyGenerator
    /// An object that a policy deletes where it finds it: `mustnothave`.
    case mustNotHave(ResourceKind)
    /// No object of any cluster: a kind that does not exist, with the one that was meant.
    case misspelt(ResourceKind)
  }

  public let kind: Kind
  /// `kind` as written; `install-config` and `Butane` have none.
  public let kindName: String
  public let root: Node
  public let apiVersion: Located<String>?
  /// `nil` when it is absent, not a string, or a placeholder.
  public let name: Located<String>?
  public let namespace: Located<String>?
  /// Where to point for the whole object: `kind`, else the first key.
  public let head: SourceSpan
  public let document: Document
  /// Where the object itself stands; what a cluster makes of it may land elsewhere.
  public var destination: Resource.Destination = .applied
  /// The bytes of the object are those of the file.
  public var isEditable = true
  /// What it leaves out may stand elsewhere.
  public var isPartial = false
  /// The files that it writes on nodes, as far as they are of registries.
  public var files: [NodeFile] = []

  init(_ kind: Kind, _ kindName: String, _ root: Node, in document: Document) {
    self.kind = kind
    self.kindName = kindName
    self.root = root
    apiVersion = root.located("apiVersion")
    name = root["metadata"]?.located("name")
    namespace = root["metadata"]?.located("namespace")
    head = root["kind"]?.span ?? root.entries.first?.key.span ?? root.span
    self.document = document
  }

  /// Whether it has a part in a cluster by itself: a ConfigMap that nothing refers to has none.
  public var hasPart: Bool {
    switch kind {
    case .configMap, .policyGenerator, .mustNotHave, .misspelt: false
    default: true
    }
  }

  /// Whether a cluster is one for it alone: policies for what changes say nothing where there is nothing else.
  public var makesCluster: Bool { hasPart && kind != .machineConfiguration }

  /// Whether it is what a policy deletes an object by, on the clusters where that is.
  public func deletes(_ resource: Resource) -> Bool {
    kind == .mustNotHave(resource.kind) && destination == resource.destination
      && (name == nil || name?.value == resource.name?.value)
      && (namespace == nil || namespace?.value == resource.namespace?.value)
  }

  public var file: SourceFile { head.file }
  public var spec: Node? { root["spec"] }

  /// Whether a placeholder or template control decides what is in a part of it.
  public static func isUncertain(_ node: Node?) -> Bool { node.map { $0.isUnknown || $0.isIncomplete } ?? false }
}

/// What a stream or an object holds for this program.
public struct ResourceReading: Sendable {
  /// In the order of the text.
  public var resources: [Resource] = []
  public var carriers: [CarrierObject] = []

  public init() {}
}

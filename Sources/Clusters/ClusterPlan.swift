import RegistryConfig
import SourceText

/// A file as discovery sees it: where it is and what is in it.
public struct ManifestFile: Sendable {
  public let path: RepositoryPath
  public let resources: [Resource]
  /// A PolicyGenerator takes it to clusters, so that no kustomization needs to name it.
  public let isPlaced: Bool

  public init(path: RepositoryPath, resources: [Resource], isPlaced: Bool = false) {
    self.path = path
    self.resources = resources
    self.isPlaced = isPlaced
  }
}

/// Why some resources are taken for those of one cluster.
public enum ClusterReason: Sendable {
  /// `.registrylint.yaml` declares it; where.
  case declared(SourceSpan)
  /// A kustomization that no other one includes.
  case kustomization
  /// One of several kustomizations that include each other.
  case cycle
  /// What Argo CD or Flux applies.
  case delivered([Delivery])
  /// A folder with an `Image`, and what is below it.
  case folderOfImage
  /// One of several folders that stand in for each other, with what is around them.
  case alternative(of: RepositoryPath)
  /// A folder without anything that says more.
  case folder
  /// The input is one file.
  case oneInput

  /// For people, without a full stop.
  public var text: String {
    switch self {
    case .declared(let span): "declared at \(span.file.path.text):\(span.start.line)"
    case .kustomization: "a kustomization that no other one includes"
    case .cycle: "a kustomization that includes itself, by others or at once"
    case .delivered(let deliveries):
      "applied by "
        + deliveries.prefix(3).map {
          "the \($0.tool.rawValue) '\($0.name)' (\($0.span.file.path.text):\($0.span.start.line))"
        }
        .joined(separator: ", ") + (deliveries.count > 3 ? " and \(deliveries.count - 3) more" : "")
    case .folderOfImage: "a folder with an Image, and what is below it"
    case .alternative(let folder):
      "one of several alternatives in '\(folder.bytes.isEmpty ? "." : folder.text)'"
    case .folder: "a folder with registry configuration"
    case .oneInput: "everything in the one input"
    }
  }
}

/// What a cluster is made of, before anything is composed.
public struct ClusterPlan: Sendable {
  public let name: String
  /// The name counted from the root, wherever the names of this run begin.
  public let wholeName: String
  public let reason: ClusterReason
  /// Folders of kustomizations to compose.
  public let roots: [RepositoryPath]
  /// Manifests that are applied as they are.
  public let files: [RepositoryPath]
  public let release: Release?
  public let releaseImage: String?
  /// Deliveries that change what they apply in a way that is not followed: the cluster is not known as a whole.
  public let obstacles: [Delivery]

  public init(
    name: String, wholeName: String? = nil, reason: ClusterReason, roots: [RepositoryPath], files: [RepositoryPath],
    release: Release? = nil,
    releaseImage: String? = nil, obstacles: [Delivery] = []
  ) {
    self.name = name
    self.wholeName = wholeName ?? name
    self.reason = reason
    self.roots = roots
    self.files = files
    self.release = release
    self.releaseImage = releaseImage
    self.obstacles = obstacles
  }
}

/// A manifest with resources that lands on no cluster.
public struct StrayManifest: Sendable {
  public enum Reason: String, Sendable {
    case unnamed = "the kustomization beside it does not name it"
    case unused = "no kustomization that is applied takes it in"
  }

  public let path: RepositoryPath
  public let reason: Reason
}

import RegistryConfig
import SourceText

/// A cluster that the configuration declares.
public struct DeclaredCluster: Sendable {
  /// A path of the cluster: a file, a folder, the folder of a kustomization, or a pattern of them.
  public struct Path: Sendable {
    public let pattern: PathPattern
    public let span: SourceSpan

    public init(_ pattern: PathPattern, at span: SourceSpan) {
      self.pattern = pattern
      self.span = span
    }
  }

  public let name: String
  /// Where its name is written.
  public let span: SourceSpan
  /// From the root of the input.
  public let paths: [Path]
  /// The release to judge by, when it is another one than that of the run.
  public let release: Release?
  /// The cluster's payload.
  public let releaseImage: String?

  public init(name: String, at span: SourceSpan, paths: [Path], release: Release? = nil, releaseImage: String? = nil) {
    self.name = name
    self.span = span
    self.paths = paths
    self.release = release
    self.releaseImage = releaseImage
  }
}

import Diagnostics
import GitStore
import NodeConfig
import RegistryConfig
import Reporting
import Rules
import SourceText

/// The clusters of an input with what their nodes get: what `render`, `pull`, `certs` and `diff` start from.
public struct ClusterReading: Sendable {
  public let clusters: [LintedCluster]
  public let input: ManifestInput
  public let selection: RuleSelection
  public let settings: RuleSettings
  let tree: FileTree?

  /// - Parameter cluster: Only the cluster of this name.
  /// - Throws: `UsageError` for a name that no cluster has, `GitError` for an input that cannot be read.
  public init(_ request: LintRequest, cluster: String? = nil) async throws {
    let run = try PreparedRun(request)
    input = try await ManifestInput(request, run)
    let all = ClusterGrouping(input, settings: run.settings).clusters
    if let cluster {
      clusters = all.filter { $0.name == cluster }
      if clusters.isEmpty {
        let names = all.map { "'\($0.name)'" }.joined(separator: ", ")
        throw UsageError("there is no cluster '\(cluster)'; " + (names.isEmpty ? "none was found" : "found: \(names)"))
      }
    } else {
      clusters = all
    }
    selection = run.selection
    settings = run.settings
    tree = run.tree
  }

  public var notifications: [Notification] { input.notifications }

  /// Whether nothing of the input configures registries: what is shown then is a cluster's default.
  public var isEmpty: Bool { input.resources.isEmpty }

  /// A path as the user would type it.
  public func displayPath(_ path: RepositoryPath) -> String { tree?.displayPath(of: path) ?? path.text }
}

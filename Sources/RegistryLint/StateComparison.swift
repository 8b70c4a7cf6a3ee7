import Diagnostics
import History
import Reporting
import Rules
import SourceText

/// Two states of the same clusters, compared.
public struct StateComparison: Sendable {
  public let changes: [ClusterChange]
  public let notifications: [Notification]

  /// Clusters are paired by name, the only ones of both sides whatever their names. A cluster that one side lacks is compared with an empty one.
  public init(from old: LintRequest, to new: LintRequest, cluster: String? = nil) async throws {
    let before = try await ClusterReading(old)
    let after = try await ClusterReading(new)
    let bases = (old: before.base, new: after.base)
    if cluster == nil, before.clusters.count == 1, after.clusters.count == 1 {
      changes = [ClusterChange(from: before.clusters[0], to: after.clusters[0], bases: bases)]
      notifications = before.notifications + after.notifications
      return
    }
    let names = Set(before.clusters.map(\.name)).union(after.clusters.map(\.name)).sorted()
    if let cluster, !names.contains(cluster) { throw UsageError("there is no cluster '\(cluster)'") }
    let settings = (before.clusters + after.clusters).first?.settings
    changes = names.compactMap { name in
      guard cluster == nil || cluster == name, let settings else { return nil }
      func state(_ reading: ClusterReading) -> LintedCluster {
        reading.clusters.first { $0.name == name } ?? LintedCluster(name: name, resources: [], settings: settings)
      }
      return ClusterChange(from: state(before), to: state(after), bases: bases)
    }
    notifications = before.notifications + after.notifications
  }
}

extension ClusterReading {
  /// The one folder that was named, as a path of its tree: what two compared directories do not share.
  fileprivate var base: RepositoryPath {
    guard let tree, tree.selection.count == 1, let folder = tree.selection.first else { return RepositoryPath(bytes: []) }
    return folder
  }
}

import NodeConfig
import RegistryConfig
import Rules
import SourceText

/// A resource that one side has and the other has not, or that differs.
public struct ResourceChange: Sendable {
  public enum Kind: String, Sendable { case added, removed, modified, renamed }

  public let change: Kind
  public let resource: Resource
  public let path: RepositoryPath
  /// The path before, when the resource moved to another file.
  public let oldPath: RepositoryPath?
  public let fields: [FieldChange]
}

/// A file of nodes before and after; `nil` where it is not there.
public struct NodeFileChange: Sendable {
  public let path: String
  public let before: String?
  public let after: String?
}

/// What a change does to one cluster.
public struct ClusterChange: Sendable {
  public let cluster: String
  public let resources: [ResourceChange]
  public let nodeFiles: [NodeFileChange]
  public let disruption: Disruption
  public let pulls: [PullChange]

  /// Whether anything differs that somebody could notice.
  public var isEffective: Bool {
    !resources.isEmpty || !nodeFiles.isEmpty || !pulls.isEmpty || !disruption.actions.isEmpty || disruption.error != nil
  }

  /// Compares the two states of a cluster; a side that does not exist is an empty cluster.
  /// - Parameter bases: The folders that paths are counted from to tell whether a resource moved. They differ when two
  ///   directories are compared, of which one may lie in a repository and the other not.
  public init(
    from old: LintedCluster, to new: LintedCluster, bases: (old: RepositoryPath, new: RepositoryPath)? = nil
  ) {
    cluster = new.name
    resources = Self.resources(from: old, to: new, bases)
    disruption = Disruption.between(old: old.rendering, new: new.rendering)
    // What does not render is not applied: nodes keep their files.
    if new.rendering.error != nil || old.rendering.error != nil {
      nodeFiles = []
      pulls = []
    } else {
      nodeFiles = Self.nodeFiles(from: old.rendering, to: new.rendering)
      pulls = nodeFiles.isEmpty ? [] : PullChange.between(old.rendering, new.rendering)
    }
  }

  private static func resources(
    from old: LintedCluster, to new: LintedCluster, _ bases: (old: RepositoryPath, new: RepositoryPath)?
  ) -> [ResourceChange] {
    struct Identity: Hashable {
      let kind: ResourceKind
      let namespace: String?
      let name: String?
    }
    func identity(_ resource: Resource) -> Identity {
      Identity(kind: resource.kind, namespace: resource.namespace?.value, name: resource.name?.value)
    }
    var before: [Identity: LintedResource] = [:]
    for resource in old.resources { before[identity(resource.resource)] = resource }
    var changes: [ResourceChange] = []
    for resource in new.resources {
      let fields = ResourceFields(resource.typed)
      guard let previous = before.removeValue(forKey: identity(resource.resource)) else {
        changes.append(change(.added, resource, nil, FieldChange.between(nil, fields)))
        continue
      }
      let changed = FieldChange.between(ResourceFields(previous.typed), fields)
      let hasMoved =
        Self.path(previous, below: bases?.old) != Self.path(resource, below: bases?.new)
        && old.isComparableByPath(with: new)
      if !changed.isEmpty {
        changes.append(change(.modified, resource, hasMoved ? previous : nil, changed))
      } else if hasMoved {
        changes.append(change(.renamed, resource, previous, []))
      }
    }
    for resource in old.resources where before[identity(resource.resource)] != nil {
      before[identity(resource.resource)] = nil
      changes.append(change(.removed, resource, nil, FieldChange.between(ResourceFields(resource.typed), nil)))
    }
    return changes
  }

  private static func path(_ resource: LintedResource, below base: RepositoryPath?) -> [UInt8] {
    let path = resource.file.path
    guard let base, !base.bytes.isEmpty, path.isInside(base) else { return path.bytes }
    return Array(path.bytes.dropFirst(base.bytes.count + 1))
  }

  private static func change(
    _ kind: ResourceChange.Kind, _ resource: LintedResource, _ previous: LintedResource?, _ fields: [FieldChange]
  ) -> ResourceChange {
    ResourceChange(
      change: kind, resource: resource.resource, path: resource.file.path, oldPath: previous?.file.path, fields: fields)
  }

  private static func nodeFiles(from old: NodeRendering, to new: NodeRendering) -> [NodeFileChange] {
    func contents(_ rendering: NodeRendering) -> [String: String] {
      var contents = rendering.files.mapValues(\.content)
      for (path, file) in rendering.certificates { contents[path] = String(decoding: file.content, as: UTF8.self) }
      return contents
    }
    let (before, after) = (contents(old), contents(new))
    return Set(before.keys).union(after.keys).sorted().compactMap { path in
      before[path] == after[path] ? nil : NodeFileChange(path: path, before: before[path], after: after[path])
    }
  }
}

extension LintedCluster {
  /// Two single files that stand for one cluster have different names by nature.
  fileprivate func isComparableByPath(with other: LintedCluster) -> Bool {
    !(Set(resources.map(\.file.path)).count == 1 && Set(other.resources.map(\.file.path)).count == 1)
  }
}

import NodeConfig
import RegistryConfig

extension Disruption {
  /// What a change of a cluster does to its nodes: nothing, when only installations to come read what changes; not
  /// known, when what changes is merged into objects that are not here.
  public static func between(_ old: LintedCluster, _ new: LintedCluster) -> Disruption {
    if let source = LintedCluster.installationSource(old, new) {
      return .ofInstallation(by: source, new: new.rendering)
    }
    if let reason = LintedCluster.whyMergedIsNotKnown(old, new) { return .ofParts(reason: reason) }
    return between(old: old.rendering, new: new.rendering)
  }
}

extension LintedCluster {
  /// What only new clusters are installed with, for people; `nil` when a cluster that runs has some of it.
  /// - Parameters: Two states of one cluster, of which one may be empty.
  public static func installationSource(_ old: LintedCluster, _ new: LintedCluster) -> String? {
    let resources = new.resources + old.resources
    guard let first = resources.first, resources.allSatisfy(\.isOfInstallation) else { return nil }
    let path = first.file.path.text
    guard case .derived(let carrier) = first.resource.carrier, carrier != "install-config" else { return path }
    return "\(path) (\(carrier))"
  }

  /// Why nobody knows what a change does whose two sides merge different things into what the cluster has, for people;
  /// `nil` when both merge the same, which then matters to both.
  fileprivate static func whyMergedIsNotKnown(_ old: LintedCluster, _ new: LintedCluster) -> String? {
    func content(_ cluster: LintedCluster) -> [(LintedChange.Identity, LintedResource)] {
      cluster.parts.map { (LintedChange.Identity($0), $0) }
    }
    let (before, after) = (content(old), content(new))
    let isSame =
      before.count == after.count
      && zip(before, after).allSatisfy {
        $0.0 == $1.0 && $0.1.resource.isMerged == $1.1.resource.isMerged
          && $0.1.resource.root.hasSameContent(as: $1.1.resource.root)
      }
    guard !isSame else { return nil }
    let end = "into what these clusters have, which is not in the repository: what happens to nodes is not known"
    func whole(_ parts: [(LintedChange.Identity, LintedResource)], in cluster: LintedCluster) -> LintedResource? {
      let names = Set(parts.map(\.0))
      return cluster.resources.first { names.contains(LintedChange.Identity($0)) }
    }
    if let object = whole(before, in: new) {
      return "\(object.resource.title) takes the place of what was merged \(end)"
    }
    if let object = whole(after, in: old) {
      return "\(object.resource.title) was given as a whole and is merged now \(end)"
    }
    return "the resources are merged \(end)"
  }

  /// What of the cluster is known in part only, for people; `nil` when it is known as far as a repository can tell.
  public var whyPartial: String? {
    guard let part = parts.first else { return nil }
    return part.resource.whyPartial + (parts.count > 1 ? ", and \(parts.count - 1) more" : "")
  }
}

extension LintedResource {
  fileprivate var isOfInstallation: Bool {
    if case .installation = resource.destination { true } else { false }
  }
}

import NodeConfig
import RegistryConfig

extension Disruption {
  /// What a change of a cluster does to its nodes: nothing, when only installations to come read what changes.
  public static func between(_ old: LintedCluster, _ new: LintedCluster) -> Disruption {
    if let source = LintedCluster.installationSource(old, new) { return .ofInstallation(by: source, new: new.rendering) }
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
}

extension LintedResource {
  fileprivate var isOfInstallation: Bool {
    if case .installation = resource.destination { true } else { false }
  }
}

import RegistryConfig
import Rules
import SourceText

/// Which resources meet on one cluster, where nothing declares it: directories.
///
/// A directory with an `Image` is a cluster, with everything below it that is not in another one. Directories
/// without an `Image` around them are clusters by themselves, so that alternatives beside each other
/// (`4.14/`, `4.18/`; `harbor/`, `jfrog/`) never meet.
struct ClusterGrouping {
  let clusters: [LintedCluster]

  /// - Parameter isOneCluster: The user gave one file or standard input: everything in it lands on one cluster.
  init(_ resources: [LintedResource], isOneCluster: Bool, name: String, settings: RuleSettings) {
    let whole = resources.filter { !$0.resource.isPatch }
    if isOneCluster {
      clusters = whole.isEmpty ? [] : [LintedCluster(name: name, resources: whole, settings: settings)]
      return
    }
    let roots = Set(whole.filter { $0.image?.resource.name?.value == "cluster" }.map { $0.file.path.folder })
    var groups: [RepositoryPath: [LintedResource]] = [:]
    for resource in whole {
      let own = resource.file.path.folder
      var folder = own
      while !roots.contains(folder), !folder.bytes.isEmpty { folder = folder.folder }
      groups[roots.contains(folder) ? folder : own, default: []].append(resource)
    }
    clusters = groups.sorted { $0.key < $1.key }.map { folder, resources in
      LintedCluster(name: folder.bytes.isEmpty ? name : folder.text, resources: resources, settings: settings)
    }
  }
}

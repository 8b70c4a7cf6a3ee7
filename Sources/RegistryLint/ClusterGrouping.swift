import NodeConfig
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

  /// - Parameter name: What the cluster is called that is everything, or that lies at the root.
  init(_ input: ManifestInput, name: String = "default", settings: RuleSettings) {
    let whole = input.resources.filter { !$0.resource.isPatch }
    if input.isOneCluster {
      let image = input.files.lazy.compactMap(\.releaseImage).first
      clusters = [
        LintedCluster(
          name: name, resources: whole, settings: settings, releaseImage: image,
          workloadImages: input.files.flatMap(\.workloadImages), supplied: input.supplied)
      ]
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
    let maps = whole.filter { $0.configMap != nil }
    let images = input.files.compactMap { file in file.releaseImage.map { (file.file.path.folder, $0) } }
    // Inside of the one folder that the user named, names begin there.
    let base = input.tree?.selection.count == 1 ? input.tree?.selection.first : nil
    clusters = groups.sorted { $0.key < $1.key }.map { folder, resources in
      LintedCluster(
        name: Self.name(of: folder, from: base) ?? name, resources: resources, settings: settings,
        releaseImage: images.first { $0.0.isInside(folder) }?.1, elsewhere: maps,
        workloadImages: input.files.filter { $0.file.path.isInside(folder) }.flatMap(\.workloadImages),
        supplied: input.supplied)
    }
  }
}

extension ClusterGrouping {
  /// The folder's path from `base`; the base's own name for the base itself; `nil` for the root.
  fileprivate static func name(of folder: RepositoryPath, from base: RepositoryPath?) -> String? {
    guard let base, folder.isInside(base) else { return folder.bytes.isEmpty ? nil : folder.text }
    let below = folder.bytes.dropFirst(base.bytes.isEmpty ? 0 : base.bytes.count + 1)
    if !below.isEmpty { return RepositoryPath(bytes: below).text }
    return base.name.isEmpty ? nil : RepositoryPath(bytes: base.name).text
  }
}

extension LintedFile {
  /// The payload that a ClusterVersion in this file names.
  var releaseImage: String? {
    stream.documents.lazy.compactMap { $0.root.flatMap { ReleaseImage.desired(in: $0)?.value } }.first
  }
}

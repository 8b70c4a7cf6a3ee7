import Clusters
import RegistryConfig
import Rules
import SourceText

extension [LintedFile] {
  /// Files that PolicyGenerators carry land where their policies are placed, not where they stand.
  ///
  /// A file that several policies carry to different clusters lands on none that could be named.
  func placedByPolicyGenerators() -> [LintedFile] {
    var placements: [(path: RepositoryPath, manifest: PolicyGeneratorManifest)] = []
    for file in self {
      for object in file.carriers where object.kind == .policyGenerator {
        for manifest in PolicyGeneratorManifest.all(in: object) {
          if let path = file.file.path.folder.resolving(manifest.path.value) { placements.append((path, manifest)) }
        }
      }
    }
    guard !placements.isEmpty else { return self }
    let byPath = Dictionary(grouping: placements, by: \.path).mapValues { $0.map(\.manifest) }
    return map { file in
      var found: [PolicyGeneratorManifest] = []
      var path = file.file.path
      while true {
        found += byPath[path] ?? []
        guard !path.bytes.isEmpty else { break }
        path = path.folder
      }
      return found.isEmpty ? file : file.placed(by: found)
    }
  }
}

extension LintedFile {
  fileprivate func placed(by manifests: [PolicyGeneratorManifest]) -> LintedFile {
    let destinations = Set(manifests.map(\.destination))
    let destination = destinations.count == 1 ? destinations.first ?? .nowhere : .nowhere
    return LintedFile(
      stream: stream,
      resources: resources.map { linted in
        guard linted.resource.destination == .applied else { return linted }
        var resource = linted.resource
        resource.destination = destination
        // Patches of the generator may supply what the file leaves out; an Image is merged into the cluster's.
        resource.isPatch =
          resource.isPatch || manifests.contains { !$0.patches.isEmpty || $0.isMerged && resource.kind == .image }
        return LintedResource(resource, settings: linted.settings)
      },
      carriers: carriers.map { object in
        var object = object
        if object.destination == .applied { object.destination = destination }
        return object
      }, settings: settings)
  }
}

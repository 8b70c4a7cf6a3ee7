import Clusters
import RegistryConfig
import Rules
import SourceText

/// Where PolicyGenerators take the files that they name by path: where their policies are placed, not where the files
/// stand.
struct PolicyGeneratorPlacements {
  /// How the generators that carry a file change what it is.
  struct Placement: Hashable {
    /// A file that several policies carry to different clusters lands on none that could be named.
    let destination: Resource.Destination
    /// Patches of a generator may supply what the file leaves out.
    let isPatched: Bool
    /// An Image is merged into the cluster's.
    let isMerged: Bool
    let retention: Retention
  }

  private let byPath: [RepositoryPath: [PolicyGeneratorManifest]]

  /// - Parameter files: All files of a state, among them the generators.
  init(_ files: some Sequence<LintedFile>) {
    var byPath: [RepositoryPath: [PolicyGeneratorManifest]] = [:]
    for file in files {
      for object in file.carriers where object.kind == .policyGenerator {
        for manifest in PolicyGeneratorManifest.all(in: object) {
          guard let path = file.file.path.folder.resolving(manifest.path.value) else { continue }
          byPath[path, default: []].append(manifest)
        }
      }
    }
    self.byPath = byPath
  }

  /// `nil` for a file that no generator carries.
  func placement(of file: RepositoryPath) -> Placement? {
    guard !byPath.isEmpty else { return nil }
    var found: [PolicyGeneratorManifest] = []
    var path = file
    while true {
      found += byPath[path] ?? []
      guard !path.bytes.isEmpty else { break }
      path = path.folder
    }
    guard let first = found.first else { return nil }
    return Placement(
      destination: found.allSatisfy { $0.destination == first.destination } ? first.destination : .nowhere,
      isPatched: found.contains { !$0.patches.isEmpty }, isMerged: found.contains(where: \.isMerged),
      retention: Retention(
        keepsObject: found.allSatisfy(\.retention.keepsObject),
        keepsContent: found.allSatisfy(\.retention.keepsContent),
        isMadeAnew: found.contains(where: \.retention.isMadeAnew),
        deletesOnlyCreated: found.contains(where: \.retention.deletesOnlyCreated),
        informs: found.allSatisfy(\.retention.informs)))
  }

  /// A file as discovery sees it.
  func manifest(_ file: LintedFile) -> ManifestFile {
    ManifestFile(
      path: file.file.path, resources: file.resources.map(\.resource), isPlaced: placement(of: file.file.path) != nil)
  }
}

extension [LintedFile] {
  /// The files as PolicyGenerators among them place them.
  func placedByPolicyGenerators() -> [LintedFile] {
    let placements = PolicyGeneratorPlacements(self)
    return map { file in placements.placement(of: file.file.path).map(file.placed) ?? file }
  }
}

extension LintedFile {
  func placed(_ placement: PolicyGeneratorPlacements.Placement) -> LintedFile {
    LintedFile(
      stream: stream,
      resources: resources.map { linted in
        guard linted.resource.destination == .applied else { return linted }
        var resource = linted.resource
        resource.destination = placement.destination
        resource.retention = placement.retention
        resource.isMerged =
          resource.isMerged
          || !resource.isPatch && !placement.isPatched && placement.isMerged && resource.kind == .image
        resource.isPatch = resource.isPatch || resource.isMerged || placement.isPatched
        return LintedResource(resource, settings: linted.settings)
      },
      carriers: carriers.map { object in
        var object = object
        if object.destination == .applied { object.destination = placement.destination }
        return object
      }, settings: settings)
  }
}

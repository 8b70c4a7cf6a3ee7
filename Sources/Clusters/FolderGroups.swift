import RegistryConfig
import SourceText

/// Which manifests meet on one cluster where nothing but folders tells.
///
/// A folder with an `Image` is a cluster, with everything below it that is not in another one. Folders without an
/// `Image` around them are clusters by themselves, so that alternatives beside each other (`4.14/`, `4.18/`;
/// `harbor/`, `jfrog/`) never meet. Below an `Image`, folders beside each other that define the same objects, or are
/// named after releases or runs of oc-mirror, are alternatives: each is one cluster with what is around it.
struct FolderGroups {
  struct Group {
    /// Where it begins, after which it is called.
    let folder: RepositoryPath
    let reason: ClusterReason
    let files: [RepositoryPath]
  }

  private(set) var groups: [Group] = []

  init(_ files: [ManifestFile]) {
    let roots = Set(files.filter(\.holdsImage).map(\.path.folder))
    var members: [RepositoryPath: [ManifestFile]] = [:]
    for file in files {
      let own = file.path.folder
      var folder = own
      while !roots.contains(folder), !folder.bytes.isEmpty { folder = folder.folder }
      members[roots.contains(folder) ? folder : own, default: []].append(file)
    }
    for (folder, files) in members.sorted(by: { $0.key < $1.key }) {
      if roots.contains(folder) {
        add(folder, files)
      } else {
        groups.append(Group(folder: folder, reason: .folder, files: files.map(\.path)))
      }
    }
  }

  private mutating func add(_ folder: RepositoryPath, _ files: [ManifestFile]) {
    let variants = Branch(folder, files).variants()
    for variant in variants {
      groups.append(
        Group(
          folder: variant.folder, reason: variants.count > 1 ? .alternative(of: folder) : .folderOfImage,
          files: variant.files.map(\.path).sorted()))
    }
  }
}

/// A folder with what lies in it and below it.
private struct Branch {
  let folder: RepositoryPath
  var own: [ManifestFile] = []
  var children: [Branch] = []

  init(_ folder: RepositoryPath, _ files: [ManifestFile]) {
    self.folder = folder
    let depth = folder.bytes.isEmpty ? 0 : folder.bytes.count + 1
    var below: [RepositoryPath: [ManifestFile]] = [:]
    for file in files {
      if let slash = file.path.bytes[depth...].firstIndex(of: UInt8(ascii: "/")) {
        below[RepositoryPath(bytes: file.path.bytes[..<slash]), default: []].append(file)
      } else {
        own.append(file)
      }
    }
    children = below.sorted { $0.key < $1.key }.map { Branch($0.key, $0.value) }
  }

  var ids: Set<ObjectID> {
    children.reduce(into: Set(own.flatMap(\.ids))) { $0.formUnion($1.ids) }
  }

  /// The sets of files that may be applied together, each called after the folder that tells it from the others.
  func variants() -> [(folder: RepositoryPath, files: [ManifestFile])] {
    let named = children.filter { Self.isGeneration($0.folder.name) }
    var alternatives = Set(named.count > 1 ? named.map(\.folder) : [])
    var seen: [ObjectID: RepositoryPath] = [:]
    for child in children {
      for id in child.ids {
        if let other = seen.updateValue(child.folder, forKey: id) { alternatives.formUnion([other, child.folder]) }
      }
    }
    var common = own
    var variants: [(folder: RepositoryPath, files: [ManifestFile])] = []
    for child in children {
      let inner = child.variants()
      if alternatives.contains(child.folder) || inner.count > 1 {
        variants += inner.map { (inner.count > 1 ? $0.folder : child.folder, $0.files) }
      } else {
        common += inner.flatMap(\.files)
      }
    }
    if variants.isEmpty { return [(folder, common)] }
    return variants.map { ($0.folder, common + $0.files) }
  }

  /// `4.14`, `v4.18.3`, `ocp-4.16`, `release-4.12`, `results-1689001234`, `2024-05-01`.
  private static func isGeneration(_ name: ArraySlice<UInt8>) -> Bool {
    var rest = name
    for start in ["results-", "release-", "ocp-", "ocp", "openshift-", "v"] where rest.starts(with: start.utf8) {
      rest = rest.dropFirst(start.utf8.count)
      if start == "results-" { return !rest.isEmpty && rest.allSatisfy(Self.isDigit) }
      break
    }
    let first = rest.prefix(while: isDigit)
    guard !first.isEmpty, let separator = rest.dropFirst(first.count).first,
      let next = rest.dropFirst(first.count + 1).first, isDigit(next)
    else { return false }
    return separator == UInt8(ascii: ".") || (separator == UInt8(ascii: "-") && first.count == 4)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

/// What the API server tells objects apart by.
private struct ObjectID: Hashable {
  let kind: ResourceKind
  let namespace: String?
  let name: String
}

extension ManifestFile {
  fileprivate var holdsImage: Bool {
    resources.contains {
      $0.kind == .image && $0.name?.value == "cluster" && !$0.isPatch && $0.destination == .applied
    }
  }

  fileprivate var ids: [ObjectID] {
    resources.compactMap { resource in
      guard !resource.isPatch, resource.destination == .applied, let name = resource.name?.value else { return nil }
      return ObjectID(kind: resource.kind, namespace: resource.namespace?.value, name: name)
    }
  }
}

import Clusters
import Diagnostics
import GitStore
import Reporting
import RegistryConfig
import Rules
import SourceText
import YAMLSyntax

/// What a run reads.
public enum ManifestSource: Sendable {
  case files(InputSelection)
  /// Bytes that were read already, under a name.
  case standardInput([UInt8], name: String)

  /// The name of standard input when nobody gives it another one.
  public static let unnamed = RepositoryPath("-")

  /// A file named alone, or standard input, is one cluster by itself.
  var isSingleFile: Bool {
    switch self {
    case .standardInput: true
    case .files(let selection): selection.paths.count == 1
    }
  }
}

/// How far a run looks beyond the paths that the user named.
enum KustomizationReach {
  /// Kustomizations around folders; a file named alone is one cluster by itself.
  case aroundFolders
  /// Kustomizations around a file too: what changes it may depend on what its text says.
  case aroundFiles
  /// Only kustomizations inside of the folders, and what those include.
  case insideFolders
}

/// The files of an input that hold something for this program, parsed.
public struct ManifestInput: Sendable {
  /// Files of more bytes are not read: 16 MiB.
  public static let byteLimit = 16 << 20

  /// `nil` for standard input.
  public let tree: FileTree?
  public internal(set) var files: [LintedFile]
  /// The files that were asked for and whose names say that they may hold something.
  private(set) var entries: [FileEntry] = []
  /// Files looked at, whether or not they hold something.
  public let filesSeen: Int
  public let notifications: [Notification]
  /// Files that were not asked for and take part in kustomizations with some that were.
  var others: [LintedFile] = []
  /// Every kustomization of the tree, when there is something to compose.
  var kustomizations: [KustomizationOutline] = []
  /// Files that cannot be read, with what another state has in them.
  var lost: [LostFile] = []
  /// Kustomizations that cannot be read, as another state has them.
  var lostKustomizations: [KustomizationOutline] = []
  /// Files that were left out, and why.
  private var skipped: [SkippedFile] = []
  /// What Argo CD and Flux apply, as far as it was read.
  var deliveries: [Delivery] = []
  /// Also ConfigMaps of openshift-config that do not look like registry CAs.
  let keepsNamespace: Bool
  /// One file was named, or standard input: what is in it is one cluster.
  public let isOneCluster: Bool
  /// `files` and `others` as they were parsed, before it was decided what of them is ours.
  private var parsed: (files: [LintedFile], others: [LintedFile])
  /// Files that kustomizations use as patches.
  private let patches: Set<RepositoryPath>
  private let keepsEveryConfigMap: Bool

  /// Opens and reads the input. Files that no needle hits are never parsed.
  init(_ request: LintRequest, _ run: PreparedRun, reach: KustomizationReach = .aroundFolders) async throws {
    let (source, workers, settings, exclude) = (
      request.source, request.workers, run.settings, run.configuration.exclude
    )
    tree = run.tree
    var notifications: [Notification] = []
    var sources: [SourceFile] = []
    /// Files without resources that tell what is applied where.
    var delivering: [SourceFile] = []
    switch source {
    case .standardInput(let bytes, let name):
      if bytes.count > Self.byteLimit {
        throw UsageError("standard input holds \(bytes.count) bytes; more than \(Self.byteLimit) are not read")
      }
      sources = [SourceFile(path: RepositoryPath(name), bytes: bytes)]
      filesSeen = 1
      isOneCluster = true
    case .files:
      guard let tree else { throw UsageError("there is no input") }
      let search = ManifestSearch(excluding: exclude)
      let found = try await tree.scan(
        workers: workers, limit: Self.byteLimit,
        isCandidatePath: { search.isCandidate($0) }, isInteresting: { search.isOfInterest($0) })
      for file in found.files {
        let source = SourceFile(path: file.path, bytes: file.bytes)
        if search.hasOwnWord(file.bytes) { sources.append(source) } else { delivering.append(source) }
      }
      sources += Self.named(in: tree, besides: sources)
      filesSeen = found.filesSeen
      entries = found.entries
      notifications += found.skipped.map(Notification.init)
      skipped = found.skipped
      isOneCluster =
        reach != .aroundFiles && source.isSingleFile && tree.selection.count == 1
        && tree.selection.first.map { tree.kind(of: $0) == .file } == true
    }
    var files = await sources.concurrentMap(workers) { LintedFile($0, settings: settings) }
    keepsNamespace = request.keepsAllConfigMaps
    var patches: Set<RepositoryPath> = []
    if let tree, !isOneCluster, !tree.selection.isEmpty || files.contains(where: \.mattersToKustomize) {
      let context = try await KustomizeContext(
        in: tree, entries, besides: files, exclude: exclude, settings: settings, workers: workers,
        reach: reach)
      kustomizations = context.kustomizations
      notifications += context.notifications
      patches = context.patches
      others = context.others.map { context.patches.contains($0.file.path) ? $0.asPatch() : $0 }
      let places = files.indices.filter { patches.contains(files[$0].file.path) }
      let changed = await places.map { files[$0] }.concurrentMap(workers) { $0.asPatch() }
      for (place, file) in zip(places, changed) { files[place] = file }
      if files.contains(where: \.mattersToKustomize) || !others.isEmpty {
        let streams = (files + others).map(\.stream) + delivering.map { YAMLStream($0) }
        deliveries = streams.flatMap { Delivery.deliveries(in: $0) }
      }
    }
    self.patches = patches
    keepsEveryConfigMap = request.keepsAllConfigMaps && isOneCluster
    parsed = (files, others)
    (files, others) = Self.ours(
      parsed, keepsEveryConfigMap: keepsEveryConfigMap, keepsNamespace: request.keepsAllConfigMaps)
    self.files = files
    notifications += files.flatMap(Notification.limits)
    self.notifications = notifications
  }

  /// A file that was named alone, as the kustomizations around it see it; `nil` when none takes it, and when this input
  /// was read with its kustomizations anyway.
  func amongKustomizations(_ request: LintRequest, _ run: PreparedRun) async throws -> ManifestInput? {
    guard isOneCluster, let tree else { return nil }
    let around = try await ManifestInput(request, run, reach: .aroundFiles)
    let graph = KustomizationGraph(around.kustomizations, manifests: [])
    return graph.neighbours { tree.isSelected($0) }.isEmpty ? nil : around
  }

  /// Files that the user named and no needle hit: whether they can be read is to be said all the same.
  private static func named(in tree: FileTree, besides sources: [SourceFile]) -> [SourceFile] {
    tree.selection.filter { path in
      tree.named.contains(path) &&
      ManifestPaths.isCandidate(path) && tree.kind(of: path) == .file && !sources.contains { $0.path == path }
    }.compactMap { path in
      // What cannot be read was named by the scan.
      (try? tree.contents(of: path, limit: byteLimit)).map { SourceFile(path: path, bytes: $0.bytes) }
    }
  }

  /// What of the parsed files is ours, and where it lands.
  private static func ours(
    _ parsed: (files: [LintedFile], others: [LintedFile]), keepsEveryConfigMap: Bool, keepsNamespace: Bool
  ) -> (files: [LintedFile], others: [LintedFile]) {
    let files = parsed.files.placedByPolicyGenerators()
    if keepsEveryConfigMap { return (files, parsed.others) }
    let referenced = referencedConfigMaps(in: files + parsed.others)
    func kept(_ file: LintedFile) -> LintedFile {
      file.keepingRegistryConfigMaps(referenced: referenced, keepsNamespace: keepsNamespace)
    }
    return (files.map(kept), parsed.others.map(kept))
  }

  /// The input with other bytes in some files.
  func replacing(_ bytes: [RepositoryPath: [UInt8]], settings: RuleSettings) -> ManifestInput {
    func replaced(_ file: LintedFile) -> LintedFile {
      guard let new = bytes[file.file.path] else { return file }
      let parsed = LintedFile(SourceFile(path: file.file.path, bytes: new), settings: settings)
      return patches.contains(file.file.path) ? parsed.asPatch() : parsed
    }
    var result = self
    result.parsed = (parsed.files.map(replaced), parsed.others.map(replaced))
    (result.files, result.others) = Self.ours(
      result.parsed, keepsEveryConfigMap: keepsEveryConfigMap, keepsNamespace: keepsNamespace)
    return result
  }

  private static func referencedConfigMaps(in files: [LintedFile]) -> Set<String> {
    Set(files.flatMap(\.resources).compactMap { $0.image?.trustedCA?.value })
  }

  public var resources: [LintedResource] { files.flatMap(\.resources) }

  /// What another state has in files that this one cannot read.
  func lost(of other: ManifestInput, settings: RuleSettings) -> [LostFile] {
    let own = Dictionary((files + others).map { ($0.file.path, $0) }) { first, _ in first }
    let left = Dictionary(skipped.map { ($0.path, UnreadFile.Reason.bytes($0.reason)) }) { first, _ in first }
    return (other.files + other.others).filter(\.takesPart).compactMap { file in
      let path = file.file.path
      var found: (reason: UnreadFile.Reason, obstacle: RepositoryPath)?
      let now = own[path]
      if let now {
        guard now.file.bytes != file.file.bytes else { return nil }
        found = UnreadFile.Reason(now.unread).map { ($0, path) }
      } else {
        found = left[path].map { ($0, path) } ?? obstacle(on: path)
      }
      guard let found else { return nil }
      let before = HistoricFile(file.file, settings: settings)
      guard before.holdsMore(than: now.map { HistoricFile($0.file, settings: settings) }) else { return nil }
      return LostFile(unread: UnreadFile(path, behind: found.obstacle, found.reason, lastRead: before), before: file)
    }
  }

  /// Kustomizations of another state that this one cannot read.
  func lostKustomizations(of other: ManifestInput) -> [KustomizationOutline] {
    let own = Set(kustomizations.map(\.file.path))
    let left = Set(skipped.map(\.path))
    return other.kustomizations.filter { outline in
      let path = outline.file.path
      return !own.contains(path) && (left.contains(path) || obstacle(on: path) != nil)
    }
  }

  /// A link or a submodule at a path or in place of a folder around it.
  private func obstacle(on path: RepositoryPath) -> (UnreadFile.Reason, RepositoryPath)? {
    guard let tree else { return nil }
    if let place = tree.first(.submodule, upFrom: path) { return (.submodule, place) }
    return tree.first(.symbolicLink, upFrom: path).map { (.symbolicLink, $0) }
  }
}

extension FileTree {
  /// A path, or the nearest folder around it, if such a thing stands there. What is checked out of a submodule is there
  /// and does not count.
  fileprivate func first(_ kind: PathKind, upFrom path: RepositoryPath) -> RepositoryPath? {
    var place = path
    while !place.bytes.isEmpty {
      if itemKind(at: place) == kind { return place }
      place = place.folder
    }
    return nil
  }

  /// Submodules in which kustomizations look for others. Most folders that they name have one, and are not looked at.
  func submodules(namedBy kustomizations: [KustomizationOutline]) -> Set<RepositoryPath> {
    let known = Set(kustomizations.map(\.folder))
    var found: Set<RepositoryPath> = []
    for path in Set(kustomizations.flatMap(\.included)) where !known.contains(path) && !ManifestPaths.isCandidate(path) {
      if let submodule = first(.submodule, upFrom: path) { found.insert(submodule) }
    }
    return found
  }
}

/// A file that one state cannot read, as it is in another one.
struct LostFile {
  let unread: UnreadFile
  let before: LintedFile

  /// Whether clusters get something of it: what carries nothing changes none.
  var isOfClusters: Bool { !before.resources.isEmpty }
}

extension Notification {
  /// What of a file was not read because it goes beyond a limit of this program.
  static func limits(of file: LintedFile) -> [Notification] {
    file.stream.documents.compactMap { document in
      guard let problem = document.problem, problem.kind == .limit else { return nil }
      return Notification(.error, path: file.file.path, "line \(problem.span.start.line): \(problem.message)")
    }
  }

  init(_ skipped: SkippedFile) {
    let level: Level =
      switch skipped.level {
      case .note: .note
      case .warning: .warning
      case .error: .error
      }
    self.init(level, path: skipped.path, skipped.message, missing: skipped.missing)
  }
}

extension LintedFile {
  /// A generator may be all that there is.
  fileprivate var mattersToKustomize: Bool { takesPart || KustomizationOutline.isKustomization(file.path) }

  func asPatch() -> LintedFile {
    LintedFile(
      stream: stream,
      resources: resources.map {
        var resource = $0.resource
        resource.isPatch = true
        return LintedResource(resource, settings: $0.settings)
      }, carriers: carriers, settings: settings)
  }

  func keepingRegistryConfigMaps(referenced: Set<String>, keepsNamespace: Bool) -> LintedFile {
    let kept = resources.filter {
      $0.configMap == nil || $0.resource.isOfRegistries(referenced, keepsNamespace: keepsNamespace)
    }
    return kept.count == resources.count
      ? self : LintedFile(stream: stream, resources: kept, carriers: carriers, settings: settings)
  }
}

extension Resource {
  /// A ConfigMap is ours only when an Image refers to it or when it looks like registry CAs.
  func isOfRegistries(_ referenced: Set<String>, keepsNamespace: Bool) -> Bool {
    if let name = name?.value, referenced.contains(name) { return true }
    if keepsNamespace, namespace?.value == "openshift-config" { return true }
    // A hash of kustomize may stand behind the name that an Image has.
    if let name = name?.value, name.utf8.count > 11, referenced.contains(String(name.dropLast(11))) { return true }
    return CertificateConfigMap(self).looksLikeRegistryCertificates
  }
}

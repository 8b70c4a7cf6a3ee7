import CShims
import SourceText
import Synchronization

/// A file that a scan found interesting.
public struct ScannedFile: Sendable {
  public let path: RepositoryPath
  public let bytes: [UInt8]
  /// The blob; `nil` for files of a working tree.
  public let objectID: ObjectID?
}

/// What a scan found, all in path order: the same for every number of workers.
public struct ScanResult: Sendable {
  public var files: [ScannedFile] = []
  public var skipped: [SkippedFile] = []
  /// How many files were looked at, whether or not they were interesting.
  public var filesSeen = 0
  /// What was looked into, to look into some of it again without another walk.
  public var entries: [FileEntry] = []
}

extension FileTree {
  /// Reads the files that may matter, in parallel, and keeps the bytes of those that do.
  ///
  /// - Parameters:
  ///   - limit: files of more bytes are skipped without being read.
  ///   - isCandidatePath: which paths to look into; a file that the user named is looked into in any case.
  ///   - isInteresting: decides on the raw bytes, which are gone when it returns; what it refuses is never copied.
  public func scan(
    scope: Scope = .selection, workers: Int = FileTree.defaultWorkers, limit: Int,
    isCandidatePath: @escaping @Sendable (RepositoryPath) -> Bool,
    isInteresting: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool
  ) async throws(GitError) -> ScanResult {
    let (entries, skipped) = try await entries(scope: scope, workers: workers, where: isCandidatePath)
    var result = try await scan(entries, workers: workers, limit: limit, isInteresting: isInteresting)
    result.skipped += skipped
    result.skipped.sort { $0.path < $1.path }
    return result
  }

  /// The same for files that were listed before.
  public func scan(
    _ entries: [FileEntry], workers: Int = FileTree.defaultWorkers, limit: Int,
    isInteresting: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool
  ) async throws(GitError) -> ScanResult {
    // A worker for a handful of files costs more than it reads.
    let useful = max(1, (entries.count + Scan.step - 1) / Scan.step)
    let workers = min(max(1, workers), useful)
    let scan = Scan(tree: self, entries: entries, limit: limit, workers: workers, isInteresting: isInteresting)
    var result = try await scan.run(workers: workers)
    result.skipped.sort { $0.path < $1.path }
    result.entries = entries
    return result
  }
}

/// One pass over entries: workers take them in steps from a shared cursor, each with an object database or a folder
/// descent of its own.
final class Scan: Sendable {
  /// How many entries a worker takes at once, at least.
  static let step = 32

  struct Part: Sendable {
    var files: [(position: Int, file: ScannedFile)] = []
    var skipped: [SkippedFile] = []
    /// Entries whose objects are not here.
    var missing: [Int] = []
    var seen = 0
  }

  let tree: FileTree
  let entries: [FileEntry]
  let limit: Int
  let isInteresting: @Sendable (UnsafeRawBufferPointer) -> Bool
  /// The positions of the entries as they are read: objects in the order of their packs.
  private let order: [Int]
  private let step: Int
  private let cursor = Atomic<Int>(0)

  init(
    tree: FileTree, entries: [FileEntry], limit: Int, workers: Int,
    isInteresting: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool
  ) {
    self.tree = tree
    self.entries = entries
    self.limit = limit
    self.isInteresting = isInteresting
    if case .objects = tree.store, let location = tree.repository?.location, location.access == .libgit2 {
      var packs = PackedObjects(objects: location.objects)
      order = packs.order(entries.map(\.objectID))
      // What one step ends with, the next is made of, often on another worker.
      step = max(Self.step, entries.count / (workers * 8))
    } else {
      order = Array(entries.indices)
      step = Self.step
    }
  }

  func run(workers: Int) async throws(GitError) -> ScanResult {
    let parts = await withTaskGroup(of: Result<Part, GitError>.self) { group in
      for _ in 0..<workers { group.addTask { self.work() } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    var all = Part()
    for part in parts {
      let part = try part.get()
      all.files += part.files
      all.skipped += part.skipped
      all.missing += part.missing
      all.seen += part.seen
    }
    try readPromised(&all)
    all.files.sort { $0.position < $1.position }
    return ScanResult(files: all.files.map(\.file), skipped: all.skipped, filesSeen: all.seen)
  }

  private func nextStep() -> ArraySlice<Int>? {
    let start = cursor.add(step, ordering: .relaxed).oldValue
    guard start < order.count else { return nil }
    return order[start..<min(start + step, order.count)]
  }

  private func work() -> Result<Part, GitError> {
    registrylint_prepare_thread_memory()
    do throws(GitError) {
      switch tree.store {
      case .objects: return .success(try workOnObjects())
      case .directory(let root, _, _): return .success(try workOnDisk(root))
      }
    } catch {
      return .failure(error)
    }
  }

  private func workOnObjects() throws(GitError) -> Part {
    var part = Part()
    guard let location = tree.repository?.location else { return part }
    if location.access == .command { return try workThroughCommand(location) }
    var objects = try location.openObjects()
    while let step = nextStep() {
      for position in step {
        guard let id = readableObject(of: entries[position], &part) else { continue }
        let reading = objects.read(
          id, type: .blob, limit: limit, mayBeAbsent: location.isPartialClone, { self.judge($0) })
        take(reading, of: position, &part)
      }
    }
    return part
  }

  private func workThroughCommand(_ location: RepositoryLocation) throws(GitError) -> Part {
    var part = Part()
    var objects = try CatFile(location)
    while let step = nextStep() {
      var positions: [Int] = []
      var ids: [ObjectID] = []
      for position in step {
        guard let id = readableObject(of: entries[position], &part) else { continue }
        positions.append(position)
        ids.append(id)
      }
      let readings = try objects.read(ids, limit: limit) { self.judge($0) }
      for (position, reading) in zip(positions, readings) { take(reading, of: position, &part) }
    }
    return part
  }

  /// Objects that are missing: in a partial clone all of them are fetched at once and read; where that fails, and in
  /// other repositories, they are reported.
  private func readPromised(_ all: inout Part) throws(GitError) {
    guard !all.missing.isEmpty, let location = tree.repository?.location else { return }
    let missing = all.missing
    all.missing = []
    all.seen -= missing.count
    var problem: String?
    if location.isPartialClone {
      do throws(GitError) {
        try location.fetchPromised(Array(Set(missing.compactMap { entries[$0].objectID })))
      } catch {
        problem = error.description
      }
    }
    if location.isPartialClone, problem == nil {
      var single = SingleReader()
      for position in missing {
        guard let id = readableObject(of: entries[position], &all) else { continue }
        switch single.read(id, of: location, limit: limit) {
        case .success(let bytes):
          all.seen += 1
          take(bytes.withUnsafeBytes(judge), of: position, &all)
        case .failure(let reason): skip(entries[position], reason, &all)
        }
      }
      return
    }
    for position in missing {
      guard let id = entries[position].objectID else { continue }
      skip(entries[position], problem.map { .notFetched(id, $0) } ?? .missingObject(id), &all)
    }
  }

  private func take(_ reading: ObjectDatabase.Reading<Verdict>, of position: Int, _ part: inout Part) {
    part.seen += 1
    switch reading {
    case .value(let verdict): take(verdict, of: position, &part)
    case .tooLarge(let size): skip(entries[position], .tooLarge(size: size, limit: limit), &part)
    case .missing: part.missing.append(position)
    case .failed(let message): skip(entries[position], .failed(message), &part)
    }
  }

  private func workOnDisk(_ root: HostPath) throws(GitError) -> Part {
    var part = Part()
    var folders = try FolderDescent(root: root)
    while let step = nextStep() {
      for position in step {
        let entry = entries[position]
        guard entry.mode != .symbolicLink else {
          noteLink(entry, &part)
          continue
        }
        part.seen += 1
        switch folders.read(entry.path, limit: limit, { self.judge($0) }) {
        case .success(let verdict): take(verdict, of: position, &part)
        // It vanished since it was listed.
        case .failure(.absent): part.seen -= 1
        // Git lists untracked links like files.
        case .failure(.symbolicLink):
          part.seen -= 1
          noteLink(entry, &part)
        case .failure(let reason): skip(entry, reason, &part)
        }
      }
    }
    return part
  }

  /// The blob of an entry that is a file; what is left out otherwise is noted.
  func readableObject(of entry: FileEntry, _ part: inout Part) -> ObjectID? {
    if entry.isUnmerged {
      skip(entry, .unmerged, &part)
      return nil
    }
    switch entry.mode {
    case .submodule: return nil
    case .symbolicLink:
      noteLink(entry, &part)
      return nil
    case .regular, .executable: return entry.objectID
    }
  }

  /// A link to a file of this tree says nothing new: that file is read at its own path. Others are named.
  private func noteLink(_ entry: FileEntry, _ part: inout Part) {
    do throws(UnreadableReason) {
      _ = try tree.contentsPath(of: entry.path)
    } catch {
      skip(entry, error, &part)
    }
  }

  enum Verdict {
    case uninteresting
    case interesting([UInt8])
    case unreadable(UnreadableReason)
  }

  func judge(_ bytes: UnsafeRawBufferPointer) -> Verdict {
    if isLFSPointer(bytes) { return .unreadable(.lfsPointer) }
    if isBinary(bytes) { return .unreadable(.binary) }
    return isInteresting(bytes) ? .interesting(Array(bytes)) : .uninteresting
  }

  func take(_ verdict: Verdict, of position: Int, _ part: inout Part) {
    switch verdict {
    case .uninteresting: return
    case .interesting(let bytes):
      let entry = entries[position]
      part.files.append((position, ScannedFile(path: entry.path, bytes: bytes, objectID: entry.objectID)))
    case .unreadable(let reason): skip(entries[position], reason, &part)
    }
  }

  func skip(_ entry: FileEntry, _ reason: UnreadableReason, _ part: inout Part) {
    part.skipped.append(SkippedFile(path: entry.path, reason: reason))
  }
}

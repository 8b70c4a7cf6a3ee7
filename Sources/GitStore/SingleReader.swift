import SourceText

/// Reads single files of a tree; what it opens stays open for the next one.
struct SingleReader: ~Copyable {
  private var objects: ObjectDatabase?
  private var command: CatFile?
  private var folders: FolderDescent?
  /// Why nothing could be fetched: it is not tried again for each object.
  private var refusal: String?
  /// A repository that lacks one object, as a snapshot without large blobs does, lacks more: after the first, packs that
  /// came since are not looked for.
  private var hasMissed = false

  init() {
    objects = nil
    command = nil
    folders = nil
  }

  /// Gives the descent from `root`; `nil` when that directory cannot be opened.
  mutating func withFolders<Value>(of root: HostPath, _ body: (inout FolderDescent) -> Value) -> Value? {
    var open: FolderDescent
    if let kept = folders.take() {
      open = kept
    } else {
      do throws(GitError) {
        open = try FolderDescent(root: root)
      } catch {
        return nil
      }
    }
    let value = body(&open)
    folders = consume open
    return value
  }

  /// The bytes of an object; one that a partial clone lacks is fetched.
  mutating func read(
    _ id: ObjectID, type: ObjectType = .blob, of location: RepositoryLocation, limit: Int
  ) -> Result<[UInt8], UnreadableReason> {
    do throws(GitError) {
      var reading = try readOnce(id, type: type, of: location, limit: limit)
      if case .missing = reading, location.isPartialClone {
        fetch([id], of: location)
        if let refusal { return .failure(.notFetched(id, refusal)) }
        reading = try readOnce(id, type: type, of: location, limit: limit)
      }
      switch reading {
      case .value(let value): return .success(value)
      case .tooLarge(let size): return .failure(.tooLarge(size: size, limit: limit))
      case .missing: return .failure(.missingObject(id))
      case .failed(let message): return .failure(.failed(message))
      }
    } catch {
      return .failure(.failed(error.description))
    }
  }

  /// Brings the objects that a partial clone lacks, all in one request.
  mutating func fetchMissing(_ ids: some Sequence<ObjectID>, of location: RepositoryLocation) throws(GitError) {
    guard location.isPartialClone, location.access == .libgit2 else { return }
    let open: ObjectDatabase
    if let kept = objects.take() { open = kept } else { open = try location.openObjects() }
    var missing: [ObjectID] = []
    for id in ids where !open.contains(id) { missing.append(id) }
    objects = consume open
    if !missing.isEmpty { fetch(missing, of: location) }
  }

  private mutating func fetch(_ ids: [ObjectID], of location: RepositoryLocation) {
    guard refusal == nil else { return }
    do throws(GitError) {
      try location.fetchPromised(ids)
      // What was opened before the fetch does not know its pack.
      objects = nil
      command = nil
    } catch {
      refusal = error.description
    }
  }

  private mutating func readOnce(
    _ id: ObjectID, type: ObjectType, of location: RepositoryLocation, limit: Int
  ) throws(GitError) -> ObjectDatabase.Reading<[UInt8]> {
    if location.access == .command {
      var open: CatFile
      if let running = command.take() { open = running } else { open = try CatFile(location) }
      let reading = try open.read([id], type: type, limit: limit) { Array($0) }
      command = consume open
      return reading.first ?? .missing
    }
    var open: ObjectDatabase
    if let kept = objects.take() { open = kept } else { open = try location.openObjects() }
    let reading = open.read(id, type: type, limit: limit, mayBeAbsent: location.isPartialClone || hasMissed)
    if case .missing = reading { hasMissed = true }
    objects = consume open
    return reading
  }
}

import CLibgit2
import SourceText

/// Reads single files of a tree; what it opens stays open for the next one.
struct SingleReader: ~Copyable {
  private var objects: ObjectDatabase?
  private var folders: FolderDescent?

  init() {
    objects = nil
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

  /// The bytes of a blob.
  mutating func read(
    _ id: ObjectID, of location: RepositoryLocation, limit: Int
  ) -> Result<[UInt8], UnreadableReason> {
    let open: ObjectDatabase
    if let kept = objects.take() {
      open = kept
    } else {
      do throws(GitError) {
        open = try location.openObjects()
      } catch {
        return .failure(.failed(error.description))
      }
    }
    let reading = open.read(
      id, type: GIT_OBJECT_BLOB, limit: limit, mayBeAbsent: location.isPartialClone, { Array($0) })
    objects = consume open
    switch reading {
    case .value(let bytes): return .success(bytes)
    case .tooLarge(let size): return .failure(.tooLarge(size: size, limit: limit))
    case .missing: return .failure(.missingObject(id))
    case .failed(let message): return .failure(.failed(message))
    }
  }
}

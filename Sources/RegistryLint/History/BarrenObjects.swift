import CShims
import GitStore
import RegistryConfig
import SourceText
import Synchronization
import YAMLSyntax

/// Which objects of large Templates hold nothing for this program: they are not parsed and take no memory. Versions of
/// such a file differ in few of its objects, so each is read by itself once, and known by its bytes from then on.
final class BarrenObjects: Sendable {
  /// What is known of objects that were read lately, by their bytes and those around them. Hashes are seeded anew in each
  /// process, so nobody can write texts whose hashes are the same.
  private let known = Mutex(RecentValues<Int, TemplateText.Barren?>(limit: 1 << 16))

  /// Of files that are smaller the whole is read: they are most, and cheap.
  static let shortestFile = 256 << 10

  /// What need not be read of a file.
  func abridgement(of file: SourceFile) -> Abridgement {
    guard file.bytes.count >= Self.shortestFile, let template = TemplateText(file) else { return Abridgement() }
    var frame = Hasher()
    for part in template.frame { part.withUnsafeBytes { frame.combine(bytes: $0) } }
    var abridgement = Abridgement()
    for object in template.objects {
      guard let barren = barren(of: object, in: template, file, frame) else { return Abridgement() }
      abridgement.seams.append(object.lowerBound)
      // Where the last one ends, the list does.
      guard object.upperBound < template.objects.last?.upperBound ?? 0 else { break }
      abridgement.leftOut += barren.ranges.map { $0.lowerBound + object.lowerBound..<$0.upperBound + object.lowerBound }
      abridgement.weight += barren.weight
    }
    return abridgement
  }

  private func barren(
    of object: ByteRange, in template: TemplateText, _ file: SourceFile, _ frame: Hasher
  ) -> TemplateText.Barren? {
    var hasher = frame
    file.bytes[object].withUnsafeBytes { hasher.combine(bytes: $0) }
    let key = hasher.finalize()
    if let known = known.withLock({ $0[key] }) { return known }
    let barren = template.barren(of: object)
    known.withLock { $0.insert(barren, for: key, cost: 1 + (barren?.ranges.count ?? 0)) }
    return barren
  }
}

/// Large blobs that were read lately: generated files stand at several paths.
final class LargeBlobs: Sendable {
  let barren = BarrenObjects()
  private let state = Mutex(State())

  private struct State {
    var recent = RecentValues<ObjectID, ManifestText>(limit: 16 << 20)
    /// How many bytes were read since memory was given back.
    var bytesRead = 0
  }

  /// Every version of such a file needs several blocks of its size, which fit into none that was free before.
  private static let mostBytesRead = 32 << 20

  subscript(blob: ObjectID) -> ManifestText? { state.withLock { $0.recent[blob] } }

  func remember(_ text: ManifestText, of blob: ObjectID) {
    let size = text.bytes.count
    guard size >= BarrenObjects.shortestFile else { return }
    let isDue = state.withLock { state in
      state.recent.insert(text, for: blob, cost: size)
      state.bytesRead += size
      defer { if state.bytesRead >= Self.mostBytesRead { state.bytesRead = 0 } }
      return state.bytesRead >= Self.mostBytesRead
    }
    if isDue { registrylint_give_back_memory() }
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Where an object lies among packs; places grow as objects lie behind each other.
struct PackPlace: Hashable, Comparable {
  /// Of the pack, and its offset there, which is less than 2 GiB.
  let key: Int

  init(pack: Int, offset: Int) { key = pack << 32 | offset }
  var pack: Int { key >> 32 }
  var offset: Int { key & 0xFFFF_FFFF }

  static func < (left: PackPlace, right: PackPlace) -> Bool { left.key < right.key }
}

extension [PackFile] {
  /// Where an object is; `nil` when it is in none of the packs.
  /// - Parameter first: The pack to look into before the others.
  func place(of id: ObjectID, first: Int = 0) -> PackPlace? {
    guard first < count else { return nil }
    if let offset = self[first].offset(of: id) { return PackPlace(pack: first, offset: offset) }
    for number in indices where number != first {
      if let offset = self[number].offset(of: id) { return PackPlace(pack: number, offset: offset) }
    }
    return nil
  }
}

/// A pack with its index: where objects lie, and of what they are a delta, which libgit2 keeps to itself.
/// Source: git Documentation/gitformat-pack.txt, pack version 2 with an index of version 2.
final class PackFile {
  /// Where an object lies and how it is kept.
  struct Object {
    enum Form {
      /// All of an object.
      case whole(ObjectType)
      /// A delta of the object at this offset of the same pack.
      case delta(of: Int)
      /// An annotated tag.
      case tag
    }

    let form: Form
    var isBlob: Bool {
      if case .whole(.blob) = form { true } else { false }
    }
    /// Of what is kept, inflated: the object or the delta.
    let size: Int
    fileprivate let start: Int

    /// Where the object lies of which this one, at a place, is a delta.
    func base(at place: PackPlace) -> PackPlace? {
      guard case .delta(let offset) = form else { return nil }
      return PackPlace(pack: place.pack, offset: offset)
    }
  }

  private var pack: PackBlocks
  /// Of the index.
  let path: HostPath
  private let index: MappedFile
  private let count: Int
  private let ids: Int
  private let offsets: Int

  private static let idLength = 20
  /// The magic bytes, the version and 256 numbers of objects.
  private static let fanout = 8
  private static let header = fanout + 256 * 4

  /// The packs of a folder of objects, the largest first; of many only some, for each keeps a file open. What is not
  /// among them is left to libgit2.
  /// - Parameter mapLimit: packs of so many bytes together are mapped: what was looked at of them counts as memory of
  ///   this process, for each reader again.
  static func all(in objects: HostPath, mapLimit: Int = 0) -> [PackFile] {
    let folder = objects.appending("pack".utf8)
    let descriptor = folder.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0, case .success(let items) = listFolder(descriptor) else { return [] }
    let indexes = items.compactMap { item -> (path: HostPath, size: Int)? in
      guard item.name.suffix(4).elementsEqual(".idx".utf8) else { return nil }
      let path = folder.appending(item.name)
      return OpenFile.size(of: path).map { (path, $0) }
    }
    var left = mapLimit
    return indexes.sorted { $0.size > $1.size }.prefix(maximumCount).compactMap { PackFile(index: $0.path, &left) }
  }

  private static let maximumCount = 16
  /// Git writes no longer chains of deltas.
  static let maximumDepth = 4096

  /// - Returns: `nil` for what cannot be read this way.
  convenience init?(index path: HostPath) {
    var nothing = 0
    self.init(index: path, &nothing)
  }

  /// - Parameter mapLimit: a pack of so many bytes is mapped; less its size when it was.
  private init?(index path: HostPath, _ mapLimit: inout Int) {
    guard let indexFile = OpenFile(path),
      let packFile = OpenFile(HostPath(bytes: path.bytes.dropLast(4) + Array(".pack".utf8))),
      let index = MappedFile(indexFile)
    else { return nil }
    let bytes = index.bytes
    guard bytes.count >= Self.header, bytes.starts(with: [0xFF, 0x74, 0x4F, 0x63]), bytes.number(at: 4) == 2 else {
      return nil
    }
    count = Int(bytes.number(at: Self.header - 4))
    ids = Self.header
    // Behind the names stand checksums of four bytes, then the offsets.
    offsets = ids + count * (Self.idLength + 4)
    guard offsets + count * 4 <= bytes.count else { return nil }
    let isMapped = packFile.size <= mapLimit
    if isMapped { mapLimit -= packFile.size }
    pack = PackBlocks(packFile, isMapped: isMapped)
    self.index = index
    self.path = path
  }

  /// Where an object begins; `nil` when it is not in this pack, or behind its first 2 GiB.
  func offset(of id: ObjectID) -> Int? {
    guard id.byteCount == Self.idLength else { return nil }
    return id.withRawBytes { wanted -> Int? in
      guard let table = index.bytes.baseAddress, let name = wanted.baseAddress else { return nil }
      var position = position(notBefore: wanted.prefixNumber(at: 0), in: range(of: wanted[0]))
      while position < count {
        let order = memcmp(table + ids + position * Self.idLength, name, Self.idLength)
        if order > 0 { return nil }
        if order == 0 {
          let offset = index.bytes.number(at: offsets + position * 4)
          return offset < 0x8000_0000 ? Int(offset) : nil
        }
        position += 1
      }
      return nil
    }
  }

  /// Where the names with a first byte stand.
  private func range(of first: UInt8) -> Range<Int> {
    let end = min(count, Int(index.bytes.number(at: Self.fanout + Int(first) * 4)))
    let start = first == 0 ? 0 : Int(index.bytes.number(at: Self.fanout + (Int(first) - 1) * 4))
    return min(start, end)..<end
  }

  /// The first name of a range that does not begin with a lower number. Names are as good as random: it is looked for
  /// where it should be, then further away.
  private func position(notBefore prefix: UInt64, in range: Range<Int>) -> Int {
    func isBefore(_ position: Int) -> Bool { index.bytes.prefixNumber(at: ids + position * Self.idLength) < prefix }
    var (low, high) = (range.lowerBound, range.upperBound)
    let expected = low + Int((prefix << 8).multipliedFullWidth(by: UInt64(range.count)).high)
    var reach = 2
    if expected < high, isBefore(expected) {
      low = expected + 1
      while expected + reach < high, isBefore(expected + reach) {
        low = expected + reach + 1
        reach *= 2
      }
      high = min(high, expected + reach)
    } else {
      high = min(high, expected)
      while high - reach >= low, !isBefore(high - reach) {
        high -= reach
        reach *= 2
      }
      low = max(low, high - reach)
    }
    while low < high {
      let middle = (low + high) / 2
      if isBefore(middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// What stands at an offset; `nil` for anything but blobs, trees, commits, tags and deltas.
  func object(at offset: Int) -> Object? {
    let head = pack.bytes(from: offset)
    guard let first = head.first else { return nil }
    var position = 0
    var size = Int(first & 15)
    var shift = 4
    while head[position] & 0x80 != 0 {
      position += 1
      guard position < head.count, shift < 40 else { return nil }
      size |= Int(head[position] & 0x7F) << shift
      shift += 7
    }
    position += 1
    switch first >> 4 & 7 {
    case 1: return Object(form: .whole(.commit), size: size, start: offset + position)
    case 2: return Object(form: .whole(.tree), size: size, start: offset + position)
    case 3: return Object(form: .whole(.blob), size: size, start: offset + position)
    case 4: return Object(form: .tag, size: size, start: offset + position)
    case 6:
      guard let (distance, end) = head.variableNumber(at: position, before: head.count), distance > 0,
        distance < offset
      else { return nil }
      return Object(form: .delta(of: offset - distance), size: size, start: offset + end)
    case 7:
      let end = position + Self.idLength
      guard end <= head.count, let id = ObjectID(bytes: UnsafeRawBufferPointer(rebasing: head[position..<end])),
        let base = self.offset(of: id)
      else { return nil }
      return Object(form: .delta(of: base), size: size, start: offset + end)
    default: return nil
    }
  }

  /// The inflated bytes of an object as it is kept, and where the next object lies; `nil` when they are broken.
  func contents(of object: Object, _ inflater: borrowing Inflater) -> (bytes: [UInt8], end: Int)? {
    var end: Int?
    let bytes = [UInt8](unsafeUninitializedCapacity: object.size) { space, count in
      end = inflate(object, inflater, into: UnsafeMutableBufferPointer(rebasing: space[..<object.size]))
      count = end == nil ? 0 : object.size
    }
    return end.map { (bytes, $0) }
  }

  /// - Parameter space: of the size of the object.
  /// - Returns: Where the next object lies; `nil` when the bytes are broken.
  func inflate(
    _ object: Object, _ inflater: borrowing Inflater, into space: UnsafeMutableBufferPointer<UInt8>
  ) -> Int? {
    inflater.inflate(&pack, at: object.start, into: space).map { object.start + $0 }
  }
}

/// A file that is open for reading.
struct OpenFile: ~Copyable {
  let descriptor: Int32
  let size: Int

  init?(_ path: HostPath) {
    let descriptor = path.withCString { open($0, O_RDONLY | O_CLOEXEC) }
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      if descriptor >= 0 { _ = close(descriptor) }
      return nil
    }
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  deinit { _ = close(descriptor) }

  static func size(of path: HostPath) -> Int? {
    var status = stat()
    return path.withCString { stat($0, &status) } == 0 ? Int(status.st_size) : nil
  }

  /// Reads into `space` as many bytes as it takes and the file has there, and says how many.
  func read(at offset: Int, into space: UnsafeMutableRawBufferPointer) -> Int {
    var length = 0
    while length < space.count, let start = space.baseAddress {
      let read = pread(descriptor, start + length, space.count - length, off_t(offset + length))
      if read < 0, errno == EINTR { continue }
      guard read > 0 else { break }
      length += read
    }
    return length
  }
}

/// The bytes of a file where the system keeps them.
struct MappedFile: ~Copyable {
  let bytes: UnsafeRawBufferPointer

  init?(_ file: borrowing OpenFile) {
    guard file.size > 0, let start = mmap(nil, file.size, PROT_READ, MAP_PRIVATE, file.descriptor, 0), start != MAP_FAILED
    else { return nil }
    bytes = UnsafeRawBufferPointer(start: start, count: file.size)
  }

  deinit { _ = munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}

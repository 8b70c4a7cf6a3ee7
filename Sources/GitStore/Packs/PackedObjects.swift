/// Reads objects out of packs, as most are: libgit2 asks for a lock that its readers share for each part of a pack, and
/// keeps too few of the objects that others are deltas of. One for each worker.
///
/// Anything out of the ordinary is left to libgit2: loose objects, alternates, packs of other formats, broken ones.
struct PackedObjects: ~Copyable {
  enum Reading {
    case object(ObjectType, [UInt8])
    /// Not read: it has this many bytes.
    case tooLarge(Int)
  }

  private let packs: [PackFile]
  private let inflater = Inflater()
  private var bases = RecentBytes<PackPlace>(limit: basesLimit)
  /// The pack that held the last object.
  private var recent = 0
  private var delta: [UInt8] = []

  /// Of bytes of objects that others may be deltas of. Every worker has its own: where there are many, each keeps less.
  private static let basesLimit = min(12 << 20, max(4 << 20, (96 << 20) / FileTree.defaultWorkers))
  private static let mapLimit = min(16 << 20, (64 << 20) / FileTree.defaultWorkers)

  /// - Parameter objects: the `objects` directory of the repository.
  init(objects: HostPath) {
    packs = PackFile.all(in: objects, mapLimit: Self.mapLimit)
  }

  private mutating func place(of id: ObjectID) -> PackPlace? {
    let place = packs.place(of: id, first: recent)
    recent = place?.pack ?? recent
    return place
  }

  /// Where an object lies in a pack, and the path of its index; `nil` when it is in none.
  mutating func packed(_ id: ObjectID) -> (index: HostPath, offset: Int)? {
    place(of: id).map { (packs[$0.pack].path, $0.offset) }
  }

  /// The positions of objects in the order in which they lie in packs: one that is a delta of another then comes soon
  /// behind it. Those that are in none come last.
  mutating func order(_ ids: [ObjectID?]) -> [Int] {
    var places: [(place: PackPlace, position: Int)] = []
    var others: [Int] = []
    for (position, id) in ids.enumerated() {
      if let id, let place = place(of: id) { places.append((place, position)) } else { others.append(position) }
    }
    places.sort { $0.place < $1.place }
    return places.map(\.position) + others
  }

  /// - Parameter limit: an object of more bytes is not read.
  /// - Returns: `nil` for what only libgit2 can read, or say what is wrong with it.
  mutating func read(_ id: ObjectID, limit: Int) -> Reading? {
    guard let place = place(of: id) else { return nil }
    let pack = packs[place.pack]
    // From the object to one that is known, or that is no delta.
    var chain: [(place: PackPlace, object: PackFile.Object)] = []
    var next = place
    var found: (type: ObjectType, bytes: [UInt8])?
    while found == nil {
      if let known = bases[next] {
        found = known
        break
      }
      guard chain.count < PackFile.maximumDepth, let object = pack.object(at: next.offset) else { return nil }
      switch object.form {
      case .whole(let type):
        if object.size > limit { return chain.isEmpty ? .tooLarge(object.size) : nil }
        guard let bytes = pack.contents(of: object, inflater)?.bytes else { return nil }
        found = (type, bytes)
        bases.keep(bytes, type, at: next)
      case .tag: return nil
      case .delta(let base):
        guard object.size <= limit else { return nil }
        chain.append((next, object))
        next = PackPlace(pack: place.pack, offset: base)
      }
    }
    guard let (type, base) = found else { return nil }
    var bytes = base
    // And back: each from the one before.
    while let (at, object) = chain.popLast() {
      switch apply(object, of: pack, to: bytes, limit: limit) {
      case .bytes(let version): bytes = version
      case .tooLong(let size): return chain.isEmpty ? .tooLarge(size) : nil
      case .broken: return nil
      }
      bases.keep(bytes, type, at: at)
    }
    // It may have been kept for somebody with another limit.
    return bytes.count > limit ? .tooLarge(bytes.count) : .object(type, bytes)
  }

  private mutating func apply(
    _ object: PackFile.Object, of pack: PackFile, to text: [UInt8], limit: Int
  ) -> DeltaResult {
    if delta.count < object.size { delta = [UInt8](repeating: 0, count: max(object.size, 1 << 12)) }
    return delta.withUnsafeMutableBufferPointer { space in
      let part = UnsafeMutableBufferPointer(rebasing: space[..<object.size])
      guard pack.inflate(object, inflater, into: part) != nil else { return .broken }
      return text.withUnsafeBytes { DeltaResult(applying: UnsafeRawBufferPointer(part), to: $0, limit: limit) }
    }
  }
}

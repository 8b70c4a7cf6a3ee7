/// Says of blobs in packs whether it is known that none of some words stands in them, and inflates hardly any: Git keeps
/// most as what differs from another version, and where that one holds no word, only the difference has to be searched.
struct VersionVerdicts: ~Copyable {
  private let words: ByteSearch
  private let seams: WordSeams
  private let limit: Int
  private let packs: [PackFile]
  private let inflater = Inflater()
  /// Whether it is known that no word stands at a place.
  private var known: [PackPlace: Bool] = [:]
  /// Texts without words, for the deltas that are made of them.
  private var texts = RecentTexts()

  /// Smaller blobs are read as fast as they are looked up here; among them are all pointers of Git LFS.
  private static let minimumSize = 2 << 10

  /// - Parameters:
  ///   - words: without NUL.
  ///   - limit: of larger blobs nothing is known.
  init(_ packs: [PackFile], words: ByteSearch, limit: Int) {
    self.packs = packs
    self.words = words
    self.limit = limit
    seams = WordSeams(words.needles)
  }

  /// Whether it is known that a blob is a text without any of the words, and not larger than the limit; `nil` when it is
  /// in none of the packs.
  mutating func isWithoutWords(_ id: ObjectID) -> Bool? {
    guard let place = packs.place(of: id) else { return nil }
    return known[place] ?? judge(place)
  }

  /// Judges an object and all that it is made of.
  private mutating func judge(_ place: PackPlace) -> Bool {
    let pack = packs[place.pack]
    // From the blob to a text that is known, or to one that is no delta.
    var chain: [(place: PackPlace, object: PackFile.Object)] = []
    var text: PiecedText?
    var next: PackPlace? = place
    var isHopeless = false
    while let place = next, !isHopeless {
      text = texts.text(at: place)
      if text != nil { break }
      if known[place] != false, chain.count < PackFile.maximumDepth, let object = pack.object(at: place.offset) {
        chain.append((place, object))
        next = object.base(at: place)
      } else {
        isHopeless = true
      }
    }
    // And back: each from the one before.
    for (place, object) in chain.reversed() {
      var version: PiecedText?
      if !isHopeless, text != nil || Self.isText(object), object.size <= limit,
        let contents = pack.contents(of: object, inflater)?.bytes
      {
        version = self.version(contents, of: text)
      }
      learn(version, at: place)
      isHopeless = version == nil
      text = version
    }
    return !isHopeless
  }

  /// Whether something may be known of a blob that is no delta, and of what is made of it.
  static func isText(_ object: PackFile.Object) -> Bool { object.isBlob && object.size >= minimumSize }

  private mutating func learn(_ version: PiecedText?, at place: PackPlace) {
    known[place] = version != nil
    if let version { texts.keep(version, at: place) }
  }

  /// The text of an object when no word stands in it, as there is none in what it is a delta of.
  private func version(_ contents: [UInt8], of text: PiecedText?) -> PiecedText? {
    // In a delta, words of what it inserts stand as they are.
    if words.matchesAny(contents) { return nil }
    guard let text else {
      return contents.withUnsafeBytes { ByteSearch.contains(0, in: $0) } ? nil : PiecedText(contents)
    }
    guard let (version, seams) = contents.withUnsafeBytes({ text.applying($0, seams: seams) }),
      (Self.minimumSize...limit).contains(version.count), !words.matchesAny(seams)
    else { return nil }
    return version
  }
}

/// Versions of texts that were made lately: two generations, the older of which is dropped when the newer is full.
private struct RecentTexts {
  private var new: [PackPlace: PiecedText] = [:]
  private var old: [PackPlace: PiecedText] = [:]
  private var size = 0

  /// Of the bytes of a generation.
  private static let limit = 3 << 20

  mutating func text(at place: PackPlace) -> PiecedText? {
    if let text = new[place] { return text }
    guard let text = old.removeValue(forKey: place) else { return nil }
    keep(text, at: place)
    return text
  }

  mutating func keep(_ text: PiecedText, at place: PackPlace) {
    if size + text.cost > Self.limit {
      old = new
      new = [:]
      size = 0
    }
    new[place] = text
    size += text.cost
  }
}

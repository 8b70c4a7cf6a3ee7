/// Where the chains of deltas begin that objects of packs are made by: what has another beginning can be looked at by
/// somebody else at the same time.
struct DeltaChains: ~Copyable {
  private let packs: [PackFile]
  /// Of deltas that were looked at lately; `nil` for what is hopeless.
  private var starts: [PackPlace: PackPlace?] = [:]

  private static let mostStarts = 1 << 16

  init(_ packs: [PackFile]) {
    self.packs = packs
  }

  enum Start {
    case at(PackPlace)
    /// With anything but a blob of which something may be known.
    case hopeless
    /// The object is in none of the packs.
    case absent
  }

  mutating func start(of id: ObjectID) -> Start {
    guard var place = packs.place(of: id) else { return .absent }
    var passed: [PackPlace] = []
    var start: PackPlace?
    while passed.count < PackFile.maximumDepth {
      if let known = starts[place] {
        start = known
        break
      }
      guard let object = packs[place.pack].object(at: place.offset) else { break }
      guard let base = object.base(at: place) else {
        if VersionVerdicts.isText(object) { start = place }
        break
      }
      passed.append(place)
      place = base
    }
    if starts.count > Self.mostStarts { starts = [:] }
    for delta in passed { starts[delta] = .some(start) }
    return start.map(Start.at) ?? .hopeless
  }
}

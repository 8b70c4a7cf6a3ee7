/// Where the chains of deltas begin that objects of packs are made by: what has another beginning can be looked at by
/// somebody else at the same time.
struct DeltaChains: ~Copyable {
  private let packs: [PackFile]
  /// Of deltas that were looked at lately.
  private var starts: [PackPlace: PackPlace] = [:]

  private static let mostStarts = 1 << 16

  init(_ packs: [PackFile]) {
    self.packs = packs
  }

  /// - Returns: `nil` for an object that is in none of the packs.
  mutating func start(of id: ObjectID) -> PackPlace? {
    guard var place = packs.place(of: id) else { return nil }
    var passed: [PackPlace] = []
    while true {
      if let known = starts[place] {
        place = known
        break
      }
      guard passed.count < PackFile.maximumDepth,
        let base = packs[place.pack].object(at: place.offset)?.base(at: place)
      else { break }
      passed.append(place)
      place = base
    }
    if starts.count > Self.mostStarts { starts = [:] }
    for delta in passed { starts[delta] = place }
    return place
  }
}

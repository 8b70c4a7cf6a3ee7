import Foundation
import GitStore
import SourceText
import Synchronization
import Testing

/// What is said of blobs in packs without reading them, against what Git reads.
@Suite struct PackedSearchTests {
  private let words = ["registrySources", "mirrors:", "BEGIN CERTIFICATE"]
  /// Parts of the words, of which edits make whole ones across what was there before.
  private let parts = ["registry", "Sources", "registryS", "ources", "mirr", "ors:", "mirrors", ":", "BEGIN ", "CERTIFICATE"]

  private func edited(_ text: String, _ random: inout some RandomNumberGenerator) -> String {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes.insert(contentsOf: Array(parts.randomElement(using: &random)!.utf8), at: place)
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...600, using: &random)))
      case 2:
        // A part is put at the end of another one, or taken away from between.
        let part = Array(parts.randomElement(using: &random)!.utf8)
        guard let found = text.range(of: parts.randomElement(using: &random)!) else { continue }
        let offset = min(bytes.count, text.utf8.distance(from: text.startIndex, to: found.upperBound))
        bytes.insert(contentsOf: part, at: offset)
      case 3: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
      case 4:
        let piece = Array(bytes[place..<min(bytes.count, place + 3000)])
        bytes.insert(contentsOf: piece, at: Int.random(in: 0..<bytes.count, using: &random))
      default: bytes.insert(contentsOf: Array("line \(place)\n".utf8), at: place)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(arguments: [(1, "true"), (2, "false"), (3, "true")] as [(UInt64, String)])
  func nothingIsSaidToBeWithoutWordsThatHasOne(seed: UInt64, offsets: String) throws {
    var random = SeededGenerator(seed)
    let box = try Sandbox()
    try box.makeRepository(files: ["small.yaml": "nothing"])
    // The last is short, and moved as a whole.
    var texts = (0..<5).map { file in
      (0..<(file == 4 ? 150 : 1500)).map { line in
        "file \(file) line \(line): \(line % 40 == 0 ? parts.randomElement(using: &random)! : "-") \(UInt64.random(in: 0...(.max), using: &random))\n"
      }.joined()
    }
    for version in 0..<75 {
      let file = version % texts.count
      var text = edited(texts[file], &random)
      // In so many pieces that it is copied into one.
      if version % 13 == 12 { text = text.replacing("3: -", with: "3: changed") }
      // Most versions go on from one without words, as catalogues do; some of those with words have descendants.
      if !words.contains(where: text.contains) || version % 9 == 0 { texts[file] = text }
      try box.write("repo/\(file).yaml", text)
      if version == 30 { try box.write("repo/binary.yaml", text + "\0") }
      try box.git("add", "-A")
      try box.git("commit", "-qm", "\(version)", "--allow-empty")
    }
    try box.git("-c", "repack.useDeltaBaseOffset=\(offsets)", "repack", "-adfq", "--depth=50")
    let deltas = try box.git("verify-pack", "-v", try pack(box)).split(separator: "\n").filter { $0.split(separator: " ").count == 7 }
    #expect(deltas.count > 30)
    // One that is not in the pack.
    try box.write("repo/loose.yaml", texts[0] + "loose")
    try box.git("add", "-A")

    let repository = try #require(try GitRepository.find(environment: box.environment()))
    let search = PackedSearch(repository, words: ByteSearch(words), limit: 1 << 20)
    let reader = ObjectReader(repository)
    let ids = try box.git("cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname) %(objectsize)")
    var without = 0
    var known = 0
    for line in ids.split(separator: "\n").shuffled(using: &random) where line.hasPrefix("blob") {
      let id = try #require(ObjectID(hex: line.split(separator: " ")[1].utf8))
      let bytes = try? reader.blob(id, limit: 1 << 20)
      let hasWord = bytes.map { ByteSearch(words).matchesAny($0) } ?? true
      // Where nothing was known of a path it is looked up less: each has one of its own.
      let path = RepositoryPath(id.hex)
      let answer = search.isWithoutWords(id, at: path)
      #expect(!(answer && hasWord), "\(id)")
      #expect(search.isWithoutWords(id, at: path) == answer)
      #expect(search.isWithoutWordsUnlessBusy(id, at: path) == answer)
      if search.isWithoutWords(id, at: RepositoryPath("a.yaml")) { #expect(answer) }
      if !hasWord { without += 1 }
      if answer { known += 1 }
    }
    #expect(known > without / 3 && known > 5, "\(known) of \(without)")
    // Several at once, each in an order of its own, are told the same.
    let blobs = try ids.split(separator: "\n").filter { $0.hasPrefix("blob") }.map { line in
      try #require(ObjectID(hex: line.split(separator: " ")[1].utf8))
    }
    let expected = blobs.map { search.isWithoutWords($0, at: RepositoryPath($0.hex)) }
    let shared = PackedSearch(repository, words: ByteSearch(words), limit: 1 << 20)
    let orders = (0..<4).map { _ in blobs.indices.shuffled(using: &random) }
    let wrong = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: orders.count) { number in
      for index in orders[number] {
        let path = RepositoryPath(blobs[index].hex)
        let answer =
          number % 2 == 0
          ? shared.isWithoutWords(blobs[index], at: path)
          : shared.isWithoutWordsUnlessBusy(blobs[index], at: path) ?? expected[index]
        if answer != expected[index] { wrong.withLock { $0 += 1 } }
      }
    }
    #expect(wrong.withLock { $0 } == 0)
    // Of large blobs nothing is said, nor of those that are not here.
    let narrow = PackedSearch(repository, words: ByteSearch(words), limit: 20 << 10)
    let none = try #require(ObjectID(hex: String(repeating: "0", count: 40).utf8))
    #expect(!search.isWithoutWords(none, at: RepositoryPath("a.yaml")))
    for line in ids.split(separator: "\n") where line.hasPrefix("blob") {
      let fields = line.split(separator: " ")
      let id = try #require(ObjectID(hex: fields[1].utf8))
      let size = try #require(Int(fields[2]))
      if size > 20 << 10 { #expect(!narrow.isWithoutWords(id, at: RepositoryPath("a.yaml"))) }
    }
  }

  /// A delta whose seam alone makes the word: the bytes before it and behind it were there.
  @Test func aSeamCanMakeAWord() throws {
    let box = try Sandbox()
    let filler = (0..<4000).map { "filler \($0 &* 2_654_435_761 % 1_000_003)\n" }.joined()
    try box.makeRepository(files: ["a.yaml": filler + "registry-then-Sources\n" + filler.uppercased()])
    try box.write("repo/a.yaml", filler + "registrySources\n" + filler.uppercased())
    try box.git("commit", "-qam", "join")
    try box.write("repo/a.yaml", filler + "registry-then-Sources\n" + filler.uppercased() + "more\n")
    try box.git("commit", "-qam", "more")
    try box.git("repack", "-adfq")
    let repository = try #require(try GitRepository.find(environment: box.environment()))
    let search = PackedSearch(repository, words: ByteSearch(words), limit: 1 << 20)
    let answers = try ["HEAD~2", "HEAD~1", "HEAD"].map { revision in
      search.isWithoutWords(
        try #require(ObjectID(hex: try box.git("rev-parse", "\(revision):a.yaml").utf8)), at: RepositoryPath("a.yaml"))
    }
    #expect(answers == [true, false, true])
  }

  @Test func brokenPacksTellNothing() throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": (0..<9000).map { "\($0)\n" }.joined()])
    try box.git("repack", "-adfq")
    let id = try #require(ObjectID(hex: try box.git("rev-parse", "HEAD:a.yaml").utf8))
    let repository = try #require(try GitRepository.find(environment: box.environment()))
    func answer() -> Bool { PackedSearch(repository, words: ByteSearch(words), limit: 1 << 20).isWithoutWords(id, at: RepositoryPath("a.yaml")) }
    #expect(answer())
    let index = URL(filePath: box.path("repo/\(try pack(box))"))
    let pack = index.deletingPathExtension().appendingPathExtension("pack")
    for file in [index, pack] {
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
      let whole = try Data(contentsOf: file)
      for length in [0, 8, 1000, whole.count / 2] where length < whole.count {
        try whole.prefix(length).write(to: file)
        #expect(!answer())
      }
      try whole.write(to: file)
    }
    #expect(answer())
  }

  private func pack(_ box: Sandbox) throws -> String {
    let folder = ".git/objects/pack"
    let names = try FileManager.default.contentsOfDirectory(atPath: box.path("repo/\(folder)"))
    return "\(folder)/\(try #require(names.first { $0.hasSuffix(".idx") }))"
  }
}

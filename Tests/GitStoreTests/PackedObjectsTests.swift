import Foundation
import GitStore
import SourceText
import Testing

/// Blobs as they are read out of packs, against what Git reads.
@Suite struct PackedObjectsTests {
  /// A repository whose files were edited often, in one pack.
  private func makeRepository(_ random: inout SeededGenerator, versions: Int, offsets: Bool) throws -> Sandbox {
    let box = try Sandbox()
    try box.makeRepository(files: ["empty.yaml": "", "one.yaml": "x"])
    var texts = (0..<3).map { file in
      (0..<400).map { "file \(file) line \($0): \(UInt32.random(in: 0...(.max), using: &random))\n" }
    }
    for version in 0..<versions {
      let file = version % texts.count
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let line = Int.random(in: 0..<texts[file].count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: texts[file].insert("new in \(version)\n", at: line)
        case 1: texts[file].removeSubrange(line..<min(texts[file].count, line + 5))
        default: texts[file][line] += "changed in \(version)\n"
        }
      }
      try box.write("repo/folder/\(file).yaml", texts[file].joined())
      try box.git("add", "-A")
      try box.git("commit", "-qm", "\(version)")
    }
    try box.git("-c", "repack.useDeltaBaseOffset=\(offsets)", "repack", "-adfq", "--depth=40")
    return box
  }

  private func blobs(_ box: Sandbox) throws -> [(id: ObjectID, size: Int)] {
    let format = "--batch-check=%(objecttype) %(objectname) %(objectsize)"
    return try box.git("cat-file", "--batch-all-objects", format).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words[0] == "blob", let id = ObjectID(hex: words[1].utf8), let size = Int(words[2]) else { return nil }
      return (id, size)
    }
  }

  /// Without the line ends around it, as the sandbox gives what git prints.
  private func text(of id: ObjectID, _ reader: ObjectReader) throws -> String {
    String(decoding: try reader.blob(id, limit: 1 << 20), as: UTF8.self).trimmingCharacters(in: .newlines)
  }

  @Test(arguments: [(11, true), (12, false)] as [(UInt64, Bool)])
  func everyVersionIsReadAsGitReadsIt(seed: UInt64, offsets: Bool) throws {
    var random = SeededGenerator(seed)
    let box = try makeRepository(&random, versions: 60, offsets: offsets)
    try box.write("repo/loose.yaml", "not in the pack")
    try box.git("add", "-A")
    let repository = try #require(try GitRepository.find(environment: box.environment()))
    let reader = ObjectReader(repository)
    let all = try blobs(box)
    #expect(all.count > 60)
    for (id, size) in (all + all).shuffled(using: &random) {
      let isSame = try text(of: id, reader) == box.git("cat-file", "blob", id.hex)
      #expect(isSame, "\(id)")
      if size == 0 { continue }
      #expect(throws: UnreadableReason.tooLarge(size: size, limit: size - 1)) {
        _ = try reader.blob(id, limit: size - 1)
      }
      #expect(throws: Never.self) { _ = try reader.blob(id, limit: size) }
    }
  }

  @Test func thePackThatComesLaterIsRead() throws {
    var random = SeededGenerator(13)
    let box = try makeRepository(&random, versions: 4, offsets: true)
    let repository = try #require(try GitRepository.find(environment: box.environment()))
    let reader = ObjectReader(repository)
    let first = try #require(try blobs(box).first { $0.size > 100 })
    let before = try reader.blob(first.id, limit: 1 << 20)
    try box.write("repo/later.yaml", "later")
    try box.git("add", "-A")
    try box.git("commit", "-qm", "later")
    try box.git("repack", "-adq")
    for (id, _) in try blobs(box) {
      let isSame = try text(of: id, reader) == box.git("cat-file", "blob", id.hex)
      #expect(isSame, "\(id)")
    }
    #expect(try reader.blob(first.id, limit: 1 << 20) == before)
  }

  /// Broken bytes in a pack are an error or do not matter; no version is read as another text without notice.
  @Test(arguments: [21, 22, 23] as [UInt64])
  func whatIsBrokenIsNotReadSilently(seed: UInt64) throws {
    var random = SeededGenerator(seed)
    let box = try makeRepository(&random, versions: 12, offsets: true)
    let all = try blobs(box)
    let texts = try all.map { try box.git("cat-file", "blob", $0.id.hex) }
    let folder = box.root.appending(path: "repo/.git/objects/pack")
    let name = try #require(FileManager.default.contentsOfDirectory(atPath: folder.path).first { $0.hasSuffix(".pack") })
    let pack = folder.appending(path: name)
    let whole = try Data(contentsOf: pack)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: pack.path)
    var failures = 0
    for round in 0..<40 {
      var bytes = whole
      if round % 4 == 3 {
        bytes = bytes.prefix(Int.random(in: 12..<bytes.count, using: &random))
      } else {
        for _ in 0..<4 { bytes[Int.random(in: 12..<bytes.count - 20, using: &random)] ^= UInt8.random(in: 1...255, using: &random) }
      }
      try bytes.write(to: pack)
      let repository = try #require(try GitRepository.find(environment: box.environment()))
      let reader = ObjectReader(repository)
      for ((id, _), text) in zip(all, texts) {
        do {
          let isSame = try self.text(of: id, reader) == text
          #expect(isSame, "\(id) in round \(round)")
        } catch {
          failures += 1
        }
      }
    }
    #expect(failures > 0)
  }
}

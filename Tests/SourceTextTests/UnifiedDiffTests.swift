import Foundation
import SourceText
import Testing

@Suite struct UnifiedDiffTests {
  private func diff(_ old: String, _ new: String, context: Int = 3) -> String {
    String(
      decoding: UnifiedDiff.render(
        old: Array(old.utf8), new: Array(new.utf8), oldPath: RepositoryPath("a.yaml"), newPath: RepositoryPath("a.yaml"),
        context: context), as: UTF8.self)
  }

  @Test func theUsualShape() {
    #expect(
      diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n") == """
        diff --git a/a.yaml b/a.yaml
        --- a/a.yaml
        +++ b/a.yaml
        @@ -2,7 +2,7 @@
         2
         3
         4
        -5
        +five
         6
         7
         8

        """)
    #expect(diff("a\n", "a\n").isEmpty)
    #expect(diff("a\n", "a").hasSuffix("@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n"))
    #expect(diff("", "a\n").hasSuffix("@@ -0,0 +1 @@\n+a\n"))
    #expect(diff("a\nb\nc\n", "a\nc\n", context: 0).hasSuffix("@@ -2 +1,0 @@\n-b\n"))
  }

  @Test func nearChangesShareAHunkAndFarOnesDoNot() {
    let old = (1...30).map { "\($0)\n" }
    func hunks(_ changed: [Int]) -> Int {
      let new = old.enumerated().map { changed.contains($0.offset + 1) ? "x\($0.offset)\n" : $0.element }
      return diff(old.joined(), new.joined()).split(separator: "\n").count { $0.hasPrefix("@@") }
    }
    #expect(hunks([5, 11]) == 1)
    #expect(hunks([5, 13]) == 2)
  }

  /// Git itself is the judge: the patch applied to the old bytes gives the new bytes.
  @Test func gitAppliesIt() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "registrylint-diff-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var random = SeededGenerator(state: 7)
    var patch: [UInt8] = []
    var expected: [(URL, [UInt8])] = []
    let oddNames = ["plain.yaml", "with space.yaml", "quote\"d.yaml", "tab\there", "ü/日本.yaml", "back\\slash", "a b/c\n"]
    for number in 0..<120 {
      let name = number < oddNames.count ? oddNames[number] : "case-\(number)/f.yaml"
      var old: [UInt8] = []
      for _ in 0..<Int.random(in: 1...40, using: &random) {
        old += Array("line \(Int.random(in: 0...25, using: &random))".utf8)
        old += Bool.random(using: &random) ? [0x0D, 0x0A] : [0x0A]
      }
      if number % 3 == 0 { old.removeLast() }
      if number % 7 == 0 { old += [0xFF, 0xFE, 0x0A] }
      var new = old
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        var lines = new.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        let place = Int.random(in: 0..<lines.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: lines.insert(Array("new \(number)".utf8), at: place)
        case 1: if lines.count > 1 { lines.remove(at: place) }
        case 2: lines.shuffle(using: &random)
        default: lines[place] = Array("changed".utf8)
        }
        new = Array(lines.joined(separator: [0x0A]))
      }
      if old == new { new += Array("tail".utf8) }
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(old).write(to: file)
      let path = RepositoryPath(name)
      patch += UnifiedDiff.render(old: old, new: new, oldPath: path, newPath: path, context: number % 4)
      expected.append((file, new))
    }
    // A file that comes, one that goes, one that is renamed.
    try Data("gone\n".utf8).write(to: folder.appending(path: "gone"))
    try Data("x\ny\n".utf8).write(to: folder.appending(path: "from"))
    patch += UnifiedDiff.render(old: [], new: Array("come".utf8), oldPath: nil, newPath: RepositoryPath("come"))
    patch += UnifiedDiff.render(old: Array("gone\n".utf8), new: [], oldPath: RepositoryPath("gone"), newPath: nil)
    patch += UnifiedDiff.render(
      old: Array("x\ny\n".utf8), new: Array("x\nz\n".utf8), oldPath: RepositoryPath("from"), newPath: RepositoryPath("to t"))
    expected.append((folder.appending(path: "come"), Array("come".utf8)))
    expected.append((folder.appending(path: "to t"), Array("x\nz\n".utf8)))

    let patchFile = folder.appending(path: "the.patch")
    try Data(patch).write(to: patchFile)
    let git = Process()
    git.executableURL = URL(filePath: "/usr/bin/env")
    git.arguments = ["git", "apply", "--unidiff-zero", "--whitespace=nowarn", patchFile.path]
    git.currentDirectoryURL = folder
    // A repository around the temporary folder would change what paths mean.
    git.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
      .merging(["GIT_CEILING_DIRECTORIES": folder.deletingLastPathComponent().path]) { $1 }
    let errors = Pipe()
    git.standardError = errors
    try git.run()
    let message = errors.fileHandleForReading.readDataToEndOfFile()
    git.waitUntilExit()
    try #require(git.terminationStatus == 0, "\(String(decoding: message, as: UTF8.self))")
    for (file, bytes) in expected { #expect([UInt8](try Data(contentsOf: file)) == bytes, "\(file.path)") }
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "gone").path))
    #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "from").path))
  }

  @Test func aSortedListOfThirtyThousandLinesIsQuick() {
    var random = SeededGenerator(state: 1)
    let lines = (0..<10_000).flatMap { ["- source: quay.io/\($0)\n", "  mirrors:\n", "  - m.example.com/\($0)\n"] }
    let blocks = stride(from: 0, to: lines.count, by: 3).map { Array(lines[$0..<($0 + 3)]) }
    let old = blocks.shuffled(using: &random).joined().joined()
    let new = lines.joined()
    let clock = ContinuousClock()
    let time = clock.measure { #expect(!diff(old, new).isEmpty) }
    #expect(time < .seconds(10))
  }

  /// The same numbers on every run and platform (SplitMix64).
  struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}

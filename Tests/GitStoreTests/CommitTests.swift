import Foundation
import GitStore
import Testing

/// Commits as they are read from their objects, against what git prints of them.
@Suite struct CommitTests {
  private func commits(_ box: Sandbox, to revision: String = "HEAD") throws -> [Commit] {
    let repository = try #require(try GitRepository.find(environment: box.environment()))
    return try repository.commits(in: RevisionRange(base: nil, tip: try repository.resolve(revision)))
  }

  /// What git prints of the commits, by their names.
  private func printed(_ box: Sandbox) throws -> [String: String] {
    let format = "--format=%H|%T|%P|%an|%ae|%ad|%s%x00"
    let text = try box.git("log", "--no-show-signature", "--date=raw", format, "HEAD")
    return Dictionary(
      uniqueKeysWithValues: text.split(separator: "\0").map { entry in
        let line = entry.drop { $0 == "\n" }
        return (String(line.prefix(40)), String(line))
      })
  }

  private func line(_ commit: Commit) -> String {
    func raw(_ date: CommitDate) -> String {
      let minutes = abs(date.offsetMinutes)
      let zone = String(format: "%04d", minutes / 60 * 100 + minutes % 60)
      return "\(date.secondsSince1970) \(date.offsetMinutes < 0 ? "-" : "+")\(zone)"
    }
    return [
      commit.id.hex, commit.tree.hex, commit.parents.map(\.hex).joined(separator: " "), commit.authorName,
      commit.authorEmail, raw(commit.authored), commit.subject,
    ].joined(separator: "|")
  }

  @Test(arguments: ["ISO-8859-1", "latin1", "ISO-8859-15", "Windows-1252", "utf-8"])
  func commitsInOtherEncodingsAreReadAsGitPrintsThem(encoding: String) throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a"])
    let tree = try box.git("rev-parse", "HEAD^{tree}")
    let head = "tree \(tree)\nauthor "
    let dates = "1767323045 +0100\ncommitter C <c@example.com> 1767323046 +0100\nencoding \(encoding)\n\n"
    let letters: [UInt8] =
      switch encoding {
      case "utf-8": Array("Zoë€".utf8)
      case "Windows-1252": [0x5A, 0x6F, 0xEB, 0x80, 0x93, 0x9F]
      default: [0x5A, 0x6F, 0xEB, 0xA4, 0xA6, 0xBC, 0xFF]
      }
    let commit = Array(head.utf8) + letters + Array(" <z@example.com> \(dates)".utf8) + letters + [0x0A]
    try Data(commit).write(to: box.root.appending(path: "repo/commit"))
    try box.git("update-ref", "HEAD", try box.git("hash-object", "-t", "commit", "-w", "commit"))
    let expected = try printed(box)
    let found = try #require(try commits(box).last)
    #expect(line(found) == expected[found.id.hex])
    #expect(!found.subject.unicodeScalars.contains("\u{FFFD}"))
  }

  /// Packs in which commits lie in one stretch, in several, as deltas, and among tags.
  @Test(arguments: [false, true]) func anotherThreadChangesNothing(inOnePack: Bool) throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a"])
    let tree = try box.git("rev-parse", "HEAD^{tree}")
    var random = SeededGenerator(11)
    var ids = [try box.git("rev-parse", "HEAD")]
    for number in 0..<400 {
      let parents = Set([ids.last ?? "", number % 7 == 3 ? ids.randomElement(using: &random) ?? "" : ids.last ?? ""])
      let subject = "commit \(number)" + String(repeating: " \(number)", count: number % 50)
      ids.append(
        try box.git(["commit-tree", tree] + parents.sorted().flatMap { ["-p", $0] } + ["-m", subject]))
      if number % 40 == 20 { try box.git("tag", "-a", "-m", "tag", "t\(number)", ids[ids.count - 1]) }
      if number % 130 == 129, !inOnePack {
        try box.git("update-ref", "HEAD", ids[ids.count - 1])
        try box.git("repack", "-dq")
      }
    }
    try box.git("update-ref", "HEAD", ids[ids.count - 1])
    try box.git("repack", inOnePack ? "-adfq" : "-dq", "--depth=20")
    let repository = try #require(try GitRepository.find(environment: box.environment()))
    let range = RevisionRange(base: nil, tip: try repository.resolve("HEAD"))
    let alone = try repository.commits(in: range)
    for _ in 0..<5 { #expect(try repository.commits(in: range, workers: 2) == alone) }
    #expect(alone.count == Int(try box.git("rev-list", "--count", "HEAD")))
  }

  @Test(arguments: [false, true]) func oddCommitsAreReadAsGitPrintsThem(packed: Bool) throws {
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a"])
    let messages = [
      "one line", "two\nlines\n\nand a body", "\n\n  leading blank lines\n\nbody", "trailing blanks   \nof a line \n\nx",
      " leading blank", "Ünïcödé — ✓\n", "crlf\r\n\r\nbody\r\n", "with\ttab", "gpgsig is no header here\n\ntree 1234",
    ]
    for (number, message) in messages.enumerated() {
      let zone = ["+0000", "+0530", "-0830", "+1400"][number % 4]
      try box.write("repo/message", message)
      let tree = try box.git("rev-parse", "HEAD^{tree}")
      let id = try box.git(
        "commit-tree", tree, "-p", "HEAD", "-F", "message",
        variables: [
          "GIT_AUTHOR_NAME": number == 3 ? "Zoë O'Hara (ops)" : "N \(number)", "GIT_AUTHOR_EMAIL": "n\(number)@example.com",
          "GIT_AUTHOR_DATE": "176732\(number)045 \(zone)", "GIT_COMMITTER_DATE": "176732\(number)945 -0100",
        ])
      try box.git("update-ref", "HEAD", id)
    }
    // A signature stands between the committer and the message, over several lines.
    let tree = try box.git("rev-parse", "HEAD^{tree}")
    let parent = try box.git("rev-parse", "HEAD")
    try box.write(
      "repo/signed",
      """
      tree \(tree)
      parent \(parent)
      author A <a@example.com> 1767323045 +0100
      committer C <c@example.com> 1767323046 +0100
      gpgsig -----BEGIN SSH SIGNATURE-----
       U1NIU0lH
      \u{20}
       -----END SSH SIGNATURE-----

      signed

      body
      """)
    try box.git("update-ref", "HEAD", try box.git("hash-object", "-t", "commit", "-w", "signed"))
    if packed { try box.git("repack", "-adfq") }
    let expected = try printed(box)
    let found = try commits(box)
    #expect(found.count == messages.count + 2)
    for commit in found { #expect(line(commit) == expected[commit.id.hex]) }
  }

  @Test func parentsComeBeforeChildrenAndEachCommitOnce() throws {
    var random = SeededGenerator(5)
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a"])
    let tree = try box.git("rev-parse", "HEAD^{tree}")
    var known = [try box.git("rev-parse", "HEAD")]
    for number in 0..<60 {
      // Two roots, merges of two and three, and branches that begin anywhere.
      let count = number == 20 ? 0 : Int.random(in: 1...3, using: &random)
      var parents: [String] = []
      for _ in 0..<count {
        let parent = known[max(0, known.count - Int.random(in: 1...8, using: &random))]
        if !parents.contains(parent) { parents.append(parent) }
      }
      known.append(try box.git(["commit-tree", tree, "-m", "\(number)"] + parents.flatMap { ["-p", $0] }))
    }
    let tip = try box.git(["commit-tree", tree, "-m", "tip"] + known.suffix(20).flatMap { ["-p", $0] })
    try box.git("update-ref", "HEAD", tip)
    try box.git("repack", "-adq")
    let found = try commits(box)
    let all = try box.git("rev-list", "HEAD").split(separator: "\n").map(String.init)
    #expect(Set(found.map(\.id.hex)) == Set(all) && found.count == all.count)
    var seen: Set<ObjectID> = []
    for commit in found {
      #expect(commit.parents.allSatisfy(seen.contains))
      seen.insert(commit.id)
    }
    let expected = try printed(box)
    for commit in found { #expect(line(commit) == expected[commit.id.hex]) }
  }
}

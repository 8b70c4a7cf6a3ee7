import Foundation
import GitStore
import SourceText
import Testing

/// Histories as `git log` and `git diff-tree` tell them, through libgit2 and through the git command.
@Suite struct HistoryTests {
  private func makeHistory(_ format: String) throws -> Sandbox {
    let box = try Sandbox()
    try FileManager.default.createDirectory(atPath: box.path("repo"), withIntermediateDirectories: true)
    try box.git("init", "-q", "--object-format=\(format)")
    try box.makeRepository(files: ["a.yaml": "a", "dir/b.yaml": "b", "dir/sub/c.yaml": "c", "dir.yaml": "x", "z": "z"])
    func commit(_ message: String, _ script: String) throws {
      try box.run("sh", ["-ec", script], "repo")
      try box.git("add", "-A")
      try box.git("commit", "-q", "--allow-empty", "--allow-empty-message", "-m", message)
    }
    try commit("modify\nsecond line\n\nbody", "echo 2 > a.yaml")
    try commit("a folder becomes a file", "rm -r dir && echo file > dir")
    try commit("", "echo x > x")
    try commit("and back", "rm dir && mkdir -p dir/sub && echo b > dir/b.yaml && echo c > dir/sub/c.yaml")
    try commit("modes and links", "chmod +x a.yaml && rm z && ln -s a.yaml z")
    try box.git("checkout", "-q", "-b", "side", "HEAD~2")
    try commit("side", "mkdir -p only/here && echo s > only/here/s.yaml")
    try box.git("checkout", "-q", "main")
    try box.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    try commit("delete", "git rm -qr dir")
    return box
  }

  @Test(arguments: ["sha1", "sha256"])
  func commitsAndChangesAreThoseOfGit(_ format: String) throws {
    let box = try makeHistory(format)
    let repository = try #require(try GitRepository.find(environment: box.environment()))
    let range = RevisionRange(base: nil, tip: try repository.resolve("HEAD"))
    let commits = try repository.commits(in: range)
    #expect(commits.count == 9)
    let expected = try box.git("log", "--format=%H %T %P %aI %s", "--no-decorate")
    let found = commits.map { commit in
      ([commit.id.hex, commit.tree.hex] + commit.parents.map(\.hex)).joined(separator: " ")
        + " \(commit.authored.rfc3339) \(commit.subject)"
    }
    // Git shows UTC as `+00:00` or `Z`, depending on its version.
    func normalized(_ lines: [String]) -> [String] {
      lines.map { line in
        line.replacing("+00:00", with: "Z").replacing("  ", with: " ").trimmingCharacters(in: .whitespaces)
      }.sorted()
    }
    #expect(normalized(found) == normalized(expected.split(separator: "\n").map(String.init)))
    // Parents before children.
    var seen: Set<ObjectID> = []
    for commit in commits {
      #expect(commit.parents.allSatisfy(seen.contains))
      seen.insert(commit.id)
    }

    let reader = ObjectReader(repository)
    var previous: ObjectID?
    for commit in commits {
      for old in [previous, nil] {
        let changes = try reader.changes(from: old, to: commit.tree).map { change in
          "\(change.old?.objectID.hex ?? "-") \(change.new?.objectID.hex ?? "-") \(change.path)"
        }
        let empty = try box.git("hash-object", "-t", "tree", "-w", "/dev/null")
        let raw = try box.git(
          "diff-tree", "-r", "--no-renames", "--raw", "--no-abbrev", old?.hex ?? empty, commit.tree.hex)
        let lines = raw.split(separator: "\n").map { line -> String in
          let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
          let ids = words[2...3].map { $0.allSatisfy { $0 == "0" } ? "-" : $0 }
          return "\(ids[0]) \(ids[1]) \(words[5])"
        }
        #expect(changes == lines)
      }
      previous = commit.tree
    }
    let a = try #require(try reader.changes(from: nil, to: commits.last?.tree).first)
    #expect(a.path.text == "a.yaml" && a.new?.mode == .executable)
    #expect(try reader.blob(#require(a.new).objectID, limit: 10) == Array("2\n".utf8))
    #expect(throws: UnreadableReason.tooLarge(size: 2, limit: 1)) {
      try reader.blob(#require(a.new).objectID, limit: 1)
    }
  }

  @Test(arguments: ["sha1", "sha256"])
  func rangesMeanWhatGitMeans(_ format: String) throws {
    let box = try makeHistory(format)
    let repository = try #require(try GitRepository.find(environment: box.environment()))
    for text in ["HEAD~3..HEAD", "side..main", "main..side", "HEAD~2..", "v..HEAD"] {
      if text == "v..HEAD" { try box.git("tag", "-am", "v", "v", "HEAD~1") }
      let range = try repository.range(text)
      let count = try box.git("rev-list", "--count", text)
      #expect(try repository.commits(in: range).count == Int(count), "\(text)")
    }
    let symmetric = try repository.range("main...side")
    #expect(try symmetric.base?.commit?.hex == box.git("merge-base", "main", "side"))
    #expect(try repository.range("side").base?.commit?.hex == box.git("rev-parse", "side^"))
    let root = try box.git("rev-list", "--max-parents=0", "HEAD")
    #expect(try repository.range(root).base == nil)
    for bad in ["nothing..HEAD", "HEAD^{tree}", "HEAD..nothing"] {
      #expect(throws: GitError.self) { try repository.range(bad) }
    }
    let files = try repository.files(of: try repository.resolve("HEAD"))
    #expect(files.exists(RepositoryPath("only/here/s.yaml")))
  }

  @Test func aShallowHistoryEndsWhereItWasCut() throws {
    let box = try makeHistory("sha1")
    try box.git("clone", "-q", "--depth=2", "file://\(box.path("repo"))", "shallow", in: ".")
    let repository = try #require(try GitRepository.find(environment: box.environment(in: "shallow")))
    let commits = try repository.commits(in: RevisionRange(base: nil, tip: try repository.resolve("HEAD")))
    #expect(try commits.count == Int(box.git("rev-list", "--count", "HEAD", in: "shallow")))
    #expect(commits.first?.parents == [])
    #expect(try repository.shallowBoundary() == [#require(commits.first).id])
    let end = try #require(commits.first).id.hex
    #expect(#expect(throws: GitError.self) { try repository.range(end) }?.code == .shallow)
    #expect(#expect(throws: GitError.self) { try repository.range("HEAD~5..HEAD") }?.code == .shallow)
    let error = #expect(throws: GitError.self) { try repository.resolve("HEAD~5") }
    #expect(error?.code == .unknownRevision)
  }

  @Test func datesAreWrittenInTheirZone() {
    for (seconds, offset, text) in [
      (0, 0, "1970-01-01T00:00:00Z"), (1_767_323_045, 60, "2026-01-02T04:04:05+01:00"),
      (951_782_400, -330, "2000-02-28T18:30:00-05:30"), (-1, 0, "1969-12-31T23:59:59Z"),
      (4_107_542_400, 0, "2100-03-01T00:00:00Z"), (1_709_164_800, 0, "2024-02-29T00:00:00Z"),
    ] {
      #expect(CommitDate(secondsSince1970: Int64(seconds), offsetMinutes: offset).rfc3339 == text)
    }
  }
}

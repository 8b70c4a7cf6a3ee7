import Foundation
import GitStore
import SourceText
import Testing

@Suite struct ContentsTests {
  @Test(arguments: [InputSelection.workingTree(), .index(), .revision("HEAD")])
  func linksAreFollowedInsideOfTheTreeOnly(_ selection: InputSelection) async throws {
    let box = try Sandbox()
    try box.write("secret.yaml", "secret")
    try box.makeRepository(files: ["base/k.yaml": "k", "base/deep/d.yaml": "d", "top.yaml": "top"])
    try FileManager.default.createDirectory(atPath: box.path("repo/prod"), withIntermediateDirectories: true)
    try box.link("repo/prod/base", to: "../base")
    try box.link("repo/prod/k.yaml", to: "./base/deep/../k.yaml")
    try box.link("repo/prod/out.yaml", to: "../../secret.yaml")
    try box.link("repo/prod/absolute.yaml", to: box.path("repo/top.yaml"))
    try box.link("repo/prod/up", to: "../..")
    try box.link("repo/prod/circle.yaml", to: "circle.yaml")
    try box.link("repo/prod/dangling.yaml", to: "nothing.yaml")
    try box.git("add", "-A")
    try box.git("commit", "-qm", "links")

    let tree = try box.open(selection)
    func read(_ path: String) throws -> String {
      String(decoding: try tree.contents(of: RepositoryPath(path), limit: 100).bytes, as: UTF8.self)
    }
    #expect(try read("prod/base/k.yaml") == "k")
    #expect(try read("prod/base/deep/d.yaml") == "d")
    #expect(try read("prod/k.yaml") == "k")
    #expect(try read("./prod/../top.yaml") == "top")
    #expect(try tree.contents(of: RepositoryPath("prod/k.yaml"), limit: 9).path.text == "base/k.yaml")
    for (path, target) in [
      ("prod/out.yaml", "../../secret.yaml"), ("prod/absolute.yaml", box.path("repo/top.yaml")),
      ("prod/up/secret.yaml", "../.."), ("prod/circle.yaml", "circle.yaml"), ("prod/dangling.yaml", "nothing.yaml"),
    ] {
      #expect(throws: UnreadableReason.symbolicLink(target: Array(target.utf8)), "\(path)") { try read(path) }
    }
    #expect(throws: UnreadableReason.absent) { try read(".git/config") }
    #expect(throws: UnreadableReason.folder) { try read("prod/base") }
    #expect(throws: UnreadableReason.absent) { try read("top.yaml/x") }

    #expect(tree.kind(of: RepositoryPath("prod/base")) == .folder)
    #expect(tree.kind(of: RepositoryPath("prod/base/deep/d.yaml")) == .file)
    #expect(!tree.exists(RepositoryPath("prod/out.yaml")))
    let top = tree.list(RepositoryPath(""))
    #expect(top.map { String(decoding: $0.name, as: UTF8.self) } == ["base", "prod", "top.yaml"])
    let prod = tree.list(RepositoryPath("prod/base"))
    #expect(prod.map { String(decoding: $0.name, as: UTF8.self) } == ["deep", "k.yaml"])
    #expect(prod.map(\.kind) == [.folder, .file])
    let (files, skipped) = try await tree.read()
    #expect(files.keys.sorted() == ["base/deep/d.yaml", "base/k.yaml", "top.yaml"])
    #expect(skipped.count == 4)
  }

  @Test func credentialsAreStrippedFromURLs() throws {
    for (url, expected) in [
      ("https://user:token@github.com/o/r.git", "https://github.com/o/r.git"),
      ("https://x@y@host:8443/p?private_token=1#f", "https://host:8443/p"),
      ("git@github.com:o/r.git", "git@github.com:o/r.git"), ("/srv/repo", "/srv/repo"),
      ("https://token@host", "https://host"),
    ] {
      #expect(urlWithoutCredentials(url) == expected)
    }
    let box = try Sandbox()
    try box.makeRepository(files: ["a.yaml": "a"])
    #expect(try GitRepository.find(environment: box.environment())?.remoteURL() == nil)
    try box.git("remote", "add", "upstream", "https://u:p@example.com/r.git")
    let repository = try #require(try GitRepository.find(environment: box.environment()))
    #expect(try repository.remoteURL() == "https://example.com/r.git")
    #expect(try repository.head().commit?.hex == box.git("rev-parse", "HEAD"))
    #expect(try repository.resolve("HEAD").tree.hex == box.git("rev-parse", "HEAD^{tree}"))
  }

  @Test func byteSearchFindsWords() {
    let search = ByteSearch(["kind: Image", "ImageContentSourcePolicy"])
    #expect(search.matchesAny(Array("a\nkind: Image\n".utf8)))
    #expect(!search.matchesAny(Array("kind: Imag".utf8)))
    #expect(!search.matchesAny([]))
    #expect(!Array("kind: Image".utf8).withUnsafeBytes { search.matchesAll($0) })
  }

  /// The skipping search against the plain one, on texts that hold parts of the words everywhere.
  @Test func byteSearchAgreesWithMemmem() {
    let words = ["ImagePolicy", "ImageContentPolicy", "policy-image-content", "registrySources", "BEGIN CERTIFICATE"]
    var random = SystemRandomNumberGenerator()
    for count in 1...words.count {
      let needles = words.prefix(count).map { Array($0.utf8) }
      let search = ByteSearch(needles)
      for _ in 0..<2_000 {
        var text: [UInt8] = []
        while text.count < 60 {
          let word = Array((words.randomElement(using: &random) ?? "").utf8)
          let start = Int.random(in: 0..<word.count, using: &random)
          text += word[start..<Int.random(in: start...word.count, using: &random)]
        }
        let expected = text.withUnsafeBytes { text in
          needles.contains { ByteSearch.firstOffset(of: $0, in: text) != nil }
        }
        #expect(search.matchesAny(text) == expected, "\(String(decoding: text, as: UTF8.self))")
      }
    }
    #expect(ByteSearch(["a"]).matchesAny(Array("cba".utf8)))
    #expect(!ByteSearch([String]()).matchesAny(Array("cba".utf8)))
  }

  @Test func scansGiveTheSameForEveryNumberOfWorkers() async throws {
    let box = try Sandbox()
    var files: [String: String] = [:]
    for number in 0..<500 { files["d\(number % 37)/f\(number).yaml"] = "n: \(number)" }
    try box.makeRepository(files: files)
    for selection in [InputSelection.workingTree(), .index(), .revision("HEAD")] {
      let tree = try box.open(selection)
      for workers in [1, 2, 7] { #expect(try await tree.read(workers: workers).0 == files) }
    }
  }
}

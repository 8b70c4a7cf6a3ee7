import Foundation
import SourceText
import Testing

@testable import GitStore

@Suite struct IndexListingTests {
  /// Every version of the format, with long and short names, executables, links, unmerged paths and `add -N`.
  @Test(arguments: [2, 3, 4])
  func readsWhatGitLists(version: Int) throws {
    let box = try Sandbox()
    var files: [String: String] = [:]
    for number in 0..<300 {
      files["teams/\(number % 7)/\(String(repeating: "n", count: number % 19))\(number).yaml"] = "\(number)"
    }
    try box.makeRepository(files: files)
    let blob = try box.git("hash-object", "-w", "teams/1/n1.yaml")
    // The flags have no room for the length of a name over 4095 bytes.
    let long = "long/" + String(repeating: "component/", count: 450) + "x"
    for entry in ["100755,\(blob),bin/run.yaml", "120000,\(blob),link.yaml", "100644,\(blob),\(long)"] {
      try box.git("update-index", "--add", "--cacheinfo", entry)
    }
    try box.git("update-index", "--skip-worktree", "teams/2/nn2.yaml")
    try box.git("update-index", "--index-version", "\(version)")
    if version == 3 {
      try box.write("repo/intended.yaml", "intended")
      try box.git("add", "-N", "intended.yaml")
    }
    let file = HostPath(box.path("repo/.git/index"))
    let found = try #require(try IndexListing.entries(of: file))
    let modes: [FileMode: String] = [
      .regular: "100644", .executable: "100755", .symbolicLink: "120000", .submodule: "160000",
    ]
    let listed = try box.git("ls-files", "--stage").split(separator: "\n").map(String.init)
    #expect(
      found.map { "\(modes[$0.mode] ?? "") \($0.objectID?.hex ?? "") 0\t\($0.path)" }
        == listed.filter { !$0.hasSuffix("intended.yaml") })

    // What is cut off or changed is for git to judge; nothing is read beyond the end.
    let bytes = Array(try Data(contentsOf: URL(filePath: box.path("repo/.git/index"))))
    for length in stride(from: 0, to: bytes.count - 1, by: 97) {
      #expect(bytes.prefix(length).withUnsafeBytes { IndexListing.entries(in: $0) } == nil)
    }
    for _ in 0..<500 {
      var changed = bytes
      for _ in 0..<3 { changed[Int.random(in: 0..<changed.count)] = UInt8.random(in: 0...255) }
      _ = changed.withUnsafeBytes { IndexListing.entries(in: $0) }
    }
  }
}

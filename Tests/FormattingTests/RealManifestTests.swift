import Foundation
import SourceText
import Testing
import YAMLSyntax

@testable import Formatting

/// What people really write, when it is at hand: a folder `shared/real-manifests` beside the package.
@Suite struct RealManifestTests {
  static let folder: URL? = {
    var folder = URL(filePath: #filePath).deletingLastPathComponent()
    // The package may be a work tree some folders below.
    for _ in 0..<6 {
      folder = folder.deletingLastPathComponent()
      let found = folder.appending(path: "shared/real-manifests")
      if FileManager.default.fileExists(atPath: found.path) { return found }
    }
    return nil
  }()

  @Test(.enabled(if: folder != nil, "there is no folder shared/real-manifests beside the package"))
  func realFilesAreFormattedOrLeft() throws {
    let folder = try #require(Self.folder)
    let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey]))
    var count = 0
    for case let url as URL in files where try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
      let file = SourceFile(path: RepositoryPath(url.lastPathComponent), bytes: [UInt8](try Data(contentsOf: url)))
      let formatted = try Formatter.format(file: file)
      let again = try Formatter.format(file: SourceFile(path: file.path, bytes: formatted.bytes))
      #expect(!again.changed, "\(url.path)")
      #expect(formatted.edits.applied(to: file.bytes) == formatted.bytes)
      count += 1
    }
    #expect(count > 0)
  }
}

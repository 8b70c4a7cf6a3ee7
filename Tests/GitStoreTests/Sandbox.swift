import Foundation
import GitStore
import SourceText
import Testing

/// A directory of its own for a test, with real `git` to fill it; removed with the value.
final class Sandbox {
  let root: URL
  /// What git and the tree under test get: no configuration of this computer, and no hook's variables.
  var variables: [String: String]

  init() throws {
    let base = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
    root = base.appending(path: "registrylint-git-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    let home = root.appending(path: "home")
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    variables = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
      "HOME": home.path, "GIT_CONFIG_NOSYSTEM": "1",
      "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "C",
      "GIT_COMMITTER_EMAIL": "c@example.com", "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
      "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
    ]
  }

  deinit { try? FileManager.default.removeItem(at: root) }

  func path(_ relative: String) -> String { root.appending(path: relative).path }

  func write(_ relative: String, _ text: String) throws { try write(relative, Data(text.utf8)) }

  func write(_ relative: String, _ data: Data) throws {
    let file = root.appending(path: relative)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  func link(_ relative: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path(relative), withDestinationPath: target)
  }

  /// Runs git in a folder of the sandbox and gives what it printed, without the last line end.
  @discardableResult
  func git(
    _ arguments: String..., in folder: String = "repo", variables extra: [String: String] = [:]
  ) throws -> String {
    try git(arguments, in: folder, variables: extra)
  }

  @discardableResult
  func git(
    _ arguments: [String], in folder: String = "repo", variables extra: [String: String] = [:]
  ) throws -> String {
    try run("git", ["-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"] + arguments, folder, extra)
  }

  @discardableResult
  func run(
    _ command: String, _ arguments: [String], _ folder: String, _ extra: [String: String] = [:]
  ) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [command] + arguments
    process.currentDirectoryURL = root.appending(path: folder)
    process.environment = variables.merging(extra) { $1 }
    let output = Pipe()
    let errors = path("stderr-\(UUID().uuidString)")
    #expect(FileManager.default.createFile(atPath: errors, contents: nil))
    process.standardOutput = output
    process.standardError = FileHandle(forWritingAtPath: errors)
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    if process.terminationStatus != 0 {
      let message = try String(contentsOfFile: errors, encoding: .utf8)
      throw CommandFailure(message: "\(command) \(arguments.joined(separator: " ")): \(message)")
    }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
  }

  struct CommandFailure: Error { let message: String }

  /// A repository with its first commit.
  func makeRepository(_ name: String = "repo", files: [String: String]) throws {
    try FileManager.default.createDirectory(at: root.appending(path: name), withIntermediateDirectories: true)
    try git("init", "-q", in: name)
    for (file, text) in files { try write("\(name)/\(file)", text) }
    try git("add", "-A", in: name)
    try git("commit", "-qm", "first", in: name)
  }

  func environment(in folder: String = "repo", _ extra: [String: String] = [:]) -> GitEnvironment {
    GitEnvironment(variables: variables.merging(extra) { $1 }, currentDirectory: path(folder))
  }

  func open(
    _ selection: InputSelection, in folder: String = "repo", _ extra: [String: String] = [:]
  ) throws -> FileTree {
    try FileTree.open(selection, environment: environment(in: folder, extra))
  }
}

extension FileTree {
  /// Path → text of every YAML file, and the skipped ones as `path: reason`.
  func read(
    limit: Int = 1 << 20, workers: Int = 2, scope: Scope = .selection
  ) async throws -> ([String: String], [String]) {
    let result = try await scan(
      scope: scope, workers: workers, limit: limit,
      isCandidatePath: { $0.bytes.suffix(5).elementsEqual(".yaml".utf8) }, isInteresting: { _ in true })
    #expect(result.files.map(\.path) == result.files.map(\.path).sorted())
    let files = result.files.map { ($0.path.text, String(decoding: $0.bytes, as: UTF8.self)) }
    return (
      Dictionary(uniqueKeysWithValues: files), result.skipped.map { "\($0.path.text): \($0.reason)" }
    )
  }
}

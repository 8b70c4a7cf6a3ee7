import Foundation
import GitStore
import RegistryLint
import SourceText

/// A folder of its own for a test, with real git when it is asked for.
final class ScratchRepository {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("registrylint-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  func write(_ text: String, to path: String) throws {
    let url = folder.appendingPathComponent(path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func read(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: folder.appendingPathComponent(path)), as: UTF8.self)
  }

  @discardableResult
  func git(_ arguments: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"] + arguments
    process.currentDirectoryURL = folder
    var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
    environment["GIT_CONFIG_NOSYSTEM"] = "1"
    process.environment = environment
    let output = Pipe()
    process.standardOutput = output
    process.standardError = Pipe()
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw GitFailure(arguments: arguments) }
    return String(decoding: data, as: UTF8.self)
  }

  struct GitFailure: Error {
    let arguments: [String]
  }

  /// A request on this folder, judged on 2026-06-01.
  func request(_ selection: InputSelection = .workingTree(), in subfolder: String = "") -> LintRequest {
    let directory = subfolder.isEmpty ? folder.path : folder.appendingPathComponent(subfolder).path
    var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
    variables["HOME"] = folder.path
    return LintRequest(
      source: .files(selection), environment: GitEnvironment(variables: variables, currentDirectory: directory),
      now: 1_780_272_000)
  }
}

/// Manifests that tests share.
enum Manifest {
  static func image(insecure entries: String...) -> String {
    "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata:\n  name: cluster\nspec:\n  registrySources:\n    insecureRegistries:\n"
      + entries.map { "    - \($0)\n" }.joined()
  }

  static func mirrorSet(_ source: String) -> String {
    "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata:\n  name: mirrors\nspec:\n  imageDigestMirrors:\n"
      + "  - source: \(source)\n    mirrors:\n    - mirror.example.com/team\n"
  }

  /// - Parameter templates: The items of `object-templates`, eight blanks in.
  static func policy(_ templates: [String]) -> String {
    """
    apiVersion: policy.open-cluster-management.io/v1
    kind: Policy
    metadata: {name: registries, namespace: policies}
    spec:
      remediationAction: enforce
      policy-templates:
      - objectDefinition:
          apiVersion: policy.open-cluster-management.io/v1
          kind: ConfigurationPolicy
          metadata: {name: registries}
          spec:
            object-templates:

    """ + templates.joined()
  }
}

import Foundation
import PackagePlugin

/// `swift package registrylint-format …`: puts the manifests of the package's folder in canonical order. It writes, so
/// SwiftPM asks for permission, also for `--check`; the read-only plugin is `registrylint`.
@main
struct RegistryFormatPlugin: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) async throws {
    let tool = try context.tool(named: "RegistryLintCommand")
    let process = Process()
    process.executableURL = tool.url
    process.arguments = ["format"] + arguments
    process.currentDirectoryURL = context.package.directoryURL
    try process.run()
    process.waitUntilExit()
    guard process.terminationReason == .exit else {
      Diagnostics.error("registrylint was ended by signal \(process.terminationStatus)")
      return
    }
    // SwiftPM itself ends with 1 for every failure of a plugin; the tool's status stands in its message.
    if process.terminationStatus != 0 { exit(process.terminationStatus) }
  }
}

import Foundation
import PackagePlugin

/// `swift package registrylint …`: runs the command line in the package's folder, with the arguments as they are.
/// It only reads, so SwiftPM asks for no permission.
@main
struct RegistryLintPlugin: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) async throws {
    let tool = try context.tool(named: "RegistryLintCommand")
    let process = Process()
    process.executableURL = tool.url
    process.arguments = arguments
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

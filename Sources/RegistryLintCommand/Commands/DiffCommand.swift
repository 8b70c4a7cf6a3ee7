import ArgumentParser
import RegistryLint
import Reporting

struct DiffCommand: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Tell what a change does to nodes: resources, node files, disruption, pulls.")

  @Argument(help: "The manifests before: a file or a directory.")
  var old: String

  @Argument(help: "The manifests after.")
  var new: String

  @OptionGroup var judging: JudgingOptions
  @OptionGroup var printing: PrintingOptions

  @Option(help: ArgumentHelp("Only this cluster.", valueName: "name"))
  var cluster: String?

  @Option(help: "text or json.")
  var format: Format = .text

  mutating func run() async throws {
    let comparison = try await StateComparison(
      from: judging.request(.files(.workingTree(paths: [old]))), to: judging.request(.files(.workingTree(paths: [new]))),
      cluster: cluster)
    let report = ChangeReport(comparison.changes, range: "\(old)..\(new)")
    switch format {
    case .text: StandardStreams.output(report.text(isColoured: StandardStreams.isColoured(printing.color)))
    case .json: StandardStreams.output(report.json())
    }
    try NotificationPrinter(printing).finish(comparison.notifications)
  }
}

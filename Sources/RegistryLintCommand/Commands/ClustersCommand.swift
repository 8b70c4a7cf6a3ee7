import ArgumentParser
import RegistryLint
import Reporting

struct ClustersCommand: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  static let configuration = CommandConfiguration(
    commandName: "clusters", abstract: "Show which resources meet on one cluster, and why.")

  @OptionGroup var input: InputOptions
  @OptionGroup var judging: JudgingOptions
  @OptionGroup var printing: PrintingOptions

  @OptionGroup var format: FormatOption<Format>

  mutating func run() async throws {
    let reading = try await ClusterReading(judging.request(input.source()))
    let report = ClusterReport(reading.assembly, reading.input)
    switch format.wanted {
    case .text:
      StandardStreams.output(
        report.text(
          isColoured: StandardStreams.isColoured(printing.color), isWhole: printing.verbose,
          displayPath: reading.displayPath))
    case .json: StandardStreams.output(report.json(notifications: reading.ownNotifications))
    }
    input.noteIfEmpty(reading, printing)
    try NotificationPrinter(printing).finish(reading.ownNotifications)
  }
}

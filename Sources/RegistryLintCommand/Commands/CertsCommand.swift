import ArgumentParser
import RegistryLint
import Reporting

struct CertsCommand: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  static let configuration = CommandConfiguration(
    commandName: "certs", abstract: "List every registry CA, the first to expire first.")

  @OptionGroup var input: InputOptions
  @OptionGroup var judging: JudgingOptions
  @OptionGroup var printing: PrintingOptions

  @Option(help: ArgumentHelp("Only this cluster.", valueName: "name"))
  var cluster: String?

  @OptionGroup var format: FormatOption<Format>

  mutating func run() async throws {
    let request = try judging.request(input.source())
    let inventory = try await CertificateInventory(request, cluster: cluster)
    let report = CertificateReport(inventory.rows, now: request.now)
    switch format.wanted {
    case .text: StandardStreams.output(report.text(isColoured: StandardStreams.isColoured(printing.color)))
    case .json: StandardStreams.output(report.json())
    }
    try NotificationPrinter(printing).finish(inventory.notifications)
  }
}

import ArgumentParser
import Diagnostics
import RegistryLint
import Reporting
import SourceText

struct RenderCommand: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case files, json
  }

  static let configuration = CommandConfiguration(
    commandName: "render", abstract: "Show the files that the nodes of each cluster get.",
    discussion: """
      --output writes DIR/<cluster>/etc/containers/… and certs.d. It removes nothing: of an earlier render into the same \
      directory, files that nodes do not get any more stay there. Give it an empty directory to compare with.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var judging: JudgingOptions
  @OptionGroup var printing: PrintingOptions

  @Option(help: ArgumentHelp("Only this cluster.", valueName: "name"))
  var cluster: String?

  @Option(name: [.short, .long], help: ArgumentHelp("Write the files below this directory.", valueName: "dir"))
  var output: String?

  @Option(help: "files or json.")
  var format: Format = .files

  mutating func run() async throws {
    let reading = try await ClusterReading(judging.request(input.source()), cluster: cluster)
    input.noteIfEmpty(reading, printing)
    if let output {
      for cluster in reading.clusters {
        if let error = cluster.rendering.error {
          StandardStreams.error("error: cluster \(cluster.name): the operator refuses: \(TerminalText.escaped(error.message))\n")
          continue
        }
        for file in NodeFilesReport.files(of: cluster) {
          let path = "\(output)/\(folderName(cluster.name))/\(file.path)"
          try FileError.makeFolders(for: path)
          try FileError.write(file.content, to: path)
          if !printing.quiet { StandardStreams.output("\(TerminalText.escaped(path))\n") }
        }
      }
    } else {
      let report = NodeFilesReport(reading.clusters)
      switch format {
      case .files: StandardStreams.output(report.text(isColoured: StandardStreams.isColoured(printing.color)))
      case .json: StandardStreams.output(report.json())
      }
    }
    try NotificationPrinter(printing).finish(reading.notifications)
    if reading.clusters.contains(where: { $0.rendering.error != nil }) { throw StatusError(status: .findings) }
  }

  /// A cluster's name may be a path; it never leads out of the output directory.
  private func folderName(_ cluster: String) -> String {
    cluster.split(separator: "/").filter { $0 != ".." && $0 != "." }.joined(separator: "/")
  }
}

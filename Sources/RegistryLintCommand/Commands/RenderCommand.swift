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
      --output writes DIR/<cluster>/etc/containers/… and certs.d. It removes nothing: files of an earlier render into \
      the same directory that nodes do not get any more stay there, and a warning names them.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var judging: JudgingOptions
  @OptionGroup var printing: PrintingOptions

  @Option(help: ArgumentHelp("Only this cluster.", valueName: "name"))
  var cluster: String?

  @Option(name: [.short, .long], help: ArgumentHelp("Write the files below this directory.", valueName: "dir"))
  var output: String?

  @OptionGroup var format: FormatOption<Format>

  mutating func validate() throws {
    if output != nil, format.wanted == .json {
      throw ValidationError("--output writes the files themselves and --format json prints them; take one of the two")
    }
  }

  mutating func run() async throws {
    let reading = try await ClusterReading(judging.request(input.source()), cluster: cluster)
    try reading.expectKnownCluster()
    input.noteIfEmpty(reading, printing)
    if let output {
      var written: Set<String> = []
      for cluster in reading.clusters {
        if let error = cluster.rendering.error {
          StandardStreams.error(
            "error: cluster \(cluster.name): the operator refuses: \(TerminalText.escaped(error.message))\n")
          continue
        }
        for file in NodeFilesReport.files(of: cluster) {
          let path = "\(output)/\(folderName(cluster.name))/\(file.path)"
          try FileError.makeFolders(for: path)
          try FileError.write(file.content, to: path)
          written.insert(path)
          if !printing.quiet { StandardStreams.output("\(TerminalText.escaped(path))\n") }
        }
      }
      warn(ofFilesBesides: written, reading, output)
    } else {
      let report = NodeFilesReport(reading.clusters)
      switch format.wanted {
      case .files: StandardStreams.output(report.text(isColoured: StandardStreams.isColoured(printing.color)))
      case .json: StandardStreams.output(report.json())
      }
    }
    try NotificationPrinter(printing).finish(reading.notifications + reading.refusals)
    if reading.clusters.contains(where: { $0.rendering.error != nil }) { throw StatusError(status: .findings) }
  }

  /// Names what an earlier run has left in the folders of the clusters that were rendered, and, when those are all
  /// clusters, in other folders. A cluster that is not known or does not render keeps what it has.
  private func warn(ofFilesBesides written: Set<String>, _ reading: ClusterReading, _ output: String) {
    func folder(_ name: String) -> String { "\(output)/\(folderName(name))" }
    let rendered = reading.clusters.filter { $0.rendering.error == nil }.map(\.name)
    let others = Set(reading.assembly.clusters.map(\.name)).subtracting(rendered).map { folder($0) + "/etc/" }
    let isWhole = cluster == nil && input.paths.isEmpty
    let folders = isWhole ? [output] : rendered.map { folder($0) + "/etc" }
    let left = folders.flatMap { EarlierNodeFiles.paths(below: $0, besides: written) }
      .filter { path in !others.contains { path.hasPrefix($0) } }
    guard !left.isEmpty, !printing.quiet else { return }
    let shown = left.prefix(10).map { "  \(TerminalText.escaped($0))\n" }.joined()
    let more = left.count > 10 ? "  and \(left.count - 10) more\n" : ""
    StandardStreams.error(
      "warning: there before, and nodes do not get \(left.count == 1 ? "it" : "them") any more:\n" + shown + more)
  }

  /// A cluster's name may be a path; it never leads out of the output directory.
  private func folderName(_ cluster: String) -> String {
    cluster.split(separator: "/").filter { $0 != ".." && $0 != "." }.joined(separator: "/")
  }
}

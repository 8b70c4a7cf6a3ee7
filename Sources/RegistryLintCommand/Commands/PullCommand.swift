import ArgumentParser
import NodeConfig
import RegistryLint
import Reporting
import Rules

struct PullCommand: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  static let configuration = CommandConfiguration(
    commandName: "pull", abstract: "Tell where a node would pull an image from, or why it cannot.")

  @Argument(help: "The image, as a pod names it.")
  var image: String

  @OptionGroup var input: InputOptions
  @OptionGroup var judging: JudgingOptions
  @OptionGroup var printing: PrintingOptions

  @Option(help: ArgumentHelp("Only this cluster.", valueName: "name"))
  var cluster: String?

  @Option(help: ArgumentHelp("The pod's namespace.", valueName: "namespace"))
  var namespace: String?

  @OptionGroup var format: FormatOption<Format>

  func validate() throws {
    if let problem = PullResolver.problem(of: image) {
      let scheme =
        image.split(separator: "://", maxSplits: 1).count > 1 ? "; leave out what stands before '://', and that" : ""
      throw ValidationError("'\(TerminalText.escaped(image))' names no image: \(problem)\(scheme)")
    }
  }

  mutating func run() async throws {
    let reading = try await ClusterReading(judging.request(input.source()), cluster: cluster)
    try reading.expectKnownCluster()
    input.noteIfEmpty(reading, printing)
    // Without any configuration a node does what it does as installed.
    let known = reading.clusters + reading.mergedClusters
    let clusters = known.isEmpty ? [LintedCluster(name: "default", resources: [], settings: reading.settings)] : known
    let answers = clusters.map {
      PullReport.Answer(cluster: $0, resolution: PullResolver($0.rendering).resolve(image, namespace: namespace))
    }
    switch format.wanted {
    case .text:
      StandardStreams.output(PullReport(answers).text(isColoured: StandardStreams.isColoured(printing.color)))
    case .json:
      // One cluster is one object; several are an array of objects that name their cluster.
      StandardStreams.output(PullReport(answers).json())
    }
    try NotificationPrinter(printing).finish(reading.notifications + reading.refusals)
    if answers.contains(where: { $0.isKnown && !$0.isPullable }) { throw StatusError(status: .findings) }
  }
}

import ArgumentParser
import GitStore
import Kustomize
import RegistryLint
import Reporting
import SourceText

struct ComposeCommand: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case yaml, json
  }

  static let configuration = CommandConfiguration(
    commandName: "compose", abstract: "Print what the kustomization in a directory yields, without kustomize.",
    discussion: """
      Works on any revision, fetches nothing, runs nothing. What cannot be composed as kustomize would is an error \
      that names it (exit status 3), never a different result.
      """)

  @Argument(help: "The directory of the kustomization.")
  var directory: String = "."

  @Flag(help: "Read the index, as Git gives it to a hook.")
  var staged = false

  @Option(help: ArgumentHelp("Read a commit, tag or tree.", valueName: "rev"))
  var rev: String?

  @OptionGroup var judging: JudgingOptions
  @OptionGroup var printing: PrintingOptions

  @OptionGroup var format: FormatOption<Format>

  func validate() throws {
    if staged, rev != nil { throw ValidationError("--staged and --rev exclude each other") }
  }

  func run() throws {
    let selection: InputSelection =
      staged
      ? .index(paths: [directory]) : rev.map { .revision($0, paths: [directory]) } ?? .workingTree(paths: [directory])
    let composing = try Composing(selection)
    switch composing.result {
    case .success(let composition):
      switch format.wanted {
      case .yaml: StandardStreams.output(composition.yaml)
      case .json: StandardStreams.output(Self.json(composition.resources.map(\.json.text), error: nil))
      }
      guard !printing.quiet else { return }
      for warning in composition.warnings {
        let place = composing.place(of: warning.span)
        StandardStreams.error("warning: \(TerminalText.escaped(place)): \(TerminalText.escaped(warning.message))\n")
      }
    case .failure(let problem):
      let message = (problem.span.map { composing.place(of: $0) + ": " } ?? "") + problem.message
      if format.wanted == .json { StandardStreams.output(Self.json([], error: message)) }
      StandardStreams.error("error: \(TerminalText.escaped(message))\n")
      throw StatusError(status: .input)
    }
  }

  /// Resources are JSON texts already: numbers as kustomize writes them.
  private static func json(_ resources: [String], error: String?) -> String {
    let error = error.map { JSONText.string($0).text(indented: false) } ?? "null"
    return "{\"version\": 1, \"resources\": [\(resources.joined(separator: ",\n"))], \"error\": \(error)}\n"
  }
}

import ArgumentParser
import GitStore
import RegistryConfig
import RegistryLint
import Reporting
import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

enum ColourWish: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never
}

extension FailOn: ExpressibleByArgument {}

extension Release: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

/// What is read.
struct InputOptions: ParsableArguments {
  @Argument(help: "Files or directories; '-' is standard input. The default is the current directory.")
  var paths: [String] = []

  @Flag(help: "Read the index, as Git gives it to a hook.")
  var staged = false

  @Option(help: ArgumentHelp("Read a commit, tag or tree.", valueName: "rev"))
  var rev: String?

  @Option(help: ArgumentHelp("The name of standard input in reports.", valueName: "name"))
  var stdinFilename: String?

  func validate() throws {
    if staged, rev != nil { throw ValidationError("--staged and --rev exclude each other") }
    if paths.contains("-") {
      if paths.count > 1 { throw ValidationError("'-' is read alone") }
      if staged || rev != nil { throw ValidationError("'-' does not go with --staged or --rev") }
    } else if stdinFilename != nil {
      throw ValidationError("--stdin-filename goes with '-'")
    }
  }

  /// What is read, for people.
  var place: String {
    let names = paths.map { TerminalText.escaped($0) }.joined(separator: ", ")
    let outer = staged ? "the index" : rev.map { "the revision " + TerminalText.escaped($0) }
    if paths == ["-"] { return "standard input" }
    guard let outer else { return names.isEmpty ? "the current directory" : names }
    return names.isEmpty ? outer : "\(names) of \(outer)"
  }

  /// Says that there is nothing of ours, which may be a mistyped path.
  func noteIfEmpty(_ reading: ClusterReading, _ printing: PrintingOptions) {
    guard reading.isEmpty, !printing.quiet else { return }
    StandardStreams.error("note: no registry configuration found in \(place)\n")
  }

  func source() throws -> ManifestSource {
    if paths == ["-"] {
      let bytes = try StandardStreams.input(limit: ManifestInput.byteLimit)
      return .standardInput(bytes, name: stdinFilename ?? ManifestSource.unnamed.text)
    }
    if staged { return .files(.index(paths: paths)) }
    if let rev { return .files(.revision(rev, paths: paths)) }
    return .files(.workingTree(paths: paths.isEmpty && Self.isBelowARepository ? ["."] : paths))
  }

  /// Whether the current directory is a folder of a repository and not its top: without a path, the folder is meant.
  private static var isBelowARepository: Bool {
    guard let here = getcwd(nil, 0) else { return false }
    defer { free(here) }
    var folder = String(cString: here)[...]
    var isTop = true
    while true {
      if access(folder + "/.git", F_OK) == 0 { return !isTop }
      guard let slash = folder.utf8.lastIndex(of: UInt8(ascii: "/")) else { return false }
      folder = folder[..<slash]
      isTop = false
    }
  }
}

/// How it is judged.
struct JudgingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The OpenShift release to judge by, \(Linter.knownReleases).", valueName: "x.y"))
  var release: Release?

  @Option(help: ArgumentHelp("The cluster's payload image.", valueName: "ref"))
  var releaseImage: String?

  @Option(help: ArgumentHelp("Read this configuration instead of .registrylint.yaml.", valueName: "file"))
  var config: String?

  @Flag(help: "Read no configuration.")
  var noConfig = false

  @Option(help: ArgumentHelp("Worker threads.", valueName: "n"))
  var jobs: Int?

  func validate() throws {
    if config != nil, noConfig { throw ValidationError("--config and --no-config exclude each other") }
    if let jobs, jobs < 1 { throw ValidationError("--jobs takes a number from 1") }
  }

  func request(_ source: ManifestSource) throws -> LintRequest {
    var request = LintRequest(source: source, now: StandardStreams.now())
    request.release = release
    request.releaseImage = releaseImage
    request.discoversConfiguration = !noConfig
    if let config {
      request.configuration = SourceFile(
        path: RepositoryPath(config), bytes: try FileError.read(config, limit: 1 << 20))
    }
    if let jobs { request.workers = jobs }
    return request
  }
}

/// How much is printed.
struct PrintingOptions: ParsableArguments {
  @Option(help: "Colour: auto, always or never.")
  var color: ColourWish = .auto

  @Flag(name: [.short, .long], help: "Print nothing but the report, and no report when it is empty.")
  var quiet = false

  @Flag(name: [.short, .long], help: "Also say what was skipped and why.")
  var verbose = false

  func validate() throws {
    if quiet, verbose { throw ValidationError("--quiet and --verbose exclude each other") }
  }
}

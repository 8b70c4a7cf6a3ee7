#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The `git` command, for what libgit2 cannot read. Runs with everything switched off that would execute something of
/// the repository's choice, write to it, or ask a person.
struct GitCommand: Sendable {
  let executable: HostPath
  /// Where it runs.
  let directory: HostPath
  private let variables: [String: String]

  static let maximumOutput = 1 << 30

  /// - Parameter environment: with the repository's variables where git shall obey them.
  init(environment: GitEnvironment, directory: HostPath) throws(GitError) {
    guard let executable = Self.find(in: environment) else {
      throw GitError(
        .gitCommandMissing, attempted: "read \(directory)",
        reason: "libgit2 cannot read this repository and there is no git command in PATH",
        hint: "Install git.")
    }
    self.executable = executable
    self.directory = directory
    var variables = environment.variables
    variables["GIT_NO_LAZY_FETCH"] = "1"
    variables["GIT_TERMINAL_PROMPT"] = "0"
    variables["GIT_OPTIONAL_LOCKS"] = "0"
    // libgit2 does not know replacements: both ways of reading must give the same.
    variables["GIT_NO_REPLACE_OBJECTS"] = "1"
    variables["LC_ALL"] = "C"
    for name in ["GIT_TRACE", "GIT_TRACE2", "GIT_TRACE2_EVENT", "GIT_TRACE2_PERF", "GIT_EXTERNAL_DIFF", "GIT_PAGER"] {
      variables[name] = nil
    }
    self.variables = variables
  }

  /// The first executable `git` in an absolute directory of PATH: a relative one could be the repository's.
  private static func find(in environment: GitEnvironment) -> HostPath? {
    let path = environment.variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    for folder in path.utf8.split(separator: UInt8(ascii: ":")) where folder.first == slash {
      let candidate = HostPath(bytes: Array(folder)).appending("git".utf8)
      if candidate.withCString({ access($0, X_OK) }) == 0, candidate.real()?.itemKind == .file { return candidate }
    }
    return nil
  }

  func start(_ arguments: [String], fetches: Bool = false) throws(GitError) -> GitProcess {
    var variables = variables
    if fetches { variables["GIT_NO_LAZY_FETCH"] = nil }
    let literal = arguments.first == "check-ignore" ? [] : ["--literal-pathspecs"]
    let options = [
      "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
      "-c", "core.alternateRefsCommand=", "-c", "maintenance.auto=false", "-c", "gc.auto=0",
      "-C", directory.text,
    ]
    return try GitProcess(
      executable, arguments: literal + options + arguments,
      environment: variables.map { "\($0.key)=\($0.value)" }.sorted())
  }

  struct Output {
    let status: Int32
    let bytes: [UInt8]
    let message: String

    /// The output without its last line end.
    var line: [UInt8] { bytes.last == UInt8(ascii: "\n") ? Array(bytes.dropLast()) : bytes }
    var text: String { String(decoding: line, as: UTF8.self) }
  }

  /// Runs to the end.
  func run(_ arguments: [String], input: [UInt8] = [], fetches: Bool = false) throws(GitError) -> Output {
    let process = try start(arguments, fetches: fetches)
    guard let (status, bytes, errors) = process.finish(sending: input, limit: Self.maximumOutput) else {
      throw GitError(
        .tooManyEntries, attempted: "run git \(arguments.first ?? "")",
        reason: "it prints more than \(Self.maximumOutput) bytes")
    }
    return Output(status: status, bytes: bytes, message: Self.firstMessage(errors))
  }

  /// Runs to the end and wants success.
  func output(_ arguments: [String], input: [UInt8] = []) throws(GitError) -> Output {
    let output = try run(arguments, input: input)
    guard output.status == 0 else {
      throw GitError(
        .gitCommandFailed, attempted: "run git \(arguments.first ?? "")",
        reason: output.message.isEmpty ? "its exit status is \(output.status)" : output.message)
    }
    return output
  }

  /// What git complained of first, without its prefix.
  static func firstMessage(_ errors: [UInt8]) -> String {
    let lines = errors.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    let line = lines.first { $0.hasPrefix("fatal: ") || $0.hasPrefix("error: ") } ?? lines.first ?? ""
    for prefix in ["fatal: ", "error: "] where line.hasPrefix(prefix) { return String(line.dropFirst(prefix.count)) }
    return line
  }
}

extension RepositoryLocation {
  /// `git` on this very repository: its place is spelled out, so that neither a search nor a hook's variables can lead
  /// elsewhere.
  func command() throws(GitError) -> GitCommand {
    var plain = environment.withoutRepository()
    plain.variables["GIT_DIR"] = gitDirectory.text
    if let workTree { plain.variables["GIT_WORK_TREE"] = workTree.text }
    plain.variables["GIT_INDEX_FILE"] = indexFile.text
    for name in [
      "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH",
      "GIT_CONFIG_PARAMETERS",
    ] {
      plain.variables[name] = environment.variables[name]
    }
    if let objects = environment.value("GIT_OBJECT_DIRECTORY") {
      plain.variables["GIT_OBJECT_DIRECTORY"] = environment.currentDirectory.resolving(objects).text
    }
    if let common = environment.value("GIT_COMMON_DIR") {
      plain.variables["GIT_COMMON_DIR"] = environment.currentDirectory.resolving(common).text
    }
    return try GitCommand(environment: plain, directory: workTree ?? gitDirectory)
  }
}

import Diagnostics
import GitStore
import RegistryConfig
import Reporting
import Rules
import SourceText

/// What a lint run is asked to do.
public struct LintRequest: Sendable {
  public var source: ManifestSource
  public var environment: GitEnvironment
  /// The configuration file to read in place of the discovered one.
  public var configuration: SourceFile?
  /// False for `--no-config`.
  public var discoversConfiguration = true
  public var release: Release?
  public var releaseImage: String?
  public var select: [String] = []
  public var ignore: [String] = []
  public var severity: [String: Configuration.Level] = [:]
  public var failOn: FailOn?
  public var workers = FileTree.defaultWorkers
  /// Also ConfigMaps of `openshift-config` that do not look like registry CAs, and every one of a single file.
  var keepsAllConfigMaps = false
  /// Seconds since 1970-01-01.
  public var now: Int64

  public init(source: ManifestSource, environment: GitEnvironment = .process(), now: Int64) {
    self.source = source
    self.environment = environment
    self.now = now
  }
}

/// Reads an input, runs the rules, and gives a report: the whole pipeline.
public struct Linter: Sendable {
  public struct Outcome: Sendable {
    public let report: LintReport
    /// Every finding, before many of one rule in one file became one.
    let findings: [Diagnostic]
    public let failOn: FailOn
    public let input: ManifestInput

    /// Whether a finding reaches the severity that fails a run.
    public var isFailed: Bool { report.open.contains { failOn.isReached(by: $0.severity) } }
  }

  public init() {}

  /// The releases whose behaviour is known, for people.
  public static let knownReleases = "\(Release.oldest) to \(Release.newest)"

  /// - Throws: `UsageError` for what the user wrote, `GitError` for an input that cannot be read.
  public func run(_ request: LintRequest) async throws -> Outcome {
    let run = try PreparedRun(request)
    return await judge(request, run, try await ManifestInput(request, run))
  }

  /// Runs the rules over an input that was read.
  func judge(_ request: LintRequest, _ run: PreparedRun, _ input: ManifestInput) async -> Outcome {
    let grouping = ClusterGrouping(input, settings: run.settings)
    let selection = run.selection
    let diagnostics = await Self.diagnostics(input.files, grouping.clusters, selection, request.workers)
    let files = input.files.map(\.file)
    let pass = SuppressionPass(diagnostics, files: files, ranRules: selection.ids, today: run.settings.today)
    let all = pass.diagnostics + SuppressionFindings(pass, rules: selection.ids).diagnostics
    let findings = all.map { selection.adjusted($0).redacted() }.sortedAndMerged().withFingerprints()
    let report = LintReport(
      version: RegistryLintVersion.current, release: run.settings.release, inputKind: run.inputKind,
      revision: run.revisionName, provenance: run.provenance,
      diagnostics: findings.aggregated(exempt: ["unknown-field"]),
      notifications: input.notifications,
      summary: LintReport.Summary(
        files: input.filesSeen, resources: input.resources.count, clusters: grouping.clusters.count),
      rules: selection.rules, displayPath: { [tree = run.tree] path in tree?.displayPath(of: path) ?? path.text })
    return Outcome(
      report: report, findings: findings, failOn: request.failOn ?? run.configuration.failOn ?? .error, input: input)
  }

  private static func diagnostics(
    _ files: [LintedFile], _ clusters: [LintedCluster], _ selection: RuleSelection, _ workers: Int
  ) async -> [Diagnostic] {
    let engine = RuleEngine(rules: selection.rules)
    var found = await inParallel(files, workers) { engine.check($0) }
    found += await inParallel(clusters, workers) { engine.check($0) }
    return found.flatMap { $0 }
  }

  /// The results in the order of the items, whatever the number of workers.
  private static func inParallel<Item: Sendable>(
    _ items: [Item], _ workers: Int, _ body: @escaping @Sendable (Item) -> [Diagnostic]
  ) async -> [[Diagnostic]] {
    let workers = max(1, min(workers, items.count / 8))
    if workers == 1 { return items.map(body) }
    return await withTaskGroup(of: [(Int, [Diagnostic])].self) { group in
      for worker in 0..<workers {
        group.addTask { stride(from: worker, to: items.count, by: workers).map { ($0, body(items[$0])) } }
      }
      var parts: [(Int, [Diagnostic])] = []
      for await part in group { parts += part }
      return parts.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }
}

/// A request with its configuration read and its input opened: what every command starts with.
struct PreparedRun {
  let tree: FileTree?
  let configuration: Configuration
  let settings: RuleSettings
  let selection: RuleSelection
  let inputKind: LintReport.InputKind
  let revisionName: String?
  let provenance: LintReport.Provenance

  init(_ request: LintRequest) throws {
    switch request.source {
    case .standardInput:
      tree = nil
      inputKind = .stdin
      revisionName = nil
    case .files(let selection):
      tree = try FileTree.open(selection, environment: request.environment)
      switch selection {
      case .workingTree:
        inputKind = .workingTree
        revisionName = nil
      case .index:
        inputKind = .index
        revisionName = nil
      case .revision(let name, _):
        inputKind = .revision
        revisionName = name
      }
    }
    configuration = try Self.configuration(request, tree)
    let release = try Configuration.known(request.release ?? configuration.release ?? .newest)
    settings = RuleSettings(
      release: release, releaseImage: request.releaseImage ?? configuration.releaseImage, now: request.now)
    var severity = configuration.severity
    for (rule, level) in request.severity { severity[rule] = level }
    selection = RuleSelection(
      select: request.select.isEmpty ? configuration.select : request.select, isOnly: !request.select.isEmpty,
      ignore: request.ignore + configuration.ignore.filter { !request.select.contains($0) }, severity: severity)
    provenance = Self.provenance(tree)
  }

  private static func configuration(_ request: LintRequest, _ tree: FileTree?) throws -> Configuration {
    if let file = request.configuration { return try Configuration(reading: file) }
    guard request.discoversConfiguration, let tree else { return Configuration() }
    let path = RepositoryPath(Configuration.fileName)
    do {
      let contents = try tree.contents(of: path, limit: 1 << 20)
      return try Configuration(reading: SourceFile(path: path, bytes: contents.bytes))
    } catch UnreadableReason.absent {
      return Configuration()
    } catch let reason as UnreadableReason {
      throw UsageError("\(Configuration.fileName) cannot be read: \(reason)")
    }
  }

  /// What is known of the repository; a repository without a commit or a remote just does not say it.
  private static func provenance(_ tree: FileTree?) -> LintReport.Provenance {
    guard let tree, let repository = tree.repository else {
      return LintReport.Provenance(repositoryURI: nil, revision: nil, branch: nil)
    }
    let head = try? repository.head()
    var commit = head?.commit
    var branch = head?.branch
    if case .revision(let revision) = tree.source {
      if revision.commit != commit { branch = nil }
      commit = revision.commit
    }
    let remote = (try? repository.remoteURL()).flatMap { $0 }
    return LintReport.Provenance(repositoryURI: remote, revision: commit?.hex, branch: branch)
  }
}

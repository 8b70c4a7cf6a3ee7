import Clusters
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
  /// Only findings of this cluster.
  public var cluster: String?
  public var workers = FileTree.defaultWorkers
  /// Only findings that the merge base with this revision has not.
  public var since: String?
  /// Findings that were there before and are not reported.
  public var baseline: Baseline?
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
    public internal(set) var report: LintReport
    /// Every finding, before many of one rule in one file became one.
    let findings: [Diagnostic]
    /// Those that are not new, each by itself as well.
    let unchanged: [Diagnostic]
    public let failOn: FailOn
    public let input: ManifestInput
    /// The clusters that were found, and why.
    public let assembly: ClusterAssembly
    var clusters: [LintedCluster] { assembly.known }

    init(
      report: LintReport, findings: [Diagnostic], unchanged: [Diagnostic] = [], failOn: FailOn, input: ManifestInput,
      assembly: ClusterAssembly
    ) {
      self.report = report
      self.findings = findings
      self.unchanged = unchanged
      self.failOn = failOn
      self.input = input
      self.assembly = assembly
    }

    /// Whether a finding reaches the severity that fails a run.
    public var isFailed: Bool { report.open.contains { failOn.isReached(by: $0.severity) } }
  }

  public init() {}

  /// The releases whose behaviour is known, for people.
  public static let knownReleases = "\(Release.oldest) to \(Release.newest)"

  /// - Throws: `UsageError` for what the user wrote, `GitError` for an input that cannot be read.
  public func run(_ request: LintRequest) async throws -> Outcome {
    // `render` tells what the operator does with one that it cannot read.
    if let image = request.releaseImage { _ = try Configuration.releaseImage(image) }
    let run = try PreparedRun(request)
    let outcome: Outcome
    if let since = request.since {
      outcome = try await runSince(since, request, run)
    } else {
      outcome = try await judgeConfirmed(request, run, try await ManifestInput(request, run)).outcome
      try outcome.assembly.expectCluster(request.cluster, from: run.folder)
    }
    return request.baseline.map { outcome.new(besides: $0, request, run) } ?? outcome
  }

  /// Runs the rules over an input that was read. Of a file named alone only those fixes are kept that also hold among
  /// the kustomizations around it, which are read only when there is a fix.
  /// - Returns: Also the file among these, when some take it.
  func judgeConfirmed(
    _ request: LintRequest, _ run: PreparedRun, _ input: ManifestInput
  ) async throws -> (outcome: Outcome, around: ManifestInput?) {
    let outcome = try await judge(request, run, input)
    guard outcome.findings.contains(where: { !$0.fixes.isEmpty }),
      let around = try await input.amongKustomizations(request, run)
    else { return (outcome, nil) }
    return (try await judge(request, run, input, around: around), around)
  }

  /// Runs the rules over an input that was read.
  /// - Parameter around: The same file as the kustomizations around it see it, of which only those fixes are kept that
  ///   hold there too.
  func judge(
    _ request: LintRequest, _ run: PreparedRun, _ input: ManifestInput, around: ManifestInput? = nil
  ) async throws -> Outcome {
    let assembly = try await ClusterAssembly(input, run, workers: request.workers)
    let selection = run.selection
    let judgement = await ClusterJudgement(input, assembly, selection, request.workers)
    let cluster = request.cluster.map { assembly.name(meant: $0, from: run.folder) ?? $0 }
    let diagnostics = judgement.diagnostics.filter { diagnostic in
      run.isAsked(diagnostic, assembly) && cluster.map { assembly.concerns($0, diagnostic) } ?? true
    }
    let files = judgement.files
    let pass = SuppressionPass(diagnostics, files: files, ranRules: selection.idsOfStates, today: run.settings.today)
    let all = pass.diagnostics + SuppressionFindings(pass, rules: selection.ids).diagnostics
    var findings = all.map { selection.adjusted($0).redacted() }.sortedAndMerged().withFingerprints()
    if let around, findings.contains(where: { !$0.fixes.isEmpty }) {
      var request = request
      request.cluster = nil
      findings = findings.keepingFixes(confirmedBy: try await judge(request, run, around).findings)
    }
    let report = LintReport(
      version: RegistryLintVersion.current, release: run.settings.release, inputKind: run.inputKind,
      revision: run.revisionName, provenance: run.provenance,
      diagnostics: findings.aggregatedForReports(),
      notifications: input.notifications + assembly.notifications,
      summary: LintReport.Summary(
        files: input.filesSeen, resources: input.resources.count, clusters: assembly.clusters.count),
      rules: selection.rules, displayPath: { [tree = run.tree] path in tree?.displayPath(of: path) ?? path.text })
    return Outcome(
      report: report, findings: findings, failOn: request.failOn ?? run.configuration.failOn ?? .error, input: input,
      assembly: assembly)
  }
}

extension [Diagnostic] {
  /// As reports show them, whether they are all findings, the new ones or the others: platforms know a finding of the
  /// main branch again in a pull request only where both gather it in the same way. `unknown-field` has one diagnostic
  /// for each key that is pruned.
  func aggregatedForReports() -> [Diagnostic] { aggregated(exempt: ["unknown-field"]) }
}

/// A request with its configuration read and its input opened: what every command starts with.
struct PreparedRun {
  let tree: FileTree?
  let configuration: Configuration
  /// The clusters of the configuration; a release or payload of the command line holds for them too.
  let declared: [DeclaredCluster]
  let settings: RuleSettings
  let selection: RuleSelection
  let inputKind: LintReport.InputKind
  let revisionName: String?
  let provenance: LintReport.Provenance
  /// The one folder that was named, else where the user is, in the tree: what names of clusters may be counted from.
  var folder: RepositoryPath?

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
    declared = configuration.clusters.map { cluster in
      DeclaredCluster(
        name: cluster.name, at: cluster.span, paths: cluster.paths,
        release: request.release == nil ? cluster.release : nil,
        releaseImage: request.releaseImage == nil ? cluster.releaseImage : nil)
    }
    let release = try Configuration.known(request.release ?? configuration.release ?? .newest)
    settings = RuleSettings(
      release: release, releaseImage: request.releaseImage ?? configuration.releaseImage, now: request.now)
    var severity = configuration.severity
    for (rule, level) in request.severity { severity[rule] = level }
    selection = RuleSelection(
      select: request.select.isEmpty ? configuration.select : request.select, isOnly: !request.select.isEmpty,
      ignore: request.ignore + configuration.ignore.filter { !request.select.contains($0) }, severity: severity)
    provenance = Self.provenance(tree)
    folder =
      tree.flatMap { $0.selection.count == 1 ? $0.selection.first : nil }
      ?? tree?.repository?.path(of: ".", from: request.environment.currentDirectory)
  }

  /// Whether a finding is about what the user asked for: it lies there, is explained there, or holds for a cluster that
  /// was asked for as a whole.
  func isAsked(_ diagnostic: Diagnostic, _ assembly: ClusterAssembly) -> Bool {
    guard let tree, !tree.selection.isEmpty else { return true }
    if tree.isSelected(diagnostic.span.file.path) { return true }
    if diagnostic.related.contains(where: { tree.isSelected($0.span.file.path) }) { return true }
    guard !diagnostic.clusters.isEmpty else { return false }
    let names = Set(diagnostic.clusters)
    return assembly.clusters.contains { names.contains($0.name) && $0.plan.roots.contains(where: tree.isSelected) }
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

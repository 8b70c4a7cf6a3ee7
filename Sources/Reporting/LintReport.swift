import Diagnostics
import RegistryConfig
import Rules
import SourceText

/// What a lint run gives to the reporters.
public struct LintReport: Sendable {
  public enum InputKind: String, Sendable {
    case workingTree = "working-tree"
    case index, revision, stdin
  }

  /// Where the input stands in version control.
  public struct Provenance: Sendable {
    /// Without credentials.
    public let repositoryURI: String?
    /// 40 hexadecimal digits.
    public let revision: String?
    public let branch: String?

    public init(repositoryURI: String?, revision: String?, branch: String?) {
      self.repositoryURI = repositoryURI
      self.revision = revision
      self.branch = branch
    }
  }

  public struct Summary: Sendable {
    public var files = 0
    public var resources = 0
    public var clusters = 0

    public init(files: Int = 0, resources: Int = 0, clusters: Int = 0) {
      self.files = files
      self.resources = resources
      self.clusters = clusters
    }
  }

  public var version: String
  public var release: Release
  public var inputKind: InputKind
  /// What is known of findings that are not new, when only new ones are reported.
  public struct Known: Sendable {
    /// In the older state too, where they stand now.
    public var unchanged: [Diagnostic]
    /// In the older state only.
    public var absent: [AbsentFinding]

    public init(unchanged: [Diagnostic], absent: [AbsentFinding]) {
      self.unchanged = unchanged
      self.absent = absent
    }
  }

  /// As the user wrote it; `nil` for everything but a revision.
  public var revision: String?
  public var provenance: Provenance
  /// Sorted by path and place; suppressed ones have `suppression` set.
  public var diagnostics: [Diagnostic]
  public var notifications: [Notification]
  public var summary: Summary
  /// `nil` when all findings are reported.
  public var known: Known?
  /// The rules that ran.
  public var rules: [any Rule.Type]
  /// Paths in machine formats are relative to the repository; people read them as they would type them.
  private let display: @Sendable (RepositoryPath) -> String

  public init(
    version: String, release: Release, inputKind: InputKind, revision: String? = nil,
    provenance: Provenance = Provenance(repositoryURI: nil, revision: nil, branch: nil), diagnostics: [Diagnostic],
    notifications: [Notification] = [], summary: Summary = Summary(), rules: [any Rule.Type] = RuleRegistry.all,
    displayPath: @escaping @Sendable (RepositoryPath) -> String = { $0.text }
  ) {
    self.version = version
    self.release = release
    self.inputKind = inputKind
    self.revision = revision
    self.provenance = provenance
    self.diagnostics = diagnostics
    self.notifications = notifications
    self.summary = summary
    self.rules = rules
    display = displayPath
  }

  /// Findings that are not suppressed.
  public var open: [Diagnostic] { diagnostics.filter { $0.suppression == nil } }

  public func count(_ severity: Severity) -> Int {
    open.reduce(0) { $0 + ($1.severity == severity ? $1.count : 0) }
  }

  /// How many findings have a fix of this kind; those with a safe one count as safe. A finding that stands for many
  /// carries a fix of each.
  public func fixableCount(_ safety: Fix.Safety) -> Int {
    open.reduce(0) { sum, diagnostic in
      guard diagnostic.count > 1 else {
        let isSafe = diagnostic.fixes.contains { $0.safety == .safe }
        return sum + (isSafe == (safety == .safe) && !diagnostic.fixes.isEmpty ? 1 : 0)
      }
      return sum + diagnostic.fixes.count { $0.safety == safety }
    }
  }

  public var suppressedCount: Int { diagnostics.reduce(0) { $0 + ($1.suppression == nil ? 0 : $1.count) } }

  /// A path for people, from the folder they stand in.
  func displayPath(_ path: RepositoryPath) -> String { TerminalText.escaped(display(path)) }
}

/// A finding of an older state that is no more.
public struct AbsentFinding: Sendable {
  public let rule: String
  public let path: RepositoryPath
  public let fingerprint: String
  /// `nil` when only a baseline file tells of it.
  public let diagnostic: Diagnostic?

  public init(rule: String, path: RepositoryPath, fingerprint: String) {
    self.rule = rule
    self.path = path
    self.fingerprint = fingerprint
    diagnostic = nil
  }

  public init(_ diagnostic: Diagnostic, fingerprint: String) {
    rule = diagnostic.rule
    path = diagnostic.span.file.path
    self.fingerprint = fingerprint
    self.diagnostic = diagnostic
  }
}

/// Writes a report in one format.
public protocol Reporter: Sendable {
  /// The whole report, with its last line end.
  func render(_ report: LintReport) -> String
}

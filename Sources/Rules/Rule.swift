import Diagnostics
import NodeConfig
import RegistryConfig
import SourceText
import YAMLSyntax

/// One thing that can be wrong. A rule is one file: what it is, examples that are tests, its check and its fixes.
///
/// A rule implements the `check` whose subject is enough to decide; the others do nothing. It never speaks of unknown
/// values (placeholders), of what is missing in an incomplete list, or of what a patch leaves out.
public protocol Rule: Sendable {
  static var documentation: RuleDocumentation { get }
  static var examples: [RuleExample] { get }
  init()

  /// Called once a file that holds at least one resource, or a document that could not be read.
  func check(_ file: LintedFile, _ findings: inout Findings)
  /// Called once a resource.
  func check(_ resource: LintedResource, _ findings: inout Findings)
  /// Called once a cluster, with all resources that meet on it.
  func check(_ cluster: LintedCluster, _ findings: inout Findings)
  /// Called once a cluster of two states, where a run knows two: `lint --since` and `diff`. The rule's documentation
  /// says that it needs them.
  func check(_ change: LintedChange, _ findings: inout Findings)
}

extension Rule {
  public func check(_ file: LintedFile, _ findings: inout Findings) {}
  public func check(_ resource: LintedResource, _ findings: inout Findings) {}
  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {}
  public func check(_ change: LintedChange, _ findings: inout Findings) {}
}

/// What people read about a rule: in `explain`, in `docs/rules`, in SARIF.
///
/// A class, because every finding of every rule in every resource carries it: a reference is copied in no time.
public final class RuleDocumentation: Sendable {
  public enum Category: String, Sendable, CaseIterable {
    case image, mirror, ca, format, cross, hygiene, suppression
  }

  public enum Fixing: String, Sendable { case none, safe, unsafe, both }

  /// Reads after "allow …": names the bad pattern, `allowed-and-blocked`.
  public let id: String
  /// The group and number of the catalogue, `IMG101`.
  public let code: String
  public let category: Category
  public let severity: Severity
  public let effect: Effect
  public let fixing: Fixing
  /// Off until it is selected.
  public let isOptIn: Bool
  /// Speaks of a change: it is silent where a run knows one state alone.
  public let needsBase: Bool
  /// One sentence, what is reported.
  public let summary: String
  /// What the cluster does with it.
  public let why: String
  /// What to write instead.
  public let instead: String
  /// Where the facts come from: operator file, CRD, RFC, issue.
  public let sources: [String]

  public init(
    id: String, code: String, category: Category, severity: Severity, effect: Effect, fixing: Fixing = .none,
    isOptIn: Bool = false, needsBase: Bool = false, summary: String, why: String, instead: String,
    sources: [String] = []
  ) {
    self.id = id
    self.code = code
    self.category = category
    self.severity = severity
    self.effect = effect
    self.fixing = fixing
    self.isOptIn = isOptIn
    self.needsBase = needsBase
    self.summary = summary
    self.why = why
    self.instead = instead
    self.sources = sources
  }

  public var url: String { "\(RuleDocumentation.project)/blob/main/docs/rules/\(id).md" }
  public static let project = "https://github.com/registrylint/registrylint"
}

/// A manifest that is documentation and test of its rule.
public struct RuleExample: Sendable {
  public let title: String
  /// YAML in which `⟦…⟧` marks the ranges that the rule must report, in order; without marks it must be silent.
  public let text: String
  /// The state that a change begins with, for rules of changes.
  public let before: String?
  /// The text after all fixes of the rule (safe and unsafe), applied until nothing changes.
  public let fixed: String?
  public let release: Release
  public let releaseImage: String?
  /// For rules about time; seconds since 1970. The default is 2026-06-01.
  public let now: Int64
  /// A part of the first message.
  public let message: String?
  /// Hidden in the documentation: the example is a test only.
  public let isTestOnly: Bool
  public let source: (file: String, line: Int)

  private init(
    _ title: String, _ text: String, before: String?, fixed: String?, release: Release, releaseImage: String?,
    now: Int64,
    message: String?, isTestOnly: Bool,
    file: String, line: Int
  ) {
    self.title = title
    self.text = text
    self.before = before
    self.fixed = fixed
    self.release = release
    self.releaseImage = releaseImage
    self.now = now
    self.message = message
    self.isTestOnly = isTestOnly
    source = (file, line)
  }

  /// The marked ranges are reported, and `fixed` is what the fixes make of it.
  public static func bad(
    _ title: String, _ text: String, before: String? = nil, fixed: String? = nil, release: Release = .newest,
    releaseImage: String? = nil, now: Int64 = 1_780_272_000,
    message: String? = nil, testOnly: Bool = false, file: String = #fileID, line: Int = #line
  ) -> RuleExample {
    RuleExample(
      title, text, before: before, fixed: fixed, release: release, releaseImage: releaseImage, now: now,
      message: message, isTestOnly: testOnly, file: file, line: line)
  }

  /// The rule is silent.
  public static func good(
    _ title: String, _ text: String, before: String? = nil, release: Release = .newest, releaseImage: String? = nil,
    now: Int64 = 1_780_272_000, testOnly: Bool = false,
    file: String = #fileID, line: Int = #line
  ) -> RuleExample {
    RuleExample(
      title, text, before: before, fixed: nil, release: release, releaseImage: releaseImage, now: now, message: nil,
      isTestOnly: testOnly, file: file, line: line)
  }
}

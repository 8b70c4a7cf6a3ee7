import Clusters
import Diagnostics
import NodeConfig
import RegistryConfig
import Rules
import SourceText
import YAMLSyntax

/// `.registrylint.yaml` at the root of the input.
public struct Configuration: Sendable {
  public static let fileName = ".registrylint.yaml"

  /// A severity as people set it for a rule.
  public enum Level: String, Sendable, CaseIterable {
    case error, warning, note, off
  }

  public var release: Release?
  public var releaseImage: String?
  public var select: [String] = []
  public var ignore: [String] = []
  public var severity: [String: Level] = [:]
  public var failOn: FailOn?
  public var exclude: [PathPattern] = []
  public var clusters: [DeclaredCluster] = []

  public init() {}

  /// What the command line does not say is read from here; a key or a value that means nothing is an error with its
  /// place, for a typo must not switch a rule off in silence.
  public init(reading file: SourceFile) throws(UsageError) {
    let documents = YAMLStream(file).documents
    guard documents.count <= 1 else {
      throw UsageError("the configuration is one document", at: SourceSpan(file: file, range: documents[1].range))
    }
    if let problem = documents.first?.problem {
      throw UsageError(problem.message + (problem.hint.map { " (\($0))" } ?? ""), at: problem.span)
    }
    guard let root = documents.first?.root, !root.isNull else { return }
    guard root.isMapping else { throw UsageError("the configuration is a mapping of settings", at: root.span) }
    var seen: Set<String> = []
    for entry in root.entries {
      let key = entry.key.keyText ?? ""
      guard seen.insert(key).inserted else { throw UsageError("'\(key)' is set twice", at: entry.key.span) }
      let value = entry.value
      switch key {
      case "release":
        release = try Self.release(value)
      case "release-image": releaseImage = try Self.releaseImage(try Self.string(value, key), at: value.span)
      case "select": select = try Self.ruleList(value, key)
      case "ignore": ignore = try Self.ruleList(value, key)
      case "severity":
        guard value.isMapping else { throw UsageError("'severity' maps rules to levels", at: value.span) }
        for item in value.entries {
          let rule = try Self.rule(item.key)
          guard let level = item.value.scalar.flatMap({ Level(rawValue: $0.text) }) else {
            throw UsageError("a severity is error, warning, note or off", at: item.value.span)
          }
          severity[rule] = level
        }
      case "fail-on":
        guard let level = value.scalar.flatMap({ FailOn(rawValue: $0.text) }) else {
          throw UsageError("'fail-on' is error, warning, note or never", at: value.span)
        }
        failOn = level
      case "clusters": clusters = try Self.clusters(value)
      case "exclude": exclude = try Self.strings(value, key).map { PathPattern($0.0) }
      default:
        let near = nearest(to: key, in: Self.keys)
        throw UsageError(
          "unknown setting '\(key)'" + (near.map { "; did you mean '\($0)'?" } ?? ""), at: entry.key.span)
      }
    }
  }

  static let keys = ["release", "release-image", "select", "ignore", "severity", "fail-on", "exclude", "clusters"]

  static func known(_ release: Release, at span: SourceSpan? = nil) throws(UsageError) -> Release {
    guard release >= .oldest else {
      throw UsageError("OpenShift \(release) is older than \(Release.oldest), the oldest release known here", at: span)
    }
    guard release <= .newest else {
      throw UsageError("OpenShift \(release) is newer than \(Release.newest), the newest release known here", at: span)
    }
    guard release.major != 4 || release <= .newestOfFour else {
      throw UsageError(
        "there is no OpenShift \(release); \(Release.oldest) to \(Release.newestOfFour) and \(Release.newest) are "
          + "known here",
        at: span)
    }
    return release
  }

  /// A payload as the operator reads it: in full, with its registry.
  static func releaseImage(_ text: String, at span: SourceSpan? = nil) throws(UsageError) -> String {
    do throws(ImageReference.Problem) {
      _ = try ImageReference(canonical: text)
      return text
    } catch {
      throw UsageError(
        "'\(text)' is no release image (\(error.message)); write it in full: "
          + "quay.io/openshift-release-dev/ocp-release@sha256:…", at: span)
    }
  }

  static func release(_ value: Node) throws(UsageError) -> Release {
    guard let text = value.scalar?.text, let release = Release(text) else {
      throw UsageError("'\(value.scalar?.text ?? "")' is no OpenShift release; write \"4.16\"", at: value.span)
    }
    return try known(release, at: value.span)
  }

  static func string(_ node: Node, _ key: String) throws(UsageError) -> String {
    guard let text = node.string else { throw UsageError("'\(key)' is a text", at: node.span) }
    return text
  }

  static func strings(_ node: Node, _ key: String) throws(UsageError) -> [(String, SourceSpan)] {
    guard node.isSequence else { throw UsageError("'\(key)' is a list", at: node.span) }
    var result: [(String, SourceSpan)] = []
    for item in node.items { result.append((try string(item, key), item.span)) }
    return result
  }

  private static func ruleList(_ node: Node, _ key: String) throws(UsageError) -> [String] {
    guard node.isSequence else { throw UsageError("'\(key)' is a list of rules", at: node.span) }
    var result: [String] = []
    for item in node.items { result.append(try rule(item)) }
    return result
  }

  private static func rule(_ node: Node) throws(UsageError) -> String {
    let text = node.scalar?.text ?? ""
    do { return try RuleSelection.known(text) } catch { throw UsageError(error.message, at: node.span) }
  }

  /// A configuration with every setting, commented.
  public static let sample = """
    # Settings of registrylint. Every key is optional; the command line wins over them.

    # The OpenShift release to judge by and render for.
    # release: "4.16"

    # The cluster's payload, when it is not installed from quay.io.
    # release-image: registry.example.com:5000/openshift/release@sha256:…

    # Findings at or over this severity fail a run: error, warning, note, never.
    # fail-on: error

    # Rules that are off by default and wanted; rules that are not wanted.
    # select: [search-change-reboots]
    # ignore: [search-public]

    # Other severities: error, warning, note, off.
    # severity:
    #   ca-expired: error

    # Paths that are not read, as in .gitignore.
    # exclude: [charts/**/testdata, "*.tmpl.yaml"]

    # Which resources meet on one cluster, where the repository does not show it by itself ('registrylint clusters'
    # tells what is found): files, folders, folders of kustomizations, or patterns of them, from the root.
    # clusters:
    #   - name: prod
    #     paths: [clusters/prod, common/registry/*.yaml]
    #     release: "4.18"
    #     release-image: registry.example.com:5000/openshift/release@sha256:…

    """
}

/// From which severity on a run fails.
public enum FailOn: String, Sendable, CaseIterable {
  case error, warning, note, never

  public func isReached(by severity: Severity) -> Bool {
    switch self {
    case .error: severity >= .error
    case .warning: severity >= .warning
    case .note: severity >= .note
    case .never: false
    }
  }
}

/// The candidate nearest to a word that was mistyped, `nil` when none is near.
func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
  let limit = max(2, word.utf8.count / 4)
  var best: (distance: Int, text: String)?
  for candidate in candidates {
    guard let distance = EditDistance.between(word, candidate, limit: limit) else { continue }
    if distance < best?.distance ?? .max { best = (distance, candidate) }
  }
  return best?.text
}

import Diagnostics
import History
import SourceText
import YAMLSyntax

/// Findings that were there when somebody began to use this program: a file of fingerprints, without positions, sorted,
/// so that it changes only when findings come or go.
public struct Baseline: Sendable {
  public struct Entry: Hashable, Sendable {
    public let rule: String
    public let path: String
    /// 16 hexadecimal digits each; `FindingKey`.
    public let fingerprint: String
    public let identity: String
    /// How many findings share the fingerprint.
    public var count: Int
  }

  public let entries: [Entry]

  /// All findings of a run that nothing suppresses.
  public init(_ outcome: Linter.Outcome) {
    var entries: [String: Entry] = [:]
    for finding in outcome.findings where finding.suppression == nil {
      let key = FindingKey(finding)
      let fingerprint = FindingKey.text(key.fingerprint)
      let new = Entry(
        rule: finding.rule, path: finding.span.file.path.text, fingerprint: fingerprint,
        identity: FindingKey.text(key.identity), count: 0)
      entries[fingerprint, default: new].count += 1
    }
    self.entries = entries.values.sorted { $0.fingerprint < $1.fingerprint }
  }

  /// The number of findings it stands for.
  public var count: Int { entries.reduce(0) { $0 + $1.count } }

  /// The file's content.
  public var text: String {
    JSONText.object([
      ("version", .int(1)), ("tool", .string("registrylint")),
      (
        "findings",
        .array(
          entries.map { entry in
            .object([
              ("fingerprint", .string(entry.fingerprint)), ("identity", .string(entry.identity)),
              ("rule", .string(entry.rule)), ("path", .string(entry.path)), ("count", .int(entry.count)),
            ])
          })
      ),
    ]).text(indented: true) + "\n"
  }

  /// Reads a file that `text` made.
  public init(reading file: SourceFile) throws(UsageError) {
    func refuse(_ reason: String, _ span: SourceSpan? = nil) -> UsageError {
      UsageError("this is no baseline of registrylint: \(reason)", at: span ?? SourceSpan(file: file, range: 0..<0))
    }
    guard let document = YAMLStream(file).documents.first else { throw refuse("it is empty") }
    if let problem = document.problem { throw refuse(problem.message, problem.span) }
    guard let root = document.root, root["version"]?.scalar?.text == "1", let findings = root["findings"],
      findings.isSequence
    else { throw refuse("it has no version 1 and no findings") }
    var entries: [Entry] = []
    for item in findings.items {
      guard let fingerprint = item["fingerprint"]?.string, let identity = item["identity"]?.string,
        let rule = item["rule"]?.string, let path = item["path"]?.string,
        let count = item["count"]?.scalar.flatMap({ Int($0.text) }), count > 0
      else { throw refuse("a finding lacks its fingerprint, identity, rule, path or count", item.span) }
      entries.append(Entry(rule: rule, path: path, fingerprint: fingerprint, identity: identity, count: count))
    }
    self.entries = entries
  }
}

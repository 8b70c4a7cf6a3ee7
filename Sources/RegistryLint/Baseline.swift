import Diagnostics
import History
import SourceText
import YAMLSyntax

/// Findings that were there when somebody began to use this program: a file of fingerprints, without positions, sorted,
/// so that it changes only when findings come or go.
public struct Baseline: Sendable {
  public struct Entry: Hashable, KnownFinding {
    public let rule: String
    public let path: RepositoryPath
    public let key: FindingKey
    public let isOfSeveralPlaces: Bool
    /// What the finding speaks of; `nil` for text, and in files of older versions of this program.
    public let object: ResourceReference?
    /// How many findings share the fingerprint.
    public var count: Int
  }

  public let entries: [Entry]

  /// All findings of a run that nothing suppresses.
  public init(_ outcome: Linter.Outcome) {
    var entries: [UInt64: Entry] = [:]
    for finding in outcome.findings where finding.suppression == nil {
      let keyed = KeyedFinding(finding)
      let new = Entry(
        rule: finding.rule, path: finding.span.file.path, key: keyed.key, isOfSeveralPlaces: keyed.isOfSeveralPlaces,
        object: finding.resource, count: 0)
      entries[keyed.key.fingerprint, default: new].count += 1
    }
    self.entries = entries.values.sorted { $0.key.fingerprint < $1.key.fingerprint }
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
            var fields: [(String, JSONText)] = [
              ("fingerprint", .string(FindingKey.text(entry.key.fingerprint))),
              ("identity", .string(FindingKey.text(entry.key.identity))),
            ]
            if entry.isOfSeveralPlaces { fields.append(("places", .string(FindingKey.text(entry.key.places)))) }
            fields += [("rule", .string(entry.rule)), ("path", .string(entry.path.text))]
            if let object = entry.object {
              fields += [
                ("kind", .string(object.kind)), ("namespace", object.namespace.map(JSONText.string) ?? .null),
                ("name", object.name.map(JSONText.string) ?? .null),
              ]
            }
            return .object(fields + [("count", .int(entry.count))])
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
      guard let fingerprint = item["fingerprint"]?.string.flatMap(FindingKey.hash),
        let identity = item["identity"]?.string.flatMap(FindingKey.hash), let rule = item["rule"]?.string,
        let path = item["path"]?.string, let count = item["count"]?.scalar.flatMap({ Int($0.text) }), count > 0
      else { throw refuse("a finding lacks its fingerprint, identity, rule, path or count", item.span) }
      let places = item["places"]?.string.flatMap(FindingKey.hash)
      let object = item["kind"]?.string.map { kind in
        ResourceReference(
          apiVersion: nil, kind: kind, namespace: item["namespace"]?.string, name: item["name"]?.string)
      }
      entries.append(
        Entry(
          rule: rule, path: RepositoryPath(path),
          key: FindingKey(fingerprint: fingerprint, identity: identity, places: places ?? 0),
          isOfSeveralPlaces: places != nil, object: object, count: count))
    }
    self.entries = entries
  }
}

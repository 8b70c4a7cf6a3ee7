import Diagnostics
import Rules
import SourceText

/// SARIF 2.1.0 as GitHub's and GitLab's code scanning take it: repository-relative URIs, rules with help in Markdown,
/// both fingerprints, fixes, related locations, notifications, provenance. A lint run is one run of SARIF.
///
/// Results stand with the weightiest first, and what one run cannot hold is counted in a notification. GitHub also
/// refuses files of more than 10 MB after gzip, which are 400 bytes for each of so many results. There is no check of
/// that: what neighbours share, the words of a rule and of its help, costs next to nothing, and a value once, though it
/// stands in message, snippet and fix. Measured are 60 bytes a result, and 320 where each has a path of its own of 100
/// random letters and a value of 250. So that one value cannot cost much more, long texts are shortened, and snippets
/// and fixes that are long or many are left out.
public struct SARIFReporter: Reporter {
  /// Whether suppressed findings are in it. GitHub ignores `suppressions` and would show them as open alerts.
  public let showSuppressed: Bool
  /// Whether what only the older state has is in it. GitHub ignores `baselineState` and would show it as open alerts.
  public let showAbsent: Bool
  /// GitHub refuses a run of more results, and shows the 5,000 with the highest severity of those it takes.
  static let mostResultsOfGitHub = 25_000
  /// Of one run.
  let mostResults: Int
  /// Of related places and of fixes.
  private static let mostOfResult = 100
  /// Of a text of the repository, in bytes of UTF-8.
  static let longestText = 1_000
  /// Of what a fix inserts.
  private static let longestFix = 10_000

  public init(showSuppressed: Bool = false, showAbsent: Bool = false) {
    self.init(showSuppressed: showSuppressed, showAbsent: showAbsent, mostResults: Self.mostResultsOfGitHub)
  }

  init(showSuppressed: Bool = false, showAbsent: Bool = false, mostResults: Int) {
    self.showSuppressed = showSuppressed
    self.showAbsent = showAbsent
    self.mostResults = mostResults
  }

  public static let schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

  public func render(_ report: LintReport) -> String {
    let ids = report.rules.map { $0.documentation.id }.sorted()
    let index = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
    let (findings, cut) = cut(findings(of: report))
    var hashes = LineHashes()
    let results = findings.map { finding in
      switch finding {
      case .here(let diagnostic, let state): result(diagnostic, index: index, hashes: &hashes, state: state)
      case .gone(let absent): result(absent, index)
      }
    }
    let run = run(
      version: report.version, ids: ids, results: results, notifications: report.notifications + cut,
      provenance: report.provenance, id: "registrylint/")
    return Self.document([run])
  }

  /// A log of one or several runs.
  static func document(_ runs: [JSONText]) -> String {
    JSONText.object([
      ("$schema", .string(schema)), ("version", .string("2.1.0")), ("runs", .array(runs)),
    ]).text(indented: true) + "\n"
  }

  /// - Parameters:
  ///   - ids: Of the rules, in the order that results count them by.
  ///   - id: Of the automation; platforms keep apart what differs in it, and refuse two runs of one.
  ///   - description: Of the automation, for people.
  func run(
    version: String, ids: [String], results: [JSONText], notifications: [Notification],
    provenance: LintReport.Provenance, id: String, description: String? = nil
  ) -> JSONText {
    var automation: [(String, JSONText)] = [("id", .string(id))]
    if let description { automation.append(("description", .object([("text", .string(description))]))) }
    var run: [(String, JSONText)] = [
      ("tool", .object([("driver", driver(version, ids))])),
      ("invocations", .array([invocation(notifications)])),
      (
        "originalUriBaseIds",
        .object([("ROOT", .object([("description", .object([("text", .string("The root of the repository."))]))]))])
      ),
      ("columnKind", .string("unicodeCodePoints")),
      ("results", .array(results)),
      ("automationDetails", .object(automation)),
    ]
    if let provenance = self.provenance(provenance) { run.append(("versionControlProvenance", .array([provenance]))) }
    return .object(run)
  }

  private func driver(_ version: String, _ ids: [String]) -> JSONText {
    .object([
      ("name", .string("registrylint")), ("version", .string(version)),
      ("semanticVersion", .string(version)), ("informationUri", .string(RuleDocumentation.project)),
      ("rules", .array(ids.compactMap { RuleRegistry.rule($0) }.map(descriptor))),
    ])
  }

  private func descriptor(_ rule: any Rule.Type) -> JSONText {
    let documentation = rule.documentation
    let name = documentation.id.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    let link = "\n[\(documentation.id)](\(documentation.url))\n"
    return .object([
      ("id", .string(documentation.id)), ("name", .string(name)),
      ("shortDescription", .object([("text", .string(documentation.summary))])),
      ("fullDescription", .object([("text", .string(documentation.why))])),
      ("helpUri", .string(documentation.url)),
      (
        "help",
        .object([
          ("text", .string("\(documentation.why)\n\n\(documentation.instead)")),
          ("markdown", .string(documentation.markdown(examples: rule.examples) + link)),
        ])
      ),
      (
        "defaultConfiguration",
        .object([("level", .string(level(documentation.severity))), ("enabled", .bool(!documentation.isOptIn))])
      ),
      (
        "properties",
        .object([
          (
            "tags",
            .array([.string(documentation.category.rawValue), .string("effect/\(documentation.effect.rawValue)")])
          ),
          ("precision", .string("high")), ("problem.severity", .string(problemSeverity(documentation.severity))),
        ])
      ),
    ])
  }

  private func invocation(_ notifications: [Notification]) -> JSONText {
    .object([
      ("executionSuccessful", .bool(!notifications.contains { $0.level == .error })),
      (
        "toolExecutionNotifications",
        .array(
          notifications.map { notification in
            var members: [(String, JSONText)] = [
              ("level", .string(notification.level.rawValue)),
              ("message", .object([("text", .string(notification.message))])),
            ]
            if let path = notification.path {
              members.append(
                (
                  "locations",
                  .array([.object([("physicalLocation", .object([("artifactLocation", artifact(path))]))])])
                ))
            }
            return .object(members)
          })
      ),
    ])
  }

  private func provenance(_ provenance: LintReport.Provenance) -> JSONText? {
    guard let uri = provenance.repositoryURI else { return nil }
    var members: [(String, JSONText)] = [
      ("repositoryUri", .string(uri)), ("mappedTo", .object([("uriBaseId", .string("ROOT"))])),
    ]
    if let revision = provenance.revision { members.append(("revisionId", .string(revision))) }
    if let branch = provenance.branch { members.append(("branch", .string(branch))) }
    return .object(members)
  }

  /// - Parameter properties: More of them than every result has.
  func result(
    _ diagnostic: Diagnostic, index: [String: Int], hashes: inout LineHashes, state: String? = nil,
    properties: [(String, JSONText)] = []
  ) -> JSONText {
    var members: [(String, JSONText)] = [("ruleId", .string(diagnostic.rule))]
    if let index = index[diagnostic.rule] { members.append(("ruleIndex", .int(index))) }
    if let state { members.append(("baselineState", .string(state))) }
    var text = "\(Self.shortened(diagnostic.message))\(diagnostic.countNote)."
    if diagnostic.effect != .none, let consequence = diagnostic.effect.consequence {
      text += " Effect: \(diagnostic.effect.rawValue) (\(consequence))."
    }
    if let help = diagnostic.help { text += " Help: \(Self.shortened(help))." }
    let related = diagnostic.related.prefix(Self.mostOfResult)
    // GitHub shows a related location only when the message links to it.
    for (position, label) in related.enumerated() { text += " [\(linkText(label.message))](\(position + 1))" }
    members += [
      ("level", .string(level(diagnostic.severity))), ("message", .object([("text", .string(text))])),
      ("locations", .array([location(diagnostic.span, diagnostic)])),
    ]
    if !related.isEmpty {
      members.append(
        (
          "relatedLocations",
          .array(
            related.enumerated().map { position, label in
              .object([
                ("id", .int(position + 1)), ("physicalLocation", physical(label.span)),
                ("message", .object([("text", .string(Self.shortened(label.message)))])),
              ])
            })
        ))
    }
    members.append(
      (
        "partialFingerprints",
        .object([
          ("primaryLocationLineHash", .string(hashes.hash(of: diagnostic.span))),
          ("manifestPath/v1", .string(diagnostic.fingerprint)),
        ])
      ))
    let fixes = diagnostic.fixes.prefix(Self.mostOfResult).filter { fix in
      fix.edits.reduce(0) { $0 + $1.edit.replacement.count } <= Self.longestFix
    }
    if !fixes.isEmpty { members.append(("fixes", .array(fixes.map(fix)))) }
    if let suppression = diagnostic.suppression {
      members.append(
        (
          "suppressions",
          .array([
            .object([
              ("kind", .string("inSource")), ("status", .string("accepted")),
              ("justification", .string(Self.shortened(suppression.reason ?? ""))),
            ])
          ])
        ))
    }
    members.append(
      (
        "properties",
        .object([
          ("effect", .string(diagnostic.effect.rawValue)), ("field", .optional(diagnostic.field.map(Self.shortened))),
          ("clusters", .array(diagnostic.clusters.map { .string($0) })), ("count", .int(diagnostic.count)),
        ] + properties)
      ))
    return .object(members)
  }

  /// Of a baseline file only the rule and the path are known.
  private func result(_ absent: AbsentFinding, _ index: [String: Int]) -> JSONText {
    var members: [(String, JSONText)] = [("ruleId", .string(absent.rule))]
    if let index = index[absent.rule] { members.append(("ruleIndex", .int(index))) }
    members += [
      ("baselineState", .string("absent")), ("level", .string("note")),
      ("message", .object([("text", .string("A finding of the baseline that is no more."))])),
      ("locations", .array([.object([("physicalLocation", .object([("artifactLocation", artifact(absent.path))]))])])),
      ("partialFingerprints", .object([("manifestPath/v1", .string(absent.fingerprint))])),
    ]
    return .object(members)
  }

  private func location(_ span: SourceSpan, _ diagnostic: Diagnostic) -> JSONText {
    var members: [(String, JSONText)] = [("physicalLocation", physical(span))]
    if let resource = diagnostic.resource {
      let name = [resource.kind, resource.namespace, resource.name].compactMap { $0 }.joined(separator: "/")
      members.append(
        (
          "logicalLocations",
          .array([
            .object([
              ("fullyQualifiedName", .string(Self.shortened(name + (diagnostic.field.map { "#\($0)" } ?? "")))),
              ("kind", .string("resource")),
            ])
          ])
        ))
    }
    return .object(members)
  }

  private func physical(_ span: SourceSpan) -> JSONText {
    .object([("artifactLocation", artifact(span.file.path)), ("region", region(span))])
  }

  private func region(_ span: SourceSpan) -> JSONText {
    var members: [(String, JSONText)] = [
      ("startLine", .int(span.start.line)), ("startColumn", .int(span.start.column)),
      ("endLine", .int(span.end.line)), ("endColumn", .int(span.end.column)),
      ("byteOffset", .int(span.range.lowerBound)), ("byteLength", .int(span.range.count)),
    ]
    let lines = (span.start.line - 1)...(span.end.line - 1)
    // A snippet is the text of its region, so there is none of a long one: a file may be a single line.
    if lines.count <= 4, span.range.count <= Self.longestText,
      !lines.contains(where: { SecretText.isSecret(line: $0, in: span.file) })
    {
      members.append(("snippet", .object([("text", .string(SecretText.redacting(span.text)))])))
    }
    return .object(members)
  }

  private func artifact(_ path: RepositoryPath) -> JSONText {
    .object([("uri", .string(Self.uri(path))), ("uriBaseId", .string("ROOT"))])
  }

  /// A relative URI: percent-encoded bytes, `./` before a first segment with a colon (RFC 3986 4.2).
  static func uri(_ path: RepositoryPath) -> String {
    var text = ""
    let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:@!$&'()*+,;=".utf8)
    for byte in path.bytes {
      if unreserved.contains(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let hex = String(byte, radix: 16, uppercase: true)
        text += "%" + (hex.utf8.count == 1 ? "0" : "") + hex
      }
    }
    return text.split(separator: "/").first?.contains(":") == true ? "./" + text : text
  }

  private func fix(_ fix: Fix) -> JSONText {
    var order: [SourceFile] = []
    for edit in fix.edits where !order.contains(where: { $0 === edit.file }) { order.append(edit.file) }
    return .object([
      ("description", .object([("text", .string(fix.description))])),
      (
        "artifactChanges",
        .array(
          order.map { file in
            .object([
              ("artifactLocation", artifact(file.path)),
              (
                "replacements",
                .array(
                  fix.edits.filter { $0.file === file }.map { edit in
                    let span = SourceSpan(file: file, range: edit.edit.range)
                    return .object([
                      (
                        "deletedRegion",
                        .object([
                          ("startLine", .int(span.start.line)), ("startColumn", .int(span.start.column)),
                          ("endLine", .int(span.end.line)), ("endColumn", .int(span.end.column)),
                        ])
                      ),
                      (
                        "insertedContent",
                        .object([("text", .string(String(decoding: edit.edit.replacement, as: UTF8.self)))])
                      ),
                    ])
                  })
              ),
            ])
          })
      ),
    ])
  }

  private func level(_ severity: Severity) -> String { severity.rawValue }

  private func problemSeverity(_ severity: Severity) -> String {
    switch severity {
    case .error: "error"
    case .warning: "warning"
    case .note: "recommendation"
    }
  }

  /// Text inside of `[…](id)`: brackets would end the link.
  private func linkText(_ text: String) -> String {
    Self.shortened(text).replacing("[", with: "(").replacing("]", with: ")").replacing("\\", with: "/")
  }
}

/// The line hashes of the files of a report, each computed once.
struct LineHashes {
  private var files: [ObjectIdentifier: [String]] = [:]

  mutating func hash(of span: SourceSpan) -> String {
    let key = ObjectIdentifier(span.file)
    let hashes = files[key] ?? LineHash.hashes(of: span.file)
    files[key] = hashes
    let line = span.file.lines.lineIndex(of: span.range.lowerBound)
    return line < hashes.count ? hashes[line] : ""
  }
}

import Diagnostics
import SourceText

/// The JSON of the command-line contract, version 1.
public struct JSONReporter: Reporter {
  public let showSuppressed: Bool

  public init(showSuppressed: Bool = false) {
    self.showSuppressed = showSuppressed
  }

  public func render(_ report: LintReport) -> String {
    JSONText.object([
      ("version", .int(1)),
      ("tool", .object([("name", .string("registrylint")), ("version", .string(report.version))])),
      ("release", .string(report.release.description)),
      (
        "input",
        .object([("kind", .string(report.inputKind.rawValue)), ("revision", .optional(report.revision))])
      ),
      ("diagnostics", .array((showSuppressed ? report.diagnostics : report.open).map(Self.json))),
      ("notifications", .array(report.notifications.map(Self.json))),
      (
        "summary",
        .object([
          ("files", .int(report.summary.files)), ("resources", .int(report.summary.resources)),
          ("clusters", .int(report.summary.clusters)), ("errors", .int(report.count(.error))),
          ("warnings", .int(report.count(.warning))), ("notes", .int(report.count(.note))),
          ("suppressed", .int(report.suppressedCount)),
        ] + Self.counts(report.known))
      ),
    ]).text(indented: true) + "\n"
  }

  /// How many findings are not new, when only new ones are reported.
  private static func counts(_ known: LintReport.Known?) -> [(String, JSONText)] {
    guard let known else { return [] }
    let unchanged = known.unchanged.reduce(0) { $0 + $1.count }
    return [("unchanged", .int(unchanged)), ("absent", .int(known.absent.count))]
  }

  /// One diagnostic as the contract has it.
  public static func json(_ diagnostic: Diagnostic) -> JSONText {
    var members: [(String, JSONText)] = [
      ("rule", .string(diagnostic.rule)), ("severity", .string(diagnostic.severity.rawValue)),
      ("effect", .string(diagnostic.effect.rawValue)), ("message", .string(diagnostic.message)),
      ("path", .string(diagnostic.span.file.path.text)), ("start", json(diagnostic.span.start)),
      ("end", json(diagnostic.span.end)),
      (
        "resource",
        diagnostic.resource.map {
          .object([
            ("apiVersion", .optional($0.apiVersion)), ("kind", .string($0.kind)),
            ("namespace", .optional($0.namespace)), ("name", .optional($0.name)),
          ])
        } ?? .null
      ),
      ("field", .optional(diagnostic.field)), ("clusters", .array(diagnostic.clusters.map { .string($0) })),
    ]
    members += [
      (
        "related",
        .array(
          diagnostic.related.map {
            .object([
              ("path", .string($0.span.file.path.text)), ("start", json($0.span.start)), ("end", json($0.span.end)),
              ("message", .string($0.message)),
            ])
          })
      ),
      ("help", .optional(diagnostic.help)), ("url", .optional(diagnostic.url)),
      ("fingerprint", .string(diagnostic.fingerprint)), ("count", .int(diagnostic.count)),
      ("suppressed", diagnostic.suppression.map(json) ?? .null), ("fixes", .array(diagnostic.fixes.map(json))),
    ]
    return .object(members)
  }

  private static func json(_ position: SourcePosition) -> JSONText {
    .object([("line", .int(position.line)), ("column", .int(position.column)), ("offset", .int(position.offset))])
  }

  private static func json(_ suppression: Suppression) -> JSONText {
    .object([
      ("reason", .optional(suppression.reason)), ("until", .optional(suppression.until?.description)),
      ("line", .int(suppression.span.start.line)),
    ])
  }

  private static func json(_ fix: Fix) -> JSONText {
    .object([
      ("description", .string(fix.description)), ("safety", .string(fix.safety.rawValue)),
      (
        "edits",
        .array(
          fix.edits.map {
            .object([
              ("path", .string($0.file.path.text)), ("start", .int($0.edit.range.lowerBound)),
              ("end", .int($0.edit.range.upperBound)),
              ("replacement", .string(String(decoding: $0.edit.replacement, as: UTF8.self))),
            ])
          })
      ),
    ])
  }

  static func json(_ notification: Notification) -> JSONText {
    .object([
      ("level", .string(notification.level.rawValue)), ("path", .optional(notification.path?.text)),
      ("message", .string(notification.message)),
    ])
  }
}

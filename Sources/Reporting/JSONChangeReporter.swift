import Diagnostics
import History
import NodeConfig
import SourceText

/// The JSON of the command-line contract, version 1, commit by commit.
public struct JSONChangeReporter: ChangeReporter {
  private var isFirst = true
  private var effective = 0
  private var changes = 0

  public init() {}

  public mutating func begin(_ heading: ChangeHeading) -> String {
    "{\n  \"version\": 1,\n  \"range\": \(JSONText.string(heading.range).text(indented: false)),\n  \"commits\": ["
  }

  public mutating func tell(_ change: CommitChange) -> String {
    changes += 1
    if change.isEffective { effective += 1 }
    defer { isFirst = false }
    let text = Self.json(change).text(indented: true).replacing("\n", with: "\n    ")
    return (isFirst ? "\n    " : ",\n    ") + text
  }

  public mutating func end(_ ending: ChangeEnding) -> String {
    let total = ending.total
    let summary = JSONText.object([
      ("changes", .int(changes)), ("effective", .int(effective)), ("introduced", .int(total.introduced.count)),
      ("fixed", .int(total.fixed.count)),
    ])
    let notifications = JSONText.array(ending.notifications.map(JSONReporter.json))
    return (isFirst ? "" : "\n  ") + "],\n  \"notifications\": "
      + notifications.text(indented: true).replacing("\n", with: "\n  ") + ",\n  \"summary\": "
      + summary.text(indented: true).replacing("\n", with: "\n  ") + "\n}\n"
  }

  private static func json(_ change: CommitChange) -> JSONText {
    let commit = change.commit
    return .object([
      ("commit", .optional(commit?.id)), ("parent", .optional(commit?.parent)), ("author", .optional(commit?.author)),
      ("date", .optional(commit?.date)), ("subject", .optional(commit?.subject)),
      ("clusters", .array(change.clusters.map(json))),
      (
        "diagnostics",
        .object([
          ("introduced", .array(change.introduced.map(JSONReporter.json))),
          ("fixed", .array(change.fixed.map(JSONReporter.json))),
        ])
      ),
    ])
  }

  /// One cluster's change as the contract has it.
  static func json(_ change: ClusterChange) -> JSONText {
    let disruption = change.disruption
    return .object([
      ("cluster", .string(change.cluster)), ("oldCluster", .optional(change.oldName)),
      ("lastKnownIn", .optional(change.lastKnownIn)), ("lastWrittenIn", .optional(change.lastWrittenIn)),
      ("installation", .bool(change.isOfInstallation)),
      (
        "refused",
        .array(
          change.refusedBefore.map { json($0, "before") } + change.refused.map { json($0, "after") })
      ),
      (
        "left",
        .array(
          change.left.map {
            .object([
              ("kind", .string($0.resource.kindName.value)), ("namespace", .optional($0.resource.namespace?.value)),
              ("name", .optional($0.resource.name?.value)), ("extent", .string($0.extent.rawValue)),
            ])
          })
      ),
      ("resources", .array(change.resources.map(json))),
      (
        "nodeFiles",
        .array(
          change.nodeFiles.map {
            .object([
              ("path", .string($0.path)), ("before", .optional($0.before.map(shown))),
              ("after", .optional($0.after.map(shown))),
            ])
          })
      ),
      (
        "disruption",
        .object([
          ("actions", strings(disruption.actions.map(\.rawValue))), ("drain", .bool(disruption.drain)),
          ("reboot", .bool(disruption.reboot)), ("filesChanged", strings(disruption.filesChanged)),
          ("reason", .string(change.reason)), ("known", .bool(disruption.isKnown)),
        ])
      ),
      ("ifTaken", change.ifTaken.map(assumed) ?? .null), ("ifAbsent", change.ifAbsent.map(assumed) ?? .null),
      (
        "pulls",
        .array(
          change.pulls.map {
            .object([
              ("scope", .string($0.scope)), ("before", .string($0.before)), ("after", .string($0.after)),
              ("effects", strings($0.effects.map(\.rawValue))), ("except", strings($0.exceptions)),
            ])
          })
      ),
      ("certificates", .array(change.certificates.map(json))),
      ("error", .optional(disruption.error?.message ?? disruption.oldError?.message)),
    ])
  }

  private static func assumed(_ disruption: Disruption) -> JSONText {
    .object([
      ("drain", .bool(disruption.drain)), ("reboot", .bool(disruption.reboot)), ("reason", .string(disruption.reason)),
      ("error", .optional((disruption.error ?? disruption.oldError)?.message)),
    ])
  }

  private static func json(_ change: ResourceChange) -> JSONText {
    .object([
      ("change", .string(change.change.rawValue)), ("kind", .string(change.resource.kindName.value)),
      ("namespace", .optional(change.resource.namespace?.value)), ("name", .optional(change.resource.name?.value)),
      ("path", .string(change.path.text)), ("oldPath", .optional(change.oldPath?.text)),
      ("changedIn", strings(change.changedIn.map(\.text))),
      (
        "fields",
        .array(
          change.fields.map {
            .object([
              ("field", .string($0.field)), ("added", strings($0.added)), ("removed", strings($0.removed)),
              ("before", .optional($0.before)), ("after", .optional($0.after)), ("reordered", .bool($0.isReordered)),
            ])
          })
      ),
    ])
  }

  /// - Parameter side: Which side of the change has the object.
  private static func json(_ refused: RefusedObject, _ side: String) -> JSONText {
    .object([
      ("kind", .string(refused.resource.kindName.value)), ("namespace", .optional(refused.resource.namespace?.value)),
      ("name", .optional(refused.resource.name?.value)), ("path", .string(refused.span.file.path.text)),
      ("line", .int(refused.span.start.line)), ("side", .string(side)), ("field", .string(refused.field)),
      ("takenIn", .optional(refused.takenIn)), ("absent", .bool(refused.isAbsent)),
    ])
  }

  private static func json(_ change: CertificateChange) -> JSONText {
    func items(_ items: [CertificateChange.Item]) -> JSONText {
      .array(
        items.map {
          .object([
            ("subject", .string($0.subject)), ("notAfter", .string($0.notAfter)), ("sha256", .string($0.sha256)),
          ])
        })
    }
    return .object([
      ("change", .string(change.change.rawValue)), ("registry", .string(change.registry)),
      ("path", .string(change.path)),
      ("removed", items(change.removed)), ("added", items(change.added)),
    ])
  }

  private static func strings(_ list: [String]) -> JSONText { .array(list.map { .string($0) }) }

  private static func shown(_ content: String) -> String {
    String(decoding: NodeFilesReport.withoutPrivateKeys(Array(content.utf8)), as: UTF8.self)
  }
}

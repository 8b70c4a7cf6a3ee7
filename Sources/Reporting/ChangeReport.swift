import Diagnostics
import History
import NodeConfig
import RegistryConfig
import SourceText

/// What a change does, cluster by cluster, as text or as JSON.
public struct ChangeReport {
  private let changes: [ClusterChange]
  private let range: String

  /// - Parameter range: What was compared, `OLD..NEW`.
  public init(_ changes: [ClusterChange], range: String) {
    self.changes = changes
    self.range = range
  }

  public func text(isColoured: Bool) -> String {
    let style = TerminalStyle(isColoured: isColoured)
    let effective = changes.filter(\.isEffective)
    guard !effective.isEmpty else { return style.dim("no effect on any cluster") + "\n" }
    return effective.map { text($0, style) }.joined(separator: "\n")
  }

  private func text(_ change: ClusterChange, _ style: TerminalStyle) -> String {
    var text = style.bold("cluster \(TerminalText.escaped(change.cluster))") + "\n"
    let disruption = change.disruption
    if let error = disruption.error {
      text += "  " + style.red("frozen: the operator refuses the new configuration: ") + TerminalText.escaped(error.message) + "\n"
      for origin in error.origins.prefix(3) { text += "    " + style.dim(PullReport.quote(origin)) + "\n" }
    } else if let error = disruption.oldError {
      text += "  " + style.yellow("the old configuration does not render, so what changes on nodes cannot be told: ")
      text += TerminalText.escaped(error.message) + "\n"
    } else {
      let verdict =
        disruption.reboot ? style.red("nodes reboot") : disruption.drain ? style.red("nodes drain")
        : disruption.actions.isEmpty ? style.green("nodes are not disturbed") : style.yellow("CRI-O reloads, no drain")
      text += "  \(verdict): \(TerminalText.escaped(disruption.reason))\n"
    }
    for resource in change.resources { text += self.text(resource, style) }
    if !change.pulls.isEmpty { text += "  pulls\n" }
    for pull in change.pulls {
      text += "    \(TerminalText.escaped(pull.scope))\n      \(style.removed("- " + TerminalText.escaped(pull.before)))\n"
      text += "      \(style.green("+ " + TerminalText.escaped(pull.after)))\n"
    }
    for file in change.nodeFiles { text += diff(file, style) }
    return text
  }

  private func text(_ change: ResourceChange, _ style: TerminalStyle) -> String {
    let name = [change.resource.namespace?.value, change.resource.name?.value].compactMap { $0 }.joined(separator: "/")
    var text = "  \(change.change.rawValue) \(TerminalText.escaped("\(change.resource.kindName.value) \(name)"))"
    text += style.dim(" (\(TerminalText.escaped(change.path.text)))") + "\n"
    if let old = change.oldPath { text += "    was in \(TerminalText.escaped(old.text))\n" }
    for field in change.fields {
      let heading = "    \(TerminalText.escaped(field.field))"
      if field.isReordered { text += heading + ": order changed\n"; continue }
      if field.before != nil || field.after != nil {
        text += heading + ": \(TerminalText.escaped(field.before ?? "(unset)")) → \(TerminalText.escaped(field.after ?? "(unset)"))\n"
        continue
      }
      text += heading + "\n"
      for entry in field.removed { text += "      " + style.removed("- " + TerminalText.escaped(entry)) + "\n" }
      for entry in field.added { text += "      " + style.green("+ " + TerminalText.escaped(entry)) + "\n" }
    }
    return text
  }

  private func diff(_ file: NodeFileChange, _ style: TerminalStyle) -> String {
    func bytes(_ text: String?) -> [UInt8] {
      guard let text else { return [] }
      return NodeFilesReport.withoutPrivateKeys(Array(text.utf8))
    }
    let path = RepositoryPath(String(file.path.dropFirst()))
    let diff = UnifiedDiff.render(old: bytes(file.before), new: bytes(file.after), oldPath: path, newPath: path)
    var text = ""
    for line in String(decoding: diff, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: true) {
      let safe = TerminalText.escaped(String(line))
      switch line.utf8.first {
      case UInt8(ascii: "-"): text += "  " + style.removed(safe) + "\n"
      case UInt8(ascii: "+"): text += "  " + style.green(safe) + "\n"
      default: text += "  " + safe + "\n"
      }
    }
    return text
  }

  public func json() -> String {
    JSONText.object([
      ("version", .int(1)), ("range", .string(range)),
      (
        "commits",
        .array([
          .object([
            ("commit", .null), ("parent", .null), ("author", .null), ("date", .null), ("subject", .null),
            ("clusters", .array(changes.filter(\.isEffective).map(Self.json))),
          ])
        ])
      ),
      ("notifications", .array([])),
    ]).text(indented: true) + "\n"
  }

  /// One cluster's change as the contract has it.
  public static func json(_ change: ClusterChange) -> JSONText {
    func strings(_ list: [String]) -> JSONText { .array(list.map { .string($0) }) }
    let disruption = change.disruption
    return .object([
      ("cluster", .string(change.cluster)),
      (
        "resources",
        .array(
          change.resources.map { item in
            .object([
              ("change", .string(item.change.rawValue)), ("kind", .string(item.resource.kindName.value)),
              ("namespace", .optional(item.resource.namespace?.value)), ("name", .optional(item.resource.name?.value)),
              ("path", .string(item.path.text)), ("oldPath", .optional(item.oldPath?.text)),
              (
                "fields",
                .array(
                  item.fields.map {
                    .object([
                      ("field", .string($0.field)), ("added", strings($0.added)), ("removed", strings($0.removed)),
                      ("before", .optional($0.before)), ("after", .optional($0.after)), ("reordered", .bool($0.isReordered)),
                    ])
                  })
              ),
            ])
          })
      ),
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
          ("reason", .string(disruption.reason)), ("known", .bool(disruption.isKnown)),
        ])
      ),
      (
        "pulls",
        .array(
          change.pulls.map {
            .object([("scope", .string($0.scope)), ("before", .string($0.before)), ("after", .string($0.after))])
          })
      ),
      ("error", .optional(disruption.error?.message ?? disruption.oldError?.message)),
    ])
  }

  private static func shown(_ content: String) -> String {
    String(decoding: NodeFilesReport.withoutPrivateKeys(Array(content.utf8)), as: UTF8.self)
  }
}

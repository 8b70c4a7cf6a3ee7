import Diagnostics
import History
import NodeConfig
import SourceText

/// Changes for a pull request, made to be read on a phone: the verdict first, then what is new, the details folded.
public struct MarkdownChangeReporter: ChangeReporter {
  /// GitHub refuses a comment of more than 65,536 characters.
  public static let mostBytes = 60_000
  private static let mostFindings = 50
  private static let mostPulls = 20

  private let limit: Int
  private var details: [String] = []
  private var size = 0
  private var cut = 0
  private var commits = 0
  private var quiet = 0

  /// - Parameter limit: Bytes that the report may have.
  public init(limit: Int = mostBytes) {
    self.limit = limit
  }

  public mutating func begin(_ heading: ChangeHeading) -> String { "" }

  public mutating func tell(_ change: CommitChange) -> String {
    if change.commit != nil { commits += 1 }
    guard change.isEffective else {
      quiet += 1
      return ""
    }
    for text in blocks(change) {
      // Half of the room is the verdict's.
      if size + text.utf8.count > limit / 2 { cut += 1 } else {
        details.append(text)
        size += text.utf8.count
      }
    }
    return ""
  }

  public mutating func end(_ ending: ChangeEnding) -> String {
    let verdict = ChangeVerdict(ending.total)
    var text = "### registrylint: \(verdict.headline)\n\n"
    text += lines(verdict)
    if !ending.total.introduced.isEmpty { text += "\n" + table("New findings", ending.total.introduced) }
    if !ending.total.fixed.isEmpty {
      text += "\n" + folded("\(ending.total.fixed.counted) fixed", table(nil, ending.total.fixed, most: 20))
    }
    for notification in ending.notifications.prefix(10) where notification.level != .note {
      let path = notification.path.map { MarkdownReporter.code($0.text) + ": " } ?? ""
      text += "\n> \(notification.level.rawValue): \(path)\(MarkdownReporter.escaped(notification.message))\n"
    }
    for detail in details {
      if text.utf8.count + detail.utf8.count > limit { cut += 1 } else { text += "\n" + detail }
    }
    if quiet > 0, commits > 0 { text += "\n\(quiet) of \(commits) commits \(quiet == 1 ? "has" : "have") no effect.\n" }
    if cut > 0 { text += "\n\(cut) more detail\(cut == 1 ? " does" : "s do") not fit and \(cut == 1 ? "is" : "are") left out.\n" }
    return text
  }

  // MARK: Verdict

  private func lines(_ verdict: ChangeVerdict) -> String {
    var text = ""
    for item in verdict.disruptions {
      text += "- **\(MarkdownReporter.escaped(item.cluster))**: \(MarkdownReporter.escaped(item.words))\n"
    }
    for pull in verdict.pulls.prefix(Self.mostPulls) {
      text += "- **\(MarkdownReporter.escaped(pull.cluster))**: pulls from \(MarkdownReporter.code(pull.change.title)) "
      text += "\(pull.words): \(MarkdownReporter.escaped(pull.change.after))\n"
    }
    if verdict.pulls.count > Self.mostPulls { text += "- and pulls from \(verdict.pulls.count - Self.mostPulls) more\n" }
    for item in verdict.certificates {
      text += "- **\(MarkdownReporter.escaped(item.cluster))**: \(MarkdownReporter.escaped(item.words))\n"
    }
    return text
  }

  // MARK: Parts

  private func table(_ title: String?, _ findings: [Diagnostic], most: Int = mostFindings) -> String {
    var text = title.map { "#### \($0)\n\n" } ?? ""
    text += "| where | finding | effect |\n|---|---|---|\n"
    for finding in findings.prefix(most) {
      let place = "\(finding.span.file.path.text):\(finding.span.start.line)"
      let rule = finding.url.map { "[\(finding.rule)](\($0))" } ?? finding.rule
      text += "| \(MarkdownReporter.code(place)) | **\(finding.severity.rawValue)** \(rule): "
      text += MarkdownReporter.escaped(finding.message + finding.countNote)
      for label in finding.related.prefix(3) {
        text += "<br>" + MarkdownReporter.code("\(label.span.file.path.text):\(label.span.start.line)") + " "
        text += MarkdownReporter.escaped(label.message)
      }
      text += " | \(finding.effect.rawValue) |\n"
    }
    if findings.count > most { text += "\n\(findings.count - most) more are not shown.\n" }
    return text
  }

  private func folded(_ title: String, _ text: String) -> String {
    "<details><summary>\(title)</summary>\n\n\(text)\n</details>\n"
  }

  /// Each is left out as a whole when it does not fit.
  private func blocks(_ change: CommitChange) -> [String] {
    var blocks: [String] = []
    let commit = change.commit.map { commit in
      "<code>\(commit.short)</code> \(Self.html(commit.subject))" + (commit.parentNumber.map { " against parent \($0)" } ?? "")
    }
    for cluster in change.clusters {
      let name = "cluster \(Self.html(cluster.cluster))"
      blocks.append(folded([commit, name].compactMap { $0 }.joined(separator: ": "), body(cluster)))
    }
    // The findings of a single change stand in the table above.
    if let commit, !change.introduced.isEmpty || !change.fixed.isEmpty {
      let parts = [("new", change.introduced), ("fixed", change.fixed)].filter { !$0.1.isEmpty }
      let title = parts.map { "\($0.0): \($0.1.counted)" }.joined(separator: ", ")
      blocks.append(folded("\(commit): \(title)", parts.map { table($0.0, $0.1, most: 20) }.joined(separator: "\n")))
    }
    return blocks
  }

  private func body(_ change: ClusterChange) -> String {
    var text = "\(MarkdownReporter.escaped(ChangeVerdict.words(change))).\n\n"
    for resource in change.resources {
      text += "- \(resource.change.rawValue) \(MarkdownReporter.code(resource.title)) in \(MarkdownReporter.code(resource.path.text))"
      text += resource.oldPath.map { " (was in \(MarkdownReporter.code($0.text)))" } ?? ""
      text += "\n"
      for field in resource.fields {
        let words = words(field)
        text += "  - \(MarkdownReporter.code(field.field))\(words.isEmpty ? "" : ": ")\(words)\n"
      }
    }
    for pull in change.pulls {
      text += "- pulls from \(MarkdownReporter.code(pull.title)): \(MarkdownReporter.escaped(pull.before)) → "
      text += "**\(MarkdownReporter.escaped(pull.after))**\n"
    }
    for certificate in change.certificates {
      text += "- \(MarkdownReporter.escaped(ChangeVerdict.words(certificate)))\n"
    }
    for file in change.nodeFiles where !change.isToldByCertificates(file) {
      let lines = file.diffLines
      let ticks = String(repeating: "`", count: max(3, lines.map(Self.longestTicks).max().map { $0 + 1 } ?? 3))
      text += "\n\(ticks)diff\n\(lines.joined(separator: "\n"))\n\(ticks)\n"
    }
    return text
  }

  private func words(_ field: FieldChange) -> String {
    if field.isReordered { return "order changed" }
    if field.before != nil || field.after != nil {
      return "\(field.before.map(MarkdownReporter.code) ?? "unset") → \(field.after.map(MarkdownReporter.code) ?? "unset")"
    }
    func list(_ verb: String, _ items: [String]) -> String? {
      guard !items.isEmpty else { return nil }
      let shown = items.prefix(10).map(MarkdownReporter.code).joined(separator: ", ")
      return "\(verb) \(shown)" + (items.count > 10 ? " and \(items.count - 10) more" : "")
    }
    return [list("added", field.added), list("removed", field.removed)].compactMap { $0 }.joined(separator: "; ")
  }

  private static func longestTicks(_ line: String) -> Int {
    var longest = 0
    var run = 0
    for byte in line.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }

  /// Text inside of `<summary>`.
  private static func html(_ text: String) -> String {
    TerminalText.escaped(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("@", with: "@\u{200B}")
  }
}

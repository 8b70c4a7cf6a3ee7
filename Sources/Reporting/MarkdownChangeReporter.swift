import Diagnostics
import History
import NodeConfig
import SourceText

/// Changes for a pull request, made to be read on a phone: the verdict first, then what is new, the details folded.
public struct MarkdownChangeReporter: ChangeReporter {
  /// GitHub refuses a comment of more than 65,536 characters.
  public static let mostBytes = 60_000
  /// Of each kind of line that stands before the fold.
  private static let mostLines = 15
  /// Of each kind of item inside of a fold, and lines of the diff of a file.
  private static let mostItems = 30
  private static let mostDiffLines = 150

  private let limit: Int
  private var details: [String] = []
  private var size = 0
  private var cut = 0
  private var commits = CommitCount()
  private var told = 0
  private var range = ""

  /// - Parameter limit: Bytes that the report may have.
  public init(limit: Int = mostBytes) {
    self.limit = limit
  }

  public mutating func begin(_ heading: ChangeHeading) -> String {
    range = heading.range
    return ""
  }

  public mutating func tell(_ change: CommitChange) -> String {
    told += 1
    commits.add(change)
    guard change.isEffective else { return "" }
    for text in blocks(change) {
      // What cannot fit is not kept: a history may have ten thousand commits.
      if size + text.utf8.count > limit {
        cut += 1
      } else {
        details.append(text)
        size += text.utf8.count
      }
    }
    return ""
  }

  public mutating func end(_ ending: ChangeEnding) -> String {
    let verdict = ChangeVerdict(ending.total)
    var page = MarkdownPage(limit: limit)
    page.add("### registrylint: \(told == 0 ? "there is nothing to tell of in \(MarkdownText.code(range))" : verdict.headline)\n\n")
    addVerdict(verdict, to: &page)
    if !ending.total.introduced.isEmpty {
      page.add("\n#### New findings\n\n")
      MarkdownFindings(ending.total.introduced).add(to: &page)
    }
    for notification in ending.notifications.gathered().prefix(10) where notification.level != .note {
      let path = notification.path.map { MarkdownText.code($0.text) + ": " } ?? ""
      page.add("\n> \(notification.level.rawValue): \(path)\(MarkdownText.escaped(notification.message))\n")
    }
    for detail in details { page.add("\n" + detail) }
    if !ending.total.fixed.isEmpty {
      let items = MarkdownFindings(ending.total.fixed).items
      page.add("\n" + MarkdownText.folded("\(ending.total.fixed.counted) fixed", items), count: ending.total.fixed.count)
    }
    let quiet = commits.quiet
    if quiet > 0 { page.add("\n\(quiet) of \(commits.all) commits \(quiet == 1 ? "has" : "have") no effect.\n") }
    if cut > 0 { page.cutBefore(cut) }
    return page.finished()
  }

  // MARK: Verdict

  /// Clusters with the same words share a line.
  private func addVerdict(_ verdict: ChangeVerdict, to page: inout MarkdownPage) {
    add(verdict.disruptions.map { ($0.cluster, MarkdownText.escaped($0.words)) }, "disruptions", to: &page)
    let pulls = verdict.pulls.map { pull in
      (
        pull.cluster,
        assumed(pull.assumption)
          + "pulls \(pull.isOfInstallation ? "of new clusters " : "")from \(MarkdownText.code(pull.change.scope)) \(pull.words): \(MarkdownText.escaped(pull.change.after))"
      )
    }
    add(pulls, "changes of pulls", to: &page)
    add(verdict.certificates.map { ($0.cluster, assumed($0.assumption) + MarkdownText.escaped($0.words)) }, "certificates", to: &page)
  }

  private func assumed(_ assumption: String?) -> String { assumption.map { "\(MarkdownText.escaped($0)): " } ?? "" }

  private func add(_ lines: [(cluster: String, words: String)], _ kind: String, to page: inout MarkdownPage) {
    var places: [String: Int] = [:]
    var merged: [(clusters: [String], words: String)] = []
    for line in lines {
      if let place = places[line.words] {
        merged[place].clusters.append(line.cluster)
      } else {
        places[line.words] = merged.count
        merged.append(([line.cluster], line.words))
      }
    }
    for line in merged.prefix(Self.mostLines) { page.add("- **\(MarkdownText.list(line.clusters))**: \(line.words)\n") }
    let rest = merged.dropFirst(Self.mostLines)
    guard !rest.isEmpty else { return }
    let text = rest.map { "- **\(MarkdownText.list($0.clusters))**: \($0.words)\n" }.joined()
    page.add("\n" + MarkdownText.folded("\(rest.count) more \(kind)", text) + "\n", count: rest.count)
  }

  // MARK: Details

  /// Each is left out as a whole when it does not fit.
  private func blocks(_ change: CommitChange) -> [String] {
    var blocks: [String] = []
    let commit = change.commit.map { commit in
      "<code>\(commit.short)</code> \(MarkdownText.html(commit.subject))" + (commit.parentNumber.map { " against parent \($0)" } ?? "")
    }
    for cluster in change.clusters {
      let name = "cluster \(MarkdownText.html(cluster.cluster))"
      blocks.append(MarkdownText.folded([commit, name].compactMap { $0 }.joined(separator: ": "), body(cluster, in: change.commit)))
    }
    // The findings of a single change stand in the table above.
    if let commit, !change.introduced.isEmpty || !change.fixed.isEmpty {
      let parts = [("new", change.introduced), ("fixed", change.fixed)].filter { !$0.1.isEmpty }
      let title = parts.map { "\($0.0): \($0.1.counted)" }.joined(separator: ", ")
      blocks.append(MarkdownText.folded("\(commit): \(title)", parts.map { "\($0.0):\n\n" + MarkdownFindings(Array($0.1.prefix(20))).items }.joined(separator: "\n")))
    }
    return blocks
  }

  private func body(_ change: ClusterChange, in commit: CommitDescription?) -> String {
    var text = change.comparison.map { "This is \($0).\n\n" } ?? ""
    text += change.refusals(in: commit).map { "**\(MarkdownText.escaped($0))**\n\n" }.joined()
    text += "\(MarkdownText.escaped(ChangeVerdict.words(change))).\n\n"
    func add(_ items: [String]) {
      text += items.prefix(Self.mostItems).joined()
      if items.count > Self.mostItems { text += "- and \(items.count - Self.mostItems) more\n" }
    }
    add(
      change.resources.map { resource in
        var item = "- \(resource.change.rawValue) \(MarkdownText.code(resource.title)) in \(MarkdownText.code(resource.path.text))"
        item += resource.otherFiles(MarkdownText.code)
        item += resource.oldPath.map { " (was in \(MarkdownText.code($0.text)))" } ?? ""
        item += "\n"
        for field in resource.fields.prefix(Self.mostItems) {
          let words = words(field)
          item += "  - \(MarkdownText.code(field.field))\(words.isEmpty ? "" : ": ")\(words)\n"
        }
        let more = resource.fields.count - Self.mostItems
        return more > 0 ? item + "  - and \(more) more\n" : item
      })
    if let assumption = change.assumption, change.tellsOfNodes {
      text += "\n*\(MarkdownText.escaped(assumption)), this is what changes on them:*\n\n"
    }
    add(
      change.pulls.map { pull in
        "- pulls \(change.isOfInstallation ? "of new clusters " : "")from \(MarkdownText.code(pull.title)): \(MarkdownText.escaped(pull.before)) → "
          + "**\(MarkdownText.escaped(pull.after))**\n"
      })
    add(change.certificates.map { "- \(MarkdownText.escaped(ChangeVerdict.words($0)))\n" })
    for file in change.nodeFiles where !change.isToldByCertificates(file) {
      let lines = file.diffLines
      text += "\n" + MarkdownText.block(Array(lines.prefix(Self.mostDiffLines)), language: "diff")
      if lines.count > Self.mostDiffLines { text += "\n\(lines.count - Self.mostDiffLines) more lines of \(MarkdownText.code(file.path)).\n" }
    }
    return text
  }

  private func words(_ field: FieldChange) -> String {
    if field.isReordered { return "order changed" }
    if field.before != nil || field.after != nil {
      return "\(field.before.map(MarkdownText.code) ?? "unset") → \(field.after.map(MarkdownText.code) ?? "unset")"
    }
    func list(_ verb: String, _ items: [String]) -> String? {
      guard !items.isEmpty else { return nil }
      let shown = items.prefix(10).map(MarkdownText.code).joined(separator: ", ")
      return "\(verb) \(shown)" + (items.count > 10 ? " and \(items.count - 10) more" : "")
    }
    return [list("added", field.added), list("removed", field.removed)].compactMap { $0 }.joined(separator: "; ")
  }
}

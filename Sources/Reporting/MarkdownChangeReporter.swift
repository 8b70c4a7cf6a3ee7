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
  private static let mostFindings = 20

  private let limit: Int
  private var details: [(title: String, parts: [String])] = []
  private var size = 0
  private var cut = 0
  private var commits = CommitCount()
  private var told = 0
  /// The change, as long as there is one.
  private var only: CommitChange?
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
    only = told == 1 ? change : nil
    guard change.isEffective else { return "" }
    addDetails(change)
    return ""
  }

  public mutating func end(_ ending: ChangeEnding) -> String {
    let verdict = ChangeVerdict(ending.total)
    if let only, only.isEffective {
      (details, size, cut) = ([], 0, 0)
      addDetails(only, besides: verdict)
    }
    var page = MarkdownPage(limit: limit)
    let headline = told == 0 ? "there is nothing to tell of in \(MarkdownText.code(range))" : verdict.headline
    page.add("### registrylint: \(headline)\n\n")
    addVerdict(verdict, to: &page)
    if !ending.total.introduced.isEmpty {
      page.add("\n#### New findings\n\n")
      MarkdownFindings(ending.total.introduced).add(to: &page)
    }
    for notification in ending.notifications.gathered().prefix(10) where notification.level != .note {
      let path = notification.path.map { MarkdownText.code($0.text) + ": " } ?? ""
      page.add("\n> \(notification.level.rawValue): \(path)\(MarkdownText.escaped(notification.message))\n")
    }
    for detail in details { page.addFolded(detail.title, detail.parts) }
    if !ending.total.fixed.isEmpty {
      let items = MarkdownFindings(ending.total.fixed).items
      page.add(
        "\n" + MarkdownText.folded("\(ending.total.fixed.counted) fixed", items), count: ending.total.fixed.count)
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
          + "pulls \(pull.isOfInstallation ? "of new clusters " : "")from \(MarkdownText.code(pull.change.scope))"
          + pull.change.exceptionWords(MarkdownText.code) + " \(pull.words): \(MarkdownText.escaped(pull.change.after))"
      )
    }
    add(pulls, "changes of pulls", to: &page)
    add(
      verdict.certificates.map { ($0.cluster, assumed($0.assumption) + MarkdownText.escaped($0.words)) },
      "certificates", to: &page)
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

  /// One fold for a commit, with as many of its parts as fit; one for each cluster of a change that is no commit.
  /// - Parameter verdict: What the page says of the change already, when it is the only one.
  private mutating func addDetails(_ change: CommitChange, besides verdict: ChangeVerdict? = nil) {
    var parts = change.clusters.map { cluster in
      let heading = "cluster \(MarkdownText.html(cluster.cluster))"
      let body = body(cluster, in: change.commit, isJudged: verdict?.says(cluster) ?? false)
      return (heading, change.commit != nil && change.clusters.count > 1 ? "**\(heading)**\n\n\(body)" : body)
    }
    guard let commit = change.commit else {
      for (heading, text) in parts { addDetail(heading, [text]) }
      return
    }
    var title = "<code>\(commit.short)</code> \(MarkdownText.html(commit.subject))"
    title += commit.parentNumber.map { " against parent \($0)" } ?? ""
    let findings = [("new", change.introduced), ("fixed", change.fixed)].filter { !$0.1.isEmpty }
    var aspects = change.clusters.isEmpty ? [] : [Self.clusters(change.clusters.map(\.cluster))]
    aspects += findings.isEmpty ? [] : [findings.map { "\($0.0): \($0.1.counted)" }.joined(separator: ", ")]
    title += ": " + aspects.joined(separator: "; ")
    if verdict?.says(change.introduced, change.fixed) != true {
      for (name, findings) in findings {
        let more = findings.count > Self.mostFindings ? "- and \(findings.count - Self.mostFindings) more\n" : ""
        parts.append((name, "\(name):\n\n" + MarkdownFindings(Array(findings.prefix(Self.mostFindings))).items + more))
      }
    }
    addDetail(title, parts.map(\.1))
  }

  /// What cannot fit is not kept: a history may have ten thousand commits.
  private mutating func addDetail(_ title: String, _ parts: [String]) {
    var kept: [String] = []
    for part in parts {
      let own = part.utf8.count + (kept.isEmpty ? title.utf8.count : 0)
      if size + own > limit {
        cut += 1
      } else {
        kept.append(part)
        size += own
      }
    }
    if !kept.isEmpty { details.append((title, kept)) }
  }

  /// `cluster prod`, `clusters a, b, c and 3 more`
  private static func clusters(_ names: [String]) -> String {
    let more = names.count > 3 ? " and \(names.count - 3) more" : ""
    return (names.count == 1 ? "cluster " : "clusters ")
      + names.prefix(3).map(MarkdownText.html).joined(separator: ", ") + more
  }

  /// - Parameter isJudged: What happens to nodes is said already.
  private func body(_ change: ClusterChange, in commit: CommitDescription?, isJudged: Bool) -> String {
    var text = change.comparison.map { "This is \($0).\n\n" } ?? ""
    if !isJudged { text += "\(MarkdownText.escaped(ChangeVerdict.sentence(change, in: commit))).\n\n" }
    func add(_ items: [String]) {
      text += items.prefix(Self.mostItems).joined()
      if items.count > Self.mostItems { text += "- and \(items.count - Self.mostItems) more\n" }
    }
    add(
      change.resources.map { resource in
        var item = "- \(change.words(resource)) \(MarkdownText.code(resource.title)) in "
        item += MarkdownText.code(resource.path.text)
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
        "- pulls \(change.isOfInstallation ? "of new clusters " : "")from \(MarkdownText.code(pull.title))"
          + pull.exceptionWords(MarkdownText.code) + ": \(MarkdownText.escaped(pull.before)) → "
          + "**\(MarkdownText.escaped(pull.after))**\n"
      })
    add(change.certificates.map { "- \(MarkdownText.escaped(ChangeVerdict.words($0)))\n" })
    for file in change.nodeFiles where !change.isToldByCertificates(file) {
      let lines = file.diffLines
      text += "\n" + MarkdownText.block(Array(lines.prefix(Self.mostDiffLines)), language: "diff")
      if lines.count > Self.mostDiffLines {
        text += "\n\(lines.count - Self.mostDiffLines) more lines of \(MarkdownText.code(file.path)).\n"
      }
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

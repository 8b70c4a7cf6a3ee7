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
  private var details: [(title: HTML, parts: [Markdown])] = []
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
    let headline: Markdown = told == 0 ? "there is nothing to tell of in \(code: range)" : "\(verdict.headline)"
    page.add("### registrylint: \(headline)\n\n")
    addVerdict(verdict, to: &page)
    if !ending.total.introduced.isEmpty {
      page.add("\n#### New findings\n\n")
      MarkdownFindings(ending.total.introduced).add(to: &page)
    }
    page.add(ending.notifications)
    for detail in details { page.addFolded(detail.title, detail.parts) }
    if !ending.total.fixed.isEmpty {
      let items = MarkdownFindings(ending.total.fixed).items
      page.add(
        "\n\(Markdown.folded("\(ending.total.fixed.counted) fixed", items))", count: ending.total.fixed.count)
    }
    let quiet = commits.quiet
    if quiet > 0 { page.add("\n\(quiet) of \(commits.all) commits \(quiet == 1 ? "has" : "have") no effect.\n") }
    if cut > 0 { page.cutBefore(cut) }
    return page.finished()
  }

  // MARK: Verdict

  /// Clusters with the same words share a line.
  private func addVerdict(_ verdict: ChangeVerdict, to page: inout MarkdownPage) {
    add(verdict.disruptions.map { ($0.cluster, "\($0.words)") }, "disruptions", to: &page)
    let pulls = verdict.pulls.map { pull -> (String, Markdown) in
      let subject: Markdown = pull.isOfInstallation ? "pulls of new clusters" : "pulls"
      return (
        pull.cluster,
        "\(assumed(pull.assumption))\(subject) from \(code: pull.change.title)\(exceptions(pull.change)) "
          + "\(pull.words): \(pull.change.after)"
      )
    }
    add(pulls, "changes of pulls", to: &page)
    add(
      verdict.certificates.map { ($0.cluster, "\(assumed($0.assumption))\($0.words)") }, "certificates", to: &page)
  }

  private func assumed(_ assumption: String?) -> Markdown { assumption.map { "\($0): " } ?? "" }

  private func exceptions(_ pull: PullChange) -> Markdown { Markdown(written: pull.exceptionWords(MarkdownText.code)) }

  private func add(_ lines: [(cluster: String, words: Markdown)], _ kind: HTML, to page: inout MarkdownPage) {
    page.add(LikeClusters.gathered(lines), open: Self.mostLines, title: { "\($0.count) more \(kind)" }) { line in
      "- **\(Markdown.list(line.names))**: \(line.words)\n"
    }
  }

  // MARK: Details

  /// One fold for a commit, with as many of its parts as fit; one for each cluster of a change that is no commit. Clusters
  /// to which the same happens share a part or fold.
  /// - Parameter verdict: What the page says of the change already, when it is the only one.
  private mutating func addDetails(_ change: CommitChange, besides verdict: ChangeVerdict? = nil) {
    let told = LikeClusters.gathered(
      change.clusters.map { cluster in
        let body = body(cluster, in: change.commit, isJudged: verdict?.says(cluster) ?? false)
        return (cluster.cluster, Told(body: body, nodeFiles: cluster.nodeFiles))
      })
    guard let commit = change.commit else {
      for like in told { addDetail(.clusters(like.names), [like.words.body]) }
      return
    }
    var parts = told.map { like -> Markdown in
      told.count > 1 ? "**\(Markdown.clusters(like.names))**\n\n\(like.words.body)" : like.words.body
    }
    var title: HTML = "<code>\(commit.short)</code> \(commit.subject)"
    title += commit.parentNumber.map { " against parent \($0)" } ?? ""
    let findings = [("new", change.introduced), ("fixed", change.fixed)].filter { !$0.1.isEmpty }
    var aspects = change.clusters.isEmpty ? [] : [HTML.clusters(change.clusters.map(\.cluster))]
    aspects += findings.isEmpty ? [] : [HTML(findings.map { "\($0.0): \($0.1.counted)" }.joined(separator: ", "))]
    title += ": " + aspects.joined(separator: "; ")
    if verdict?.says(change.introduced, change.fixed) != true {
      for (name, findings) in findings {
        let items = MarkdownFindings(Array(findings.prefix(Self.mostFindings))).items
        parts.append("\(name):\n\n\(items)\(Self.more(than: Self.mostFindings, of: findings.count))")
      }
    }
    addDetail(title, parts)
  }

  /// What is told of a cluster, with what may be cut of it.
  private struct Told: Hashable {
    let body: Markdown
    let nodeFiles: [NodeFileChange]
  }

  /// An item for what is not shown of a list.
  private static func more(than most: Int, of count: Int) -> Markdown {
    count > most ? "- and \(count - most) more\n" : ""
  }

  /// What cannot fit is not kept: a history may have ten thousand commits.
  private mutating func addDetail(_ title: HTML, _ parts: [Markdown]) {
    var kept: [Markdown] = []
    for part in parts {
      let own = part.text.utf8.count + (kept.isEmpty ? title.text.utf8.count : 0)
      if size + own > limit {
        cut += 1
      } else {
        kept.append(part)
        size += own
      }
    }
    if !kept.isEmpty { details.append((title, kept)) }
  }

  /// - Parameter isJudged: What happens to nodes is said already.
  private func body(_ change: ClusterChange, in commit: CommitDescription?, isJudged: Bool) -> Markdown {
    var text: Markdown = change.comparison.map { "This is \($0).\n\n" } ?? ""
    if !isJudged { text += "\(ChangeVerdict.sentence(change, in: commit)).\n\n" }
    func add(_ items: [Markdown]) {
      text += items.prefix(Self.mostItems).joined() + Self.more(than: Self.mostItems, of: items.count)
    }
    add(change.resources.map { item($0, change.words($0)) })
    if let assumption = change.assumption, change.tellsOfNodes {
      text += "\n*\(assumption), this is what changes on them:*\n\n"
    }
    let subject: Markdown = change.isOfInstallation ? "pulls of new clusters" : "pulls"
    add(
      change.pulls.map { pull in
        "- \(subject) from \(code: pull.title)\(exceptions(pull)): \(pull.before) → **\(pull.after)**\n"
      })
    add(change.certificates.map { "- \(ChangeVerdict.words($0))\n" })
    for file in change.nodeFiles where !change.isToldByCertificates(file) {
      let lines = file.diffLines
      text += "\n" + .block(Array(lines.prefix(Self.mostDiffLines)), language: "diff")
      if lines.count > Self.mostDiffLines {
        text += "\n\(lines.count - Self.mostDiffLines) more lines of \(code: file.path).\n"
      }
    }
    return text
  }

  /// - Parameter verb: What happened to it.
  private func item(_ resource: ResourceChange, _ verb: String) -> Markdown {
    let others = Markdown(written: resource.otherFiles(MarkdownText.code))
    let old: Markdown = resource.oldPath.map { " (was in \(code: $0.text))" } ?? ""
    var item: Markdown = "- \(verb) \(code: resource.title) in \(code: resource.path.text)\(others)\(old)\n"
    for field in resource.fields.prefix(Self.mostItems) {
      let words = words(field)
      item += "  - \(code: field.field)\(words.text.isEmpty ? "" : ": ")\(words)\n"
    }
    let more = resource.fields.count - Self.mostItems
    return more > 0 ? item + "  - and \(more) more\n" : item
  }

  private func words(_ field: FieldChange) -> Markdown {
    if field.isReordered { return "order changed" }
    if field.before != nil || field.after != nil {
      return "\(field.before.map(Markdown.code) ?? "unset") → \(field.after.map(Markdown.code) ?? "unset")"
    }
    func list(_ verb: Markdown, _ items: [String]) -> Markdown? {
      guard !items.isEmpty else { return nil }
      let shown = items.prefix(10).map(Markdown.code).joined(separator: ", ")
      return "\(verb) \(shown)" + (items.count > 10 ? " and \(items.count - 10) more" : "")
    }
    return [list("added", field.added), list("removed", field.removed)].compactMap { $0 }.joined(separator: "; ")
  }
}

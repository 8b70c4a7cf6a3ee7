import Diagnostics
import History
import NodeConfig
import RegistryConfig
import SourceText

/// Changes for people at a terminal; a commit without effect is one line.
public struct TextChangeReporter: ChangeReporter {
  private let style: TerminalStyle
  private var commits = CommitCount()

  public init(isColoured: Bool) {
    style = TerminalStyle(isColoured: isColoured)
  }

  public mutating func begin(_ heading: ChangeHeading) -> String { "" }

  public mutating func tell(_ change: CommitChange) -> String {
    commits.add(change)
    guard let commit = change.commit else {
      return change.isEffective ? body(change) : style.dim("no effect on any cluster") + "\n"
    }
    let subject = TerminalText.escaped(commit.subject)
    let number = commit.parentNumber.map { " against parent \($0)" } ?? ""
    guard change.isEffective else { return style.dim("\(commit.short) \(subject)\(number): no effect") + "\n" }
    let day = commit.date.prefix(10)
    return style.bold("\(commit.short) \(subject)")
      + style.dim("\(number) (\(TerminalText.escaped(commit.author)), \(day))") + "\n"
      + body(change) + "\n"
  }

  public mutating func end(_ ending: ChangeEnding) -> String {
    let total = ending.total
    guard commits.all > 0 || !total.introduced.isEmpty || !total.fixed.isEmpty else { return "" }
    var parts: [String] = []
    if commits.all > 0 {
      parts.append("\(commits.all) commit\(commits.all == 1 ? "" : "s"), \(commits.effective) with an effect")
    }
    parts.append(total.introduced.isEmpty ? "no new findings" : "new: \(total.introduced.counted)")
    if !total.fixed.isEmpty { parts.append("fixed: \(total.fixed.counted)") }
    return style.bold(parts.joined(separator: "; ") + ".") + "\n"
  }

  private func body(_ change: CommitChange) -> String {
    LikeClusters.gathered(change.clusters.map { ($0.cluster, text($0, in: change.commit)) })
      .map { heading($0.names) + $0.words }.joined(separator: "\n")
      + list("introduces", change.introduced, style.red)
      + list("fixes", change.fixed, style.green)
  }

  // MARK: Findings

  private static let mostFindings = 50

  private func list(_ title: String, _ findings: [Diagnostic], _ paint: (String) -> String) -> String {
    guard !findings.isEmpty else { return "" }
    var text = "  \(paint(title))\n"
    for finding in findings.prefix(Self.mostFindings) {
      let name = style.bold("\(finding.severity.rawValue)[\(finding.rule)]")
      text += "    \(name) \(place(finding.span)): \(TerminalText.escaped(finding.message))"
      text += finding.effect == .none ? "\n" : style.dim(" (\(finding.effect.rawValue))") + "\n"
      for label in finding.related.prefix(5) {
        text += style.dim("      \(place(label.span)): \(TerminalText.escaped(label.message))") + "\n"
      }
    }
    if findings.count > Self.mostFindings { text += "    and \(findings.count - Self.mostFindings) more\n" }
    return text
  }

  private func place(_ span: SourceSpan) -> String {
    "\(TerminalText.escaped(span.file.path.text)):\(span.start.line):\(span.start.column)"
  }

  // MARK: Clusters

  private static let mostNames = 5

  private func heading(_ names: [String]) -> String {
    let shown = names.prefix(Self.mostNames).map { style.bold(TerminalText.escaped($0)) }.joined(separator: ", ")
    let more = names.count > Self.mostNames ? " and \(names.count - Self.mostNames) more" : ""
    return "  cluster\(names.count == 1 ? "" : "s") \(shown)\(more)"
  }

  /// What stands behind the name of the cluster.
  private func text(_ change: ClusterChange, in commit: CommitDescription?) -> String {
    var text = change.oldName.map { style.dim(" (was \(TerminalText.escaped($0)))") } ?? ""
    text += change.comparison.map { style.dim(" (\($0))") } ?? ""
    if change.isOnlyMoved { return text + ": " + moved(change.resources) + "\n" }
    text += "\n"
    for line in change.refusals(in: commit) { text += "    " + style.red(TerminalText.escaped(line)) + "\n" }
    for line in change.leftovers { text += "    " + style.yellow(TerminalText.escaped(line)) + "\n" }
    let disruption = change.disruption
    if change.isOfInstallation {
      let paint = disruption.error == nil ? style.green : style.red
      text += "    \(paint(TerminalText.escaped(change.reason)))\n"
      for quote in quotes(disruption.error) { text += "      " + style.dim(quote) + "\n" }
    } else if let error = disruption.error {
      let verdict = change.isNewlyFrozen ? "frozen" : "still frozen"
      text += "    " + style.red("\(verdict): the operator refuses the new configuration: ")
      text += TerminalText.escaped(error.message) + "\n"
      for quote in quotes(error) { text += "      " + style.dim(quote) + "\n" }
    } else if let error = disruption.oldError {
      text += "    " + style.yellow("the old configuration does not render, so what changes on nodes cannot be told: ")
      text += TerminalText.escaped(error.message) + "\n"
    } else if !disruption.isKnown {
      let words = change.ifAbsent == nil ? ": \(change.reason)" : "; \(change.wordsAfterRefusals)"
      text += "    \(style.yellow("unknown"))\(TerminalText.escaped(words))\n"
    } else {
      let verdict =
        disruption.reboot ? style.red("nodes reboot") : disruption.drain ? style.red("nodes drain")
        : disruption.actions.isEmpty ? style.green("nodes are not disturbed")
        : style.yellow(disruption.onlyReloadsCRIO ? "CRI-O reloads, no drain" : "no drain")
      text += "    \(verdict): \(TerminalText.escaped(change.explanation))\n"
    }
    for resource in change.resources { text += self.text(resource, change.words(resource)) }
    if let assumption = change.assumption, change.tellsOfNodes {
      text += "    \(style.yellow("\(TerminalText.escaped(assumption)), this is what changes on them:"))\n"
    }
    if !change.pulls.isEmpty { text += change.isOfInstallation ? "    pulls of new clusters\n" : "    pulls\n" }
    for pull in change.pulls {
      let effects = style.dim(" (\(pull.effects.map(\.words).joined(separator: ", ")))")
      text += "      \(TerminalText.escaped(pull.title + pull.exceptionWords { $0 }))\(effects)\n"
      text += "        \(style.removed("- " + TerminalText.escaped(pull.before)))\n"
      text += "        \(style.green("+ " + TerminalText.escaped(pull.after)))\n"
    }
    for certificate in change.certificates { text += self.text(certificate) }
    for file in change.nodeFiles where !change.isToldByCertificates(file) { text += diff(file) }
    return text
  }

  /// Where what the operator refuses is written.
  private func quotes(_ error: OperatorError?) -> ArraySlice<String> {
    var quotes: [String] = []
    for quote in (error?.origins ?? []).map(PullReport.quote) where !quotes.contains(quote) { quotes.append(quote) }
    return quotes.prefix(3)
  }

  /// Files that have other names and say the same, in one line.
  private func moved(_ resources: [ResourceChange]) -> String {
    let items = resources.prefix(2).map { resource in
      TerminalText.escaped(resource.title)
        + style.dim(
          " (\(TerminalText.escaped(resource.oldPath?.text ?? "")) → \(TerminalText.escaped(resource.path.text)))")
    }
    let more = resources.count > 2 ? " and \(resources.count - 2) more" : ""
    return "only renamed: " + items.joined(separator: ", ") + more
  }

  private func text(_ change: CertificateChange) -> String {
    var text = "    CA of \(TerminalText.escaped(change.registry)) \(change.change.rawValue)\n"
    func line(_ item: CertificateChange.Item) -> String {
      TerminalText.escaped("\(item.subject) until \(item.notAfter.prefix(10)) (sha256 \(item.sha256.prefix(16)))")
    }
    for item in change.removed { text += "      " + style.removed("- " + line(item)) + "\n" }
    for item in change.added { text += "      " + style.green("+ " + line(item)) + "\n" }
    return text
  }

  private func text(_ change: ResourceChange, _ verb: String) -> String {
    var text = "    \(verb) \(TerminalText.escaped(change.title))"
    let old = change.oldPath.map { "\(TerminalText.escaped($0.text)) → " } ?? ""
    let patches = change.otherFiles(TerminalText.escaped)
    text += style.dim(" (\(old)\(TerminalText.escaped(change.path.text))\(patches))") + "\n"
    for field in change.fields {
      let heading = "      \(TerminalText.escaped(field.field))"
      if field.isReordered { text += heading + ": order changed\n"; continue }
      if field.before != nil || field.after != nil {
        let (before, after) = (field.before ?? "(unset)", field.after ?? "(unset)")
        text += heading + ": \(TerminalText.escaped(before)) → \(TerminalText.escaped(after))\n"
        continue
      }
      text += heading + "\n"
      for entry in field.removed { text += "        " + style.removed("- " + TerminalText.escaped(entry)) + "\n" }
      for entry in field.added { text += "        " + style.green("+ " + TerminalText.escaped(entry)) + "\n" }
    }
    return text
  }

  private func diff(_ file: NodeFileChange) -> String {
    var text = ""
    for line in file.diffLines {
      switch line.utf8.first {
      case UInt8(ascii: "-"): text += "    " + style.removed(line) + "\n"
      case UInt8(ascii: "+"): text += "    " + style.green(line) + "\n"
      default: text += "    " + line + "\n"
      }
    }
    return text
  }
}

extension ClusterChange {
  var tellsOfNodes: Bool { !pulls.isEmpty || !certificates.isEmpty || !nodeFiles.isEmpty }

  /// Certificates are told by subject and expiry; their text says nothing more to people.
  func isToldByCertificates(_ file: NodeFileChange) -> Bool { certificates.contains { $0.path == file.path } }
}

extension NodeFileChange {
  /// A unified diff, without private keys, safe for a terminal.
  var diffLines: [String] {
    func bytes(_ text: String?) -> [UInt8] { text.map { NodeFilesReport.withoutPrivateKeys(Array($0.utf8)) } ?? [] }
    let path = RepositoryPath(String(path.dropFirst()))
    let diff = UnifiedDiff.render(
      old: bytes(before), new: bytes(after), oldPath: before == nil ? nil : path, newPath: after == nil ? nil : path)
    return diff.split(separator: UInt8(ascii: "\n")).map { TerminalText.escaped(String(decoding: $0, as: UTF8.self)) }
  }
}

extension ResourceChange {
  /// `ImageDigestMirrorSet mirrors`, `ConfigMap openshift-config/cas`.
  var title: String {
    let name = [resource.namespace?.value, resource.name?.value].compactMap { $0 }.joined(separator: "/")
    return name.isEmpty ? resource.kindName.value : "\(resource.kindName.value) \(name)"
  }

  /// What stands behind the object's own path when the change was made in other files: `, by overlays/prod/patch.yaml`.
  func otherFiles(_ name: (String) -> String) -> String {
    let others = changedIn.filter { $0 != path }
    guard !others.isEmpty else { return "" }
    let more = others.count > 3 ? " and \(others.count - 3) more" : ""
    return (changedIn.count > others.count ? ", also by " : ", by ")
      + others.prefix(3).map { name($0.text) }.joined(separator: ", ") + more
  }
}

extension PullChange {
  var title: String {
    if scope != "*" { return scope }
    // Where files cannot be loaded, nothing is pulled from anywhere.
    return after.hasPrefix("fails") ? "every registry" : "any other registry"
  }

  /// The scopes below it for which nothing changes: ` except a.example.com and 3 more`.
  func exceptionWords(_ name: (String) -> String) -> String {
    if exceptions.isEmpty { return "" }
    let more = exceptions.count > 3 ? " and \(exceptions.count - 3) more" : ""
    return " except " + exceptions.prefix(3).map(name).joined(separator: ", ") + more
  }
}

extension PullChange.Effect {
  var words: String {
    switch self {
    case .stops: "stops"
    case .allowed: "newly allowed"
    case .mirrored: "other sources"
    case .insecure: "newly without TLS verification"
    case .secure: "TLS is verified again"
    case .signatures: "signatures"
    }
  }
}

extension [Diagnostic] {
  /// `1 error, 2 warnings`
  var counted: String {
    let counts = [Severity.error, .warning, .note].map { severity in
      (severity, reduce(0) { $0 + ($1.severity == severity ? $1.count : 0) })
    }
    return counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0.rawValue)\($0.1 == 1 ? "" : "s")" }.joined(separator: ", ")
  }
}

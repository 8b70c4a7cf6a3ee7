import Diagnostics
import RegistryConfig
import SourceText

/// For people at a terminal: message, labelled source, effect on the nodes, help, fix as a small diff.
public struct TextReporter: Reporter {
  private let style: TerminalStyle
  private let showSuppressed: Bool
  private let showStatistics: Bool
  private let isQuiet: Bool

  /// - Parameter isQuiet: Nothing but findings and their count.
  public init(isColoured: Bool, showSuppressed: Bool = false, showStatistics: Bool = false, isQuiet: Bool = false) {
    self.isQuiet = isQuiet
    style = TerminalStyle(isColoured: isColoured)
    self.showSuppressed = showSuppressed
    self.showStatistics = showStatistics
  }

  public func render(_ report: LintReport) -> String {
    var text = ""
    for diagnostic in showSuppressed ? report.diagnostics : report.open {
      text += render(diagnostic, in: report) + "\n"
    }
    if showStatistics { text += statistics(report) }
    return text + summary(report) + (isQuiet ? "" : older(report))
  }

  private func render(_ diagnostic: Diagnostic, in report: LintReport) -> String {
    let rule = diagnostic.url.map { style.link(diagnostic.rule, to: $0) } ?? diagnostic.rule
    let title = "\(diagnostic.severity.rawValue)[\(rule)]"
    let message = ": " + TerminalText.escaped(diagnostic.message) + diagnostic.countNote
    var text = paint(diagnostic.severity, title) + style.bold(message)
    if let suppression = diagnostic.suppression {
      text += style.dim(" (suppressed: \(TerminalText.escaped(suppression.reason ?? "")))")
    }
    text += "\n"
    let inFile = diagnostic.related.filter { $0.span.file === diagnostic.span.file }
    let elsewhere = diagnostic.related.filter { $0.span.file !== diagnostic.span.file }
    let places = ([diagnostic.span] + diagnostic.related.map(\.span)).map { ($0.file, $0.range) }
    let gutter = Snippet.gutter(places)
    let margin = String(repeating: " ", count: gutter)
    text += header(diagnostic, gutter, report)
    text += style.blue("\(margin) |") + "\n"
    text += Snippet(style: style, file: diagnostic.span.file).render(
      [Snippet.Mark(range: diagnostic.span.range, message: "", isPrimary: true)]
        + inFile.map { Snippet.Mark(range: $0.span.range, message: $0.message, isPrimary: false) }, gutter: gutter)
    for label in elsewhere {
      let start = label.span.start
      text +=
        style.blue("\(margin) ::: ") + "\(report.displayPath(label.span.file.path)):\(start.line):\(start.column)\n"
      text += Snippet(style: style, file: label.span.file).render(
        [Snippet.Mark(range: label.span.range, message: label.message, isPrimary: false)], gutter: gutter)
    }
    text += style.blue("\(margin) |") + "\n"
    func note(_ name: String, _ words: String) {
      text += "\(style.blue("\(margin) =")) \(style.bold(name)): \(TerminalText.escaped(words))\n"
    }
    if diagnostic.effect != .none {
      note("effect", diagnostic.effect.rawValue + (diagnostic.effect.consequence.map { ": \($0)" } ?? ""))
    }
    if let help = diagnostic.help { note("help", help) }
    if !diagnostic.clusters.isEmpty, report.summary.clusters > 1 {
      let names = diagnostic.clusters.prefix(6).joined(separator: ", ")
      note("clusters", diagnostic.clusters.count > 6 ? "\(names) and \(diagnostic.clusters.count - 6) more" : names)
    }
    if let fix = diagnostic.fixes.first { text += render(fix, margin, report) }
    return text
  }

  private func header(_ diagnostic: Diagnostic, _ gutter: Int, _ report: LintReport) -> String {
    let start = diagnostic.span.start
    var text = style.blue(String(repeating: " ", count: gutter) + "--> ")
    text += "\(report.displayPath(diagnostic.span.file.path)):\(start.line):\(start.column)"
    if let resource = diagnostic.resource {
      let name = [resource.namespace, resource.name].compactMap { $0 }.joined(separator: "/")
      let title = name.isEmpty ? resource.kind : "\(resource.kind) \(name)"
      text += style.dim(
        "  " + TerminalText.escaped(title) + (diagnostic.field.map { " · \(TerminalText.escaped($0))" } ?? ""))
    }
    return text + "\n"
  }

  private func paint(_ severity: Severity, _ text: String) -> String {
    switch severity {
    case .error: style.red(text)
    case .warning: style.yellow(text)
    case .note: style.blue(text)
    }
  }

  /// The lines that a fix changes, before and after.
  private func render(_ fix: Fix, _ margin: String, _ report: LintReport) -> String {
    let kind = fix.safety == .safe ? "--fix" : "--unsafe-fixes"
    var text = "\(style.blue("\(margin) =")) \(style.bold("fix")) (\(kind)): \(TerminalText.escaped(fix.description))\n"
    let shownLines = 8
    for change in FixPreview.changes(of: fix) {
      guard !change.isSecret else { continue }
      for line in change.removed.prefix(shownLines) {
        text +=
          "\(style.blue("\(margin) |")) \(style.removed("- " + TerminalText.escaped(SecretText.redacting(line))))\n"
      }
      for line in change.added.prefix(shownLines) {
        text += "\(style.blue("\(margin) |")) \(style.green("+ " + TerminalText.escaped(SecretText.redacting(line))))\n"
      }
      let hidden = max(0, change.removed.count - shownLines) + max(0, change.added.count - shownLines)
      if hidden > 0 { text += "\(style.blue("\(margin) |")) \(style.dim("… \(hidden) more lines"))\n" }
    }
    return text
  }

  private func statistics(_ report: LintReport) -> String {
    var counts: [String: (Int, Severity)] = [:]
    for diagnostic in report.open {
      counts[diagnostic.rule, default: (0, diagnostic.severity)].0 += diagnostic.count
    }
    let rows = counts.sorted { ($1.value.0, $0.key) < ($0.value.0, $1.key) }
    return rows.map { "\(String($0.value.0).leftPadded(to: 6))  \($0.value.1.rawValue)  \($0.key)\n" }.joined()
  }

  /// What is not reported because it is not new.
  private func older(_ report: LintReport) -> String {
    guard let known = report.known, !known.unchanged.isEmpty || !known.absent.isEmpty else { return "" }
    let unchanged = known.unchanged.reduce(0) { $0 + $1.count }
    var parts: [String] = []
    if unchanged > 0 { parts.append("\(unchanged) older finding\(unchanged == 1 ? " is" : "s are") not shown") }
    if !known.absent.isEmpty { parts.append("\(known.absent.count) \(known.absent.count == 1 ? "is" : "are") gone") }
    return style.dim(parts.joined(separator: ", ") + ".") + "\n"
  }

  private func summary(_ report: LintReport) -> String {
    let counts = [(report.count(.error), "error"), (report.count(.warning), "warning"), (report.count(.note), "note")]
    let found = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
    guard !found.isEmpty else { return "" }
    let new = report.known == nil ? "" : "new: "
    let resources = report.summary.resources
    var text = "Found \(new)\(found.joined(separator: ", ")) in \(resources) resource\(resources == 1 ? "" : "s")"
    if report.suppressedCount > 0 { text += ", \(report.suppressedCount) suppressed" }
    text += ".\n"
    let safe = report.fixableCount(.safe)
    let unsafe = report.fixableCount(.unsafe)
    if safe > 0 || unsafe > 0 {
      text += safe > 0 ? "\(safe) fixable with `--fix`" : "No safe fixes"
      text += unsafe > 0 ? " (\(unsafe) more with `--unsafe-fixes`).\n" : ".\n"
    }
    return style.bold(text)
  }
}

extension String {
  func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - utf8.count)) + self
  }
}

/// A fix as removed and added lines.
enum FixPreview {
  struct Change {
    let removed: [String]
    let added: [String]
    let isSecret: Bool
  }

  static func changes(of fix: Fix) -> [Change] {
    var changes: [Change] = []
    var seen: Set<ObjectIdentifier> = []
    for file in fix.edits.map(\.file) where seen.insert(ObjectIdentifier(file)).inserted {
      let edits = fix.edits.filter { $0.file === file }.map(\.edit).sorted { $0.range.lowerBound < $1.range.lowerBound }
      // Edits of neighbouring lines are one change.
      var groups: [(lines: ClosedRange<Int>, edits: [TextEdit])] = []
      for edit in edits {
        let first = file.lines.lineIndex(of: edit.range.lowerBound)
        let last = file.lines.lineIndex(of: max(edit.range.lowerBound, edit.range.upperBound - 1))
        if let group = groups.last, first <= group.lines.upperBound + 1 {
          groups[groups.count - 1] = (group.lines.lowerBound...max(group.lines.upperBound, last), group.edits + [edit])
        } else {
          groups.append((first...last, [edit]))
        }
      }
      for group in groups {
        let start = file.lines.starts[group.lines.lowerBound]
        let next = group.lines.upperBound + 1
        let end = next < file.lines.starts.count ? file.lines.starts[next] : file.bytes.count
        let old = Array(file.bytes[start..<end])
        let shifted = group.edits.map {
          TextEdit(range: ($0.range.lowerBound - start)..<($0.range.upperBound - start), replacement: $0.replacement)
        }
        guard let new = shifted.applied(to: old) else { continue }
        changes.append(
          Change(
            removed: lines(old), added: lines(new),
            isSecret: group.lines.contains { SecretText.isSecret(line: $0, in: file) }))
      }
    }
    return changes
  }

  private static func lines(_ bytes: [UInt8]) -> [String] {
    guard !bytes.isEmpty else { return [] }
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { String(decoding: $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0, as: UTF8.self) }
  }
}

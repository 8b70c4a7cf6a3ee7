import Diagnostics
import Rules
import SourceText
import YAMLSyntax

/// What is wrong with the suppressions themselves.
struct SuppressionFindings {
  let diagnostics: [Diagnostic]

  init(_ pass: SuppressionPass, rules: Set<String>) {
    var diagnostics: [Diagnostic] = []
    var unread = UnreadDocuments()
    func add(_ rule: any Rule.Type, _ suppression: Suppression, _ message: String) {
      let documentation = rule.documentation
      guard rules.contains(documentation.id), !unread.hold(suppression.span) else { return }
      diagnostics.append(
        Diagnostic(
          rule: documentation.id, severity: documentation.severity, effect: documentation.effect, message: message,
          span: suppression.span, help: documentation.instead))
    }
    for suppression in pass.withoutReason {
      let what = suppression.defect ?? "it gives no reason behind '--'"
      add(SuppressionWithoutReason.self, suppression, "the suppression has no effect: \(what)")
    }
    for suppression in pass.all where suppression.defect == nil {
      for name in suppression.rules where RuleRegistry.rule(name) == nil {
        let near = nearest(to: name, in: RuleRegistry.documentation.map(\.id))
        add(
          UnusedSuppression.self, suppression,
          "there is no rule '\(name)' to suppress" + (near.map { ", did you mean '\($0)'?" } ?? ""))
      }
    }
    for suppression in pass.expired {
      add(
        ExpiredSuppression.self, suppression,
        "the suppression of \(suppression.rules.joined(separator: ", ")) ended on "
          + (suppression.until?.description ?? ""))
    }
    for (suppression, idle) in pass.unused {
      let names = idle.map { "'\($0)'" }.joined(separator: ", ")
      add(UnusedSuppression.self, suppression, "the suppression of \(names) hides nothing")
    }
    self.diagnostics = diagnostics
  }
}

/// The documents that cannot be read: no rule looked at them, so nobody knows what a comment there hides. Files are
/// only looked at when something is to be said of their comments.
private struct UnreadDocuments {
  private var ranges: [ObjectIdentifier: [ByteRange]] = [:]

  mutating func hold(_ span: SourceSpan) -> Bool {
    let key = ObjectIdentifier(span.file)
    let known = ranges[key] ?? YAMLStream(span.file).documents.filter { $0.problem != nil }.map(\.range)
    ranges[key] = known
    return known.contains { $0.contains(span.range.lowerBound) }
  }
}

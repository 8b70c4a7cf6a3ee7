import ArgumentParser
import RegistryLint
import Rules
import SourceText

struct RulesCommand: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  static let configuration = CommandConfiguration(commandName: "rules", abstract: "List the rules.")

  @OptionGroup var format: FormatOption<Format>

  func run() throws {
    let rules = RuleRegistry.documentation.sorted { ($0.category.rawValue, $0.code) < ($1.category.rawValue, $1.code) }
    switch format.wanted {
    case .text:
      let width = rules.map(\.id.utf8.count).max() ?? 0
      for rule in rules {
        let id = rule.id + String(repeating: " ", count: width - rule.id.utf8.count)
        let severity =
          rule.isOptIn
          ? "off    " : rule.severity.rawValue + String(repeating: " ", count: 7 - rule.severity.rawValue.utf8.count)
        StandardStreams.output("\(id)  \(rule.code)  \(severity)  \(rule.summary)\n")
      }
    case .json:
      let items = rules.map { rule in
        JSONText.object([
          ("rule", .string(rule.id)), ("code", .string(rule.code)), ("category", .string(rule.category.rawValue)),
          ("severity", .string(rule.severity.rawValue)), ("effect", .string(rule.effect.rawValue)),
          ("fix", .string(rule.fixing.rawValue)), ("default", .bool(!rule.isOptIn)),
          ("summary", .string(rule.summary)), ("url", .string(rule.url)),
        ])
      }
      StandardStreams.output(
        JSONText.object([("version", .int(1)), ("rules", .array(items))]).text(indented: true) + "\n")
    }
  }
}

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Print the documentation of a rule.")

  @Argument(help: "The rule's id or code.")
  var rule: String

  func run() throws {
    let id = try RuleSelection.known(rule)
    guard let rule = RuleRegistry.rule(id) else { throw UsageError("unknown rule '\(id)'") }
    StandardStreams.output(rule.documentation.markdown(examples: rule.examples))
  }
}

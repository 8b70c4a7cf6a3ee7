/// What text of a repository is escaped for.
protocol MarkupLanguage {
  static func escaped(_ text: String) -> String
}

/// Text in a language of markup. Literals are ours and stand as they are; every other string is escaped on its way into
/// it, so that one language cannot get into the other and nothing of a repository into either.
struct Markup<Language: MarkupLanguage>: Hashable, Sendable, ExpressibleByStringInterpolation {
  private(set) var text: String

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {}

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ number: Int) { text += String(number) }
    mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
    mutating func appendInterpolation(_ plain: String) { text += Language.escaped(plain) }
  }

  init(stringLiteral value: String) { text = value }
  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  /// - Parameter plain: To be escaped.
  init(_ plain: String) { text = Language.escaped(plain) }

  /// - Parameter written: Of this language already.
  init(written: String) { text = written }

  static func + (left: Markup, right: Markup) -> Markup { Markup(written: left.text + right.text) }
  static func += (left: inout Markup, right: Markup) { left.text += right.text }
}

extension Sequence {
  func joined<Language>(separator: Markup<Language> = "") -> Markup<Language> where Element == Markup<Language> {
    Markup(written: map(\.text).joined(separator: separator.text))
  }
}

typealias Markdown = Markup<MarkdownText>

/// What stands between tags in Markdown.
typealias HTML = Markup<HTMLText>

enum HTMLText: MarkupLanguage {
  static func escaped(_ text: String) -> String { MarkdownText.html(text) }
}

extension Markup.StringInterpolation where Language == MarkdownText {
  mutating func appendInterpolation(code: String) { text += MarkdownText.code(code) }
}

extension Markdown {
  static func code(_ text: String) -> Markdown { Markdown(written: MarkdownText.code(text)) }

  static func block(_ lines: [String], language: String) -> Markdown {
    Markdown(written: MarkdownText.block(lines, language: language))
  }

  static func folded(_ title: HTML, _ body: Markdown) -> Markdown {
    "<details><summary>\(Markdown(written: title.text))</summary>\n\n\(body)\n</details>\n"
  }
}

extension Markup {
  /// `a, b and 3 more`
  static func list(_ names: [String], most: Int = 3) -> Markup {
    let shown = names.prefix(most).map { Markup($0) }.joined(separator: ", ")
    return names.count > most ? "\(shown) and \(names.count - most) more" : shown
  }

  /// `cluster prod`, `clusters a, b, c and 3 more`
  static func clusters(_ names: [String]) -> Markup {
    let noun: Markup = names.count == 1 ? "cluster" : "clusters"
    return "\(noun) \(list(names))"
  }
}

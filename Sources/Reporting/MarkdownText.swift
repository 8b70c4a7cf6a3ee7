/// Text of a repository in Markdown, where it must become neither a link nor an image, HTML, a mention or a reference.
enum MarkdownText {
  static func escaped(_ text: String) -> String {
    var result = ""
    var previous: Unicode.Scalar = " "
    for scalar in TerminalText.escaped(text).unicodeScalars {
      switch scalar {
      case "\\", "`", "*", "_", "{", "}", "[", "]", "(", ")", "<", ">", "|", "!", "~", "&", "$": result += "\\\(scalar)"
      // Platforms look for these in the finished text, where a backslash is gone: a space of no width stays.
      case "@": result += "@\u{200B}"
      case "#": result += "\\#\u{200B}"
      case "/" where previous == ":": result += "\u{200B}/"
      case "." where previous == "w" || previous == "W": result += "\u{200B}."
      default: result.unicodeScalars.append(scalar)
      }
      previous = scalar
    }
    return result
  }

  /// As code, where nothing is looked for.
  static func code(_ text: String) -> String {
    text.isEmpty ? "(empty)" : "`" + TerminalText.escaped(text).replacing("`", with: "'") + "`"
  }

  /// Inside of HTML.
  static func html(_ text: String) -> String {
    TerminalText.escaped(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("@", with: "@\u{200B}").replacing("#", with: "#\u{200B}").replacing("://", with: ":\u{200B}//")
      .replacing("www.", with: "www\u{200B}.")
  }

  /// - Parameter title: HTML.
  static func folded(_ title: String, _ text: String) -> String {
    "<details><summary>\(title)</summary>\n\n\(text)\n</details>\n"
  }

  /// Lines as a block of code that none of them can end.
  static func block(_ lines: [String], language: String) -> String {
    var longest = 2
    for line in lines {
      var run = 0
      for byte in line.utf8 {
        run = byte == UInt8(ascii: "`") ? run + 1 : 0
        longest = max(longest, run)
      }
    }
    let ticks = String(repeating: "`", count: longest + 1)
    return "\(ticks)\(language)\n\(lines.joined(separator: "\n"))\n\(ticks)\n"
  }

  /// `a, b and 3 more`
  static func list(_ names: [String], most: Int = 3) -> String {
    let shown = names.prefix(most).map(escaped).joined(separator: ", ")
    return names.count > most ? "\(shown) and \(names.count - most) more" : shown
  }
}

/// A page that may have so many bytes and no more: parts that do not fit are left out and counted.
struct MarkdownPage {
  private let limit: Int
  private(set) var text = ""
  private(set) var cut = 0

  /// - Parameter limit: Bytes; the last words about what was cut have room in it.
  init(limit: Int) {
    self.limit = limit - 200
  }

  /// - Parameter count: How many things the part tells of.
  mutating func add(_ part: String, count: Int = 1) {
    if text.utf8.count + part.utf8.count <= limit { text += part } else { cut += count }
  }

  /// Adds a fold with as many of its parts as fit.
  /// - Parameter title: HTML.
  mutating func addFolded(_ title: String, _ parts: [String]) {
    var kept: [String] = []
    var size = text.utf8.count + MarkdownText.folded(title, "").utf8.count + 1
    for part in parts {
      if size + part.utf8.count < limit {
        kept.append(part)
        size += part.utf8.count + 1
      } else {
        cut += 1
      }
    }
    if !kept.isEmpty { text += "\n" + MarkdownText.folded(title, kept.joined(separator: "\n")) }
  }

  /// Counts what was left out before the page was made.
  mutating func cutBefore(_ count: Int) { cut += count }

  /// The page, with the count of what was cut.
  func finished() -> String {
    guard cut > 0 else { return text }
    return text + "\n*\(cut) more \(cut == 1 ? "thing does" : "things do") not fit here and \(cut == 1 ? "is" : "are") left out.*\n"
  }
}

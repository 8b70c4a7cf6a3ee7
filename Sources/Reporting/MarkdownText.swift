/// Text of a repository where it stands in Markdown: it must become neither a link nor an image, HTML, a mention or a
/// reference. `Markdown` and `HTML` call this for whatever is put into them.
enum MarkdownText: MarkupLanguage {
  /// Within a line of Markdown, and at its beginning.
  static func escaped(_ text: String) -> String {
    var result = ""
    var isNumber = true
    for (offset, scalar) in unlinked(text).unicodeScalars.enumerated() {
      switch scalar {
      case "\\", "`", "*", "_", "{", "}", "[", "]", "(", ")", "<", ">", "|", "!", "~", "&", "$", "#", "%", "^":
        result += "\\\(scalar)"
      // Items of lists and underlines of headings.
      case "-" where offset == 0, "+" where offset == 0, "=" where offset == 0, "." where isNumber:
        result += "\\\(scalar)"
      // Four of them are a block of code, and one ends emphasis before it begins.
      case " " where offset == 0: result += "&#32;"
      default: result.unicodeScalars.append(scalar)
      }
      isNumber = isNumber && ("0"..."9").contains(scalar)
    }
    return result
  }

  /// Inside of HTML.
  static func html(_ text: String) -> String {
    unlinked(text).replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  /// As code, where nothing is looked for.
  static func code(_ text: String) -> String {
    let text = TerminalText.escaped(text)
    if text.isEmpty { return "(empty)" }
    let ticks = String(repeating: "`", count: longestTicks(text) + 1)
    // A blank at both ends goes, but for code of nothing else; ticks of the text must not touch those around it.
    let isPadded =
      text.hasPrefix("`") || text.hasSuffix("`")
      || (text.hasPrefix(" ") && text.hasSuffix(" ") && text.contains { $0 != " " })
    return isPadded ? "\(ticks) \(text) \(ticks)" : ticks + text + ticks
  }

  /// Lines as a block of code that none of them can end.
  static func block(_ lines: [String], language: String) -> String {
    let lines = lines.map(TerminalText.escaped)
    let ticks = String(repeating: "`", count: max(3, (lines.map(longestTicks).max() ?? 0) + 1))
    return "\(ticks)\(language)\n\(lines.joined(separator: "\n"))\n\(ticks)\n"
  }

  private static func longestTicks(_ text: String) -> Int {
    var (longest, run) = (0, 0)
    for byte in text.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }

  /// On one line, without what platforms look for in the finished text, where escapes are gone: the names of people and
  /// teams, issues (`#1`, `GH-1`), GitLab's other references, and addresses. A space of no width breaks them.
  private static func unlinked(_ text: String) -> String {
    let scalars = Array(TerminalText.escaped(text).unicodeScalars)
    func follows(_ word: String, _ index: Int) -> Bool {
      let word = word.unicodeScalars
      guard index >= word.count else { return false }
      return zip(scalars[(index - word.count)...], word).allSatisfy { $0.properties.lowercaseMapping == String($1) }
    }
    var result = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      case "/" where follows(":", index), "." where follows("www", index), "0"..."9" where follows("gh-", index):
        result.append("\u{200B}")
        result.append(scalar)
      case "@", "#", "!", "~", "&", "$", "%", "^":
        result.append(scalar)
        result.append("\u{200B}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}

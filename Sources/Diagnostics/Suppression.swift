import SourceText
import YAMLSyntax

/// A calendar day, for suppressions that end and certificates that expire.
public struct Day: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let year: Int
  public let month: Int
  public let day: Int

  /// Reads `2027-01-31`.
  public init?(_ text: Substring) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].utf8.count == 4, parts[1].utf8.count == 2, parts[2].utf8.count == 2,
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month),
      (1...31).contains(day)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// The day, in UTC, of a number of seconds since 1970-01-01.
  public init(secondsSince1970 seconds: Int64) {
    // Howard Hinnant's days-to-civil algorithm, proleptic Gregorian calendar.
    let days = Int(seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400) + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shifted + 2) / 5 + 1
    month = shifted < 10 ? shifted + 3 : shifted - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  public static func < (left: Day, right: Day) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  public var description: String {
    func padded(_ number: Int, _ width: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }
}

/// A comment that hides findings of some rules: `# registrylint:ignore RULE[,RULE…] [until=DAY] -- reason`.
public struct Suppression: Hashable, Sendable {
  public enum Scope: Hashable, Sendable {
    /// The comment's own line (a trailing comment) or the next line that is no comment; from 0.
    case line(Int)
    case file
  }

  public let scope: Scope
  public let rules: [String]
  public let reason: String?
  public let until: Day?
  /// What could not be read of the comment, for people.
  public let defect: String?
  public let span: SourceSpan

  /// Whether it hides findings on `today`: it needs a reason, and its day must not be over.
  public func isActive(on today: Day) -> Bool {
    reason != nil && defect == nil && until.map { today <= $0 } ?? true
  }

  /// Whether it speaks of a finding of its file, active or not.
  public func covers(_ diagnostic: Diagnostic) -> Bool {
    guard rules.contains(diagnostic.rule) else { return false }
    switch scope {
    case .file: return true
    case .line(let own): return own == diagnostic.span.file.lines.lineIndex(of: diagnostic.span.range.lowerBound)
    }
  }

  static let marker = Array("registrylint:ignore".utf8)

  /// All suppressions of a file. Files without the marker cost one search.
  public static func all(in file: SourceFile) -> [Suppression] {
    guard file.bytes.contains(subsequence: marker) else { return [] }
    var suppressions: [Suppression] = []
    let comments = YAMLStream.comments(in: file)
    let commentLines = Set(
      comments.filter { isAlone($0, in: file) }.map { file.lines.lineIndex(of: $0.range.lowerBound) })
    for comment in comments {
      var text = Substring(file.text(comment.range)).drop { $0 == "#" || $0 == " " || $0 == "\t" }
      guard text.hasPrefix("registrylint:ignore") else { continue }
      text = text.dropFirst("registrylint:ignore".count)
      let isFile = text.hasPrefix("-file")
      if isFile { text = text.dropFirst("-file".count) }
      var line = file.lines.lineIndex(of: comment.range.lowerBound)
      if commentLines.contains(line) {
        while commentLines.contains(line) { line += 1 }
      }
      suppressions.append(
        parse(text, scope: isFile ? .file : .line(line), span: SourceSpan(file: file, range: comment.range)))
    }
    return suppressions
  }

  private static func isAlone(_ comment: Comment, in file: SourceFile) -> Bool {
    let line = file.lineRange(file.lines.lineIndex(of: comment.range.lowerBound))
    return file.bytes[line.lowerBound..<comment.range.lowerBound].allSatisfy {
      $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF
    }
  }

  private static func parse(_ text: Substring, scope: Scope, span: SourceSpan) -> Suppression {
    var head = text
    var reason: String?
    if let dashes = text.ranges(of: "--").first {
      head = text[..<dashes.lowerBound]
      let words = text[dashes.upperBound...].drop { $0 == " " || $0 == "\t" }
      let trimmed = String(String(words.reversed()).drop { $0 == " " || $0 == "\t" }.reversed())
      reason = trimmed.isEmpty ? nil : trimmed
    }
    var rules: [String] = []
    var until: Day?
    var defect: String?
    for word in head.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "," }) {
      if word.hasPrefix("until=") {
        until = Day(word.dropFirst("until=".count))
        if until == nil { defect = "'\(word)' is no day; write until=2027-01-31" }
      } else {
        rules.append(String(word))
      }
    }
    if rules.isEmpty, defect == nil { defect = "it names no rule" }
    return Suppression(scope: scope, rules: rules, reason: reason, until: until, defect: defect, span: span)
  }
}

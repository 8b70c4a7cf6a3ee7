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
  public private(set) var defect: String?
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
    var heads: DocumentHeads?
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
      var suppression = parse(
        text, scope: isFile ? .file : .line(line), span: SourceSpan(file: file, range: comment.range))
      if isFile, suppression.defect == nil {
        let known = heads ?? DocumentHeads(of: file)
        heads = known
        if !known.holds(comment.range.lowerBound) {
          suppression.defect = "it stands behind the first key of its document; write it before"
        }
      }
      suppressions.append(suppression)
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

/// The parts of a file where no document has begun to say anything: comments, directives and blank lines before the
/// first key.
private struct DocumentHeads {
  private let file: SourceFile
  /// By line, whether only comments stand before it in its document.
  private var lines: [Bool] = []

  init(of file: SourceFile) {
    self.file = file
    var isHead = true
    for index in file.lines.starts.indices {
      let line = file.bytes[file.lineRange(index)]
      if Self.isMarker(line, UInt8(ascii: "-")) || Self.isMarker(line, UInt8(ascii: ".")) { isHead = true }
      lines.append(isHead)
      if isHead { isHead = Self.saysNothing(line) }
    }
  }

  /// Whether a comment that begins at an offset stands in one of them.
  func holds(_ offset: Int) -> Bool {
    let line = file.lines.lineIndex(of: offset)
    return lines[line] && Self.saysNothing(file.bytes[file.lineRange(line).lowerBound..<offset])
  }

  /// Whether a line, or the beginning of one, is blank, a comment, a directive, template control, or the marker of a
  /// document with nothing behind it.
  private static func saysNothing(_ line: ArraySlice<UInt8>) -> Bool {
    var rest = line
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    if rest.first == UInt8(ascii: "%") { return true }
    if isMarker(rest, UInt8(ascii: "-")) || isMarker(rest, UInt8(ascii: ".")) { rest = rest.dropFirst(3) }
    rest = rest.drop(while: isBlank)
    guard let first = rest.first else { return true }
    if first == UInt8(ascii: "#") { return true }
    let end = rest.lastIndex { !isBlank($0) } ?? rest.endIndex
    return rest.starts(with: "{{".utf8) && rest[...end].suffix(2).elementsEqual("}}".utf8)
  }

  /// `---` or `...` at the start of a line, alone or with something behind a blank.
  private static func isMarker(_ line: ArraySlice<UInt8>, _ sign: UInt8) -> Bool {
    let text = line.starts(with: [0xEF, 0xBB, 0xBF]) ? line.dropFirst(3) : line
    return text.prefix(3).elementsEqual([sign, sign, sign]) && text.dropFirst(3).first.map(isBlank) ?? true
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n")
  }
}

import SourceText

/// Template text hidden from the YAML parser: replaced by bytes of equal length, so that every range stays exact.
///
/// `{{ … }}` and `{% … %}` (Helm, Jinja, Go templates, ACM hub templates) and `${…}` (envsubst, OpenShift Templates)
/// become letters inside of a line; a line that holds nothing else is blanked, because it may stand for any number of
/// lines or for none. `<placeholder>` and `$NAME` are legal YAML and only remembered. Whatever overlaps a masked
/// range is unknown to every rule.
struct TemplateMask {
  /// What libyaml reads.
  var bytes: [UInt8]
  /// Sorted, disjoint.
  private(set) var unknown: [ByteRange] = []
  /// Lines that held only template text; sorted.
  private(set) var control: [ByteRange] = []
  /// Whether something was replaced, not only remembered.
  var isTemplated: Bool { !replaced.isEmpty }
  private var replaced: [ByteRange] = []

  init(_ source: [UInt8]) {
    bytes = source
    source.withUnsafeBufferPointer { find(in: $0) }
    if replaced.isEmpty { return }
    for range in replaced { hide(range) }
    blankControlLines(of: source)
  }

  /// Nothing is hidden and nothing is unknown.
  init(unmasked source: [UInt8]) {
    bytes = source
  }

  func overlapsUnknown(_ range: ByteRange) -> Bool { Self.overlaps(unknown, range) }
  func overlapsControl(_ range: ByteRange) -> Bool { Self.overlaps(control, range) }
  func isReplaced(in range: ByteRange) -> Bool { Self.overlaps(replaced, range) }

  private static func overlaps(_ ranges: [ByteRange], _ range: ByteRange) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound <= range.lowerBound { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].lowerBound < range.upperBound
  }

  /// An action longer than this is taken for text that only looks like one.
  private static let longestAction = 16_384

  private mutating func find(in source: UnsafeBufferPointer<UInt8>) {
    func opening(from start: Int) -> Int {
      source.offset(ofAny: UInt8(ascii: "{"), UInt8(ascii: "$"), UInt8(ascii: "<"), from: start)
    }
    var index = opening(from: 0)
    while index + 1 < source.count {
      let byte = source[index]
      let next = source[index + 1]
      var end: Int?
      var replaces = true
      switch (byte, next) {
      case (UInt8(ascii: "{"), UInt8(ascii: "{")):
        end = Self.close(source, index + 2, UInt8(ascii: "}"), UInt8(ascii: "}"))
      case (UInt8(ascii: "{"), UInt8(ascii: "%")):
        end = Self.close(source, index + 2, UInt8(ascii: "%"), UInt8(ascii: "}"))
      case (UInt8(ascii: "{"), UInt8(ascii: "#")):
        end = Self.close(source, index + 2, UInt8(ascii: "#"), UInt8(ascii: "}"))
      case (UInt8(ascii: "$"), UInt8(ascii: "{")):
        end = Self.closeBrace(source, index + 2)
      case (UInt8(ascii: "$"), _) where Self.isNameStart(next):
        var stop = index + 2
        while stop < source.count, Self.isNameStart(source[stop]) || (0x30...0x39).contains(source[stop]) { stop += 1 }
        end = stop
        replaces = false
      case (UInt8(ascii: "<"), _) where Self.isNameStart(next) || next >= 0x80:
        end = Self.closeAngle(source, index + 1)
        replaces = false
      default: break
      }
      if let end {
        unknown.append(index..<end)
        if replaces { replaced.append(index..<end) }
        index = opening(from: end)
      } else {
        index = opening(from: index + 1)
      }
    }
  }

  private static func isNameStart(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
  }

  /// The offset behind the two closing bytes. An opening pair of the same kind on the way means that this one was text.
  private static func close(_ source: UnsafeBufferPointer<UInt8>, _ start: Int, _ first: UInt8, _ second: UInt8) -> Int?
  {
    var index = start
    let last = min(source.count - 1, start + longestAction)
    while index < last {
      if source[index] == first, source[index + 1] == second {
        // `{{ {a: b}}}` closes with its last pair.
        if first == second, index + 2 < source.count, source[index + 2] == second { index += 1; continue }
        return index + 2
      }
      if first == UInt8(ascii: "}"), source[index] == UInt8(ascii: "{"), source[index + 1] == UInt8(ascii: "{") {
        return nil
      }
      index += 1
    }
    return nil
  }

  /// The end of `${…}` or `${{…}}` on one line.
  private static func closeBrace(_ source: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    var depth = 1
    var index = start
    while index < source.count, source[index] != UInt8(ascii: "\n"), index - start < 1024 {
      if source[index] == UInt8(ascii: "{") { depth += 1 }
      if source[index] == UInt8(ascii: "}") {
        depth -= 1
        if depth == 0 { return index + 1 }
      }
      index += 1
    }
    return nil
  }

  /// The end of `<…>` on one line, with no second `<` in it, where a name may go on behind it: `a<b>&c` is text.
  private static func closeAngle(_ source: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
    var index = start
    while index < source.count, source[index] != UInt8(ascii: "\n"), index - start < 256 {
      if source[index] == UInt8(ascii: ">") {
        return index + 1 < source.count && "&=;!^~".utf8.contains(source[index + 1]) ? nil : index + 1
      }
      if source[index] == UInt8(ascii: "<") { return nil }
      index += 1
    }
    return nil
  }

  /// Letters on the first line of the action, blanks on the lines that follow.
  private mutating func hide(_ range: ByteRange) {
    var fill = UInt8(ascii: "x")
    for index in range {
      if bytes[index] == UInt8(ascii: "\n") { fill = UInt8(ascii: " "); continue }
      if bytes[index] == UInt8(ascii: "\r") { continue }
      bytes[index] = fill
    }
  }

  /// Whether the line before, blank ones aside, ends with the header of a block scalar (`|`, `>-`), and this one is
  /// indented as its text must be.
  private static func isFirstOfBlock(_ source: [UInt8], lineStart: Int, textStart: Int) -> Bool {
    guard textStart > lineStart else { return false }
    var index = lineStart
    while index > 0, [0x20, 0x09, 0x0A, 0x0D].contains(source[index - 1]) { index -= 1 }
    guard index > 1, index < lineStart else { return false }
    if source[index - 1] == UInt8(ascii: "-") || source[index - 1] == UInt8(ascii: "+") { index -= 1 }
    guard index > 1, source[index - 1] == UInt8(ascii: "|") || source[index - 1] == UInt8(ascii: ">") else {
      return false
    }
    return source[index - 2] == UInt8(ascii: " ")
  }

  /// A line with nothing but actions (`{{- range … }}`, `{% if … %}`, `{{ toYaml . | nindent 4 }}`).
  private mutating func blankControlLines(of source: [UInt8]) {
    var cursor = 0
    while cursor < replaced.count {
      let opening = source[replaced[cursor].lowerBound]
      var start = replaced[cursor].lowerBound
      while start > 0, source[start - 1] == UInt8(ascii: " ") || source[start - 1] == UInt8(ascii: "\t") { start -= 1 }
      var last = cursor
      var end = replaced[cursor].upperBound
      while true {
        while end < source.count, source[end] == UInt8(ascii: " ") || source[end] == UInt8(ascii: "\t") { end += 1 }
        guard last + 1 < replaced.count, replaced[last + 1].lowerBound == end else { break }
        last += 1
        end = replaced[last].upperBound
      }
      let startsLine = start == 0 || source[start - 1] == UInt8(ascii: "\n")
      let endsLine = end == source.count || source[end] == UInt8(ascii: "\n") || source[end] == UInt8(ascii: "\r")
      if opening == UInt8(ascii: "{"), startsLine, endsLine {
        // Blanks as the first line of a block scalar would decide its indentation: it stays text there.
        if Self.isFirstOfBlock(source, lineStart: start, textStart: replaced[cursor].lowerBound) {
          control.append(start..<end)
          cursor = last + 1
          continue
        }
        for index in start..<end where bytes[index] != UInt8(ascii: "\n") && bytes[index] != UInt8(ascii: "\r") {
          bytes[index] = UInt8(ascii: " ")
        }
        control.append(start..<end)
      }
      cursor = last + 1
    }
  }
}

import SourceText

/// Turns libyaml's words into what a person can act on: the place is libyaml's, the hint is read from the text there.
struct SyntaxExplanation {
  let file: SourceFile
  /// The document.
  let range: ByteRange

  func explain(
    _ failure: LibyamlParser.Failure, at problem: Int, context: Int?, readerOffset: Int
  ) -> SyntaxProblem {
    if failure.isReaderFailure { return unreadable(failure, at: min(readerOffset, file.bytes.count)) }
    let offset = min(max(problem, range.lowerBound), range.upperBound)
    let contextSpan = context.map { SourceSpan(file: file, range: word(at: $0)) }
    let line = lineRange(around: offset)
    func make(_ message: String, _ hint: String?, _ at: ByteRange) -> SyntaxProblem {
      SyntaxProblem(
        kind: .syntax, message: message, hint: hint, span: SourceSpan(file: file, range: at),
        context: contextSpan.flatMap { $0.range.overlaps(at) ? nil : $0 })
    }

    if let tab = tabIndentation(before: offset) {
      return make("a tab is used for indentation", "indent with spaces: YAML refuses tabs there", tab)
    }
    if failure.context == "while scanning an alias" {
      let value = unquoted(at: context ?? offset)
      return make(
        "'\(file.text(value))' is read as an alias because it begins with '*'", "quote it: \"\(file.text(value))\"",
        value)
    }
    if failure.problem == "mapping values are not allowed in this context" {
      return make(failure.problem, mappingHint(line: line), word(at: offset))
    }
    if failure.context == "while scanning a quoted scalar" {
      return make("a quoted text is not closed", "add the closing quote", word(at: context ?? offset))
    }
    if failure.problem == "found character that cannot start any token" {
      let value = unquoted(at: offset)
      return make("'\(file.text(value))' cannot begin a value", "quote it: \"\(file.text(value))\"", value)
    }
    if failure.problem == "could not find expected ':'" {
      return make(
        failure.problem,
        "a line of a mapping needs 'key: value', a line of a '|' text must be indented more than its key",
        word(at: context ?? offset))
    }
    let message = failure.context.map { "\(failure.problem) \($0)" } ?? failure.problem
    let hint =
      failure.problem.contains("did not find expected") ? "check the indentation of this line and the one above" : nil
    return make(message, hint, word(at: offset))
  }

  private func unreadable(_ failure: LibyamlParser.Failure, at offset: Int) -> SyntaxProblem {
    let end = min(offset + 1, file.bytes.count)
    let byte = offset < file.bytes.count ? file.bytes[offset] : 0
    let hex = (byte < 16 ? "0x0" : "0x") + String(byte, radix: 16, uppercase: true)
    let isControl = failure.problem == "control characters are not allowed"
    return SyntaxProblem(
      kind: isControl ? .syntax : .encoding,
      message: isControl
        ? "the control character \(hex) is not allowed in YAML" : "the byte \(hex) is not valid UTF-8 here",
      hint: isControl ? "remove it, or write it as an escape in double quotes" : "save the file as UTF-8",
      span: SourceSpan(file: file, range: min(offset, end)..<end))
  }

  private func lineRange(around offset: Int) -> ByteRange {
    file.lineRange(file.lines.lineIndex(of: min(offset, file.bytes.count)))
  }

  /// The text from `offset` up to the next blank; at least one byte where there is one.
  private func word(at offset: Int) -> ByteRange {
    let offset = min(offset, file.bytes.count)
    var end = offset
    while end < range.upperBound, !isBlank(file.bytes[end]) { end += 1 }
    if end == offset, end < file.bytes.count, file.bytes[end] != UInt8(ascii: "\n") { end += 1 }
    return offset..<end
  }

  /// A plain value from `offset` up to ` #` or the end of its line.
  private func unquoted(at offset: Int) -> ByteRange {
    let line = lineRange(around: offset)
    var end = offset
    while end < line.upperBound, !(file.bytes[end] == UInt8(ascii: "#") && end > offset && isBlank(file.bytes[end - 1]))
    {
      end += 1
    }
    while end > offset, isBlank(file.bytes[end - 1]) { end -= 1 }
    return offset..<max(end, min(offset + 1, file.bytes.count))
  }

  private func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

  /// A tab in the indentation of the line of the problem or of the line before it.
  private func tabIndentation(before offset: Int) -> ByteRange? {
    let index = file.lines.lineIndex(of: min(offset, file.bytes.count))
    for line in [index, index - 1] where line >= 0 {
      let lineRange = file.lineRange(line)
      guard lineRange.lowerBound >= range.lowerBound else { continue }
      for position in lineRange {
        if file.bytes[position] == UInt8(ascii: "\t") { return position..<(position + 1) }
        if file.bytes[position] != UInt8(ascii: " ") { break }
      }
    }
    return nil
  }

  private func mappingHint(line: ByteRange) -> String {
    let index = file.lines.lineIndex(of: line.lowerBound)
    if index > 0 {
      let previous = file.lineRange(index - 1)
      let indent = indentation(line)
      let text = file.bytes[previous].drop { $0 == UInt8(ascii: " ") }
      if indent > indentation(previous), text.starts(with: Array("- ".utf8)),
        !text.contains(UInt8(ascii: ":")) || text.last != UInt8(ascii: ":")
      {
        return "this line is indented deeper than the item above, which has a value already: align it with its siblings"
      }
      if indent > indentation(previous), text.last != UInt8(ascii: ":") {
        return "this line is indented deeper than the value above it and was read as its continuation: align it"
      }
    }
    return "a value that holds ': ' must be quoted, and a nested mapping must begin on its own line"
  }

  private func indentation(_ line: ByteRange) -> Int {
    file.bytes[line].prefix { $0 == UInt8(ascii: " ") }.count
  }
}

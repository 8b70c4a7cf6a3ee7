/// The bytes of a commit object: headers, an empty line, the message. Source: git commit.c, parse_commit_buffer, and
/// ident.c, split_ident_line.
struct CommitText {
  private let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// - Returns: `nil` for what is no commit.
  func commit(_ id: ObjectID) -> Commit? {
    var line = Line(bytes, from: 0)
    guard let tree = line.value(of: "tree").flatMap({ ObjectID(hex: $0) }) else { return nil }
    var parents: [ObjectID] = []
    line = line.next
    while let text = line.value(of: "parent") {
      guard let parent = ObjectID(hex: text) else { return nil }
      parents.append(parent)
      line = line.next
    }
    guard let author = line.value(of: "author").map(Person.init) else { return nil }
    line = line.next
    guard line.value(of: "committer") != nil else { return nil }
    var encoding = CommitEncoding.utf8
    while !line.isEmpty, !line.isLast {
      if let name = line.value(of: "encoding") { encoding = CommitEncoding(named: name) }
      line = line.next
    }
    return Commit(
      id: id, tree: tree, parents: parents, authorName: encoding.text(author.name),
      authorEmail: encoding.text(author.email), authored: author.date,
      subject: encoding.text(subject(from: line.next)))
  }

  /// The first lines that are not blank, as one.
  private func subject(from start: Line) -> [UInt8] {
    var line = start
    while line.trimmed.isEmpty, !line.isLast { line = line.next }
    var subject: [UInt8] = []
    while !line.trimmed.isEmpty {
      if !subject.isEmpty { subject.append(UInt8(ascii: " ")) }
      subject.append(contentsOf: line.text.withoutBlanksBehind)
      if line.isLast { break }
      line = line.next
    }
    return subject
  }

  private struct Line {
    let bytes: UnsafeRawBufferPointer
    let range: Range<Int>

    init(_ bytes: UnsafeRawBufferPointer, from start: Int) {
      self.bytes = bytes
      range = start..<(ByteSearch.firstOffset(of: UInt8(ascii: "\n"), in: bytes, from: start) ?? bytes.count)
    }

    var isEmpty: Bool { range.isEmpty }
    var isLast: Bool { range.upperBound >= bytes.count }
    /// Behind the last line an empty one.
    var next: Line { Line(bytes, from: min(range.upperBound + 1, bytes.count)) }
    var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }
    var trimmed: UnsafeRawBufferPointer { text.trimmed }

    /// What follows a word and a blank.
    func value(of word: StaticString) -> UnsafeRawBufferPointer? {
      let length = word.utf8CodeUnitCount
      guard text.count > length, text[length] == UInt8(ascii: " "),
        text.starts(with: UnsafeBufferPointer(start: word.utf8Start, count: length))
      else { return nil }
      return UnsafeRawBufferPointer(rebasing: text[(length + 1)...])
    }
  }

  /// `Name <email> 1767323045 +0100`.
  private struct Person {
    let name: UnsafeRawBufferPointer
    let email: UnsafeRawBufferPointer
    let date: CommitDate

    init(_ text: UnsafeRawBufferPointer) {
      let opening = ByteSearch.firstOffset(of: UInt8(ascii: "<"), in: text, from: 0) ?? text.count
      let behind = min(opening + 1, text.count)
      let closing = ByteSearch.firstOffset(of: UInt8(ascii: ">"), in: text, from: behind) ?? text.count
      // A name may hold what looks like the end of an address: the date stands behind the last one.
      let end = text.lastIndex(of: UInt8(ascii: ">")).map { $0 + 1 } ?? text.count
      name = UnsafeRawBufferPointer(rebasing: text[..<opening]).trimmed
      email = UnsafeRawBufferPointer(rebasing: text[behind..<closing]).trimmed
      date = CommitDate(raw: UnsafeRawBufferPointer(rebasing: text[end...]).trimmed)
    }
  }
}

extension UnsafeRawBufferPointer {
  /// Without blanks around it.
  fileprivate var trimmed: UnsafeRawBufferPointer {
    var start = 0
    while start < count, Self.isBlank(self[start]) { start += 1 }
    return UnsafeRawBufferPointer(rebasing: self[start...]).withoutBlanksBehind
  }

  fileprivate var withoutBlanksBehind: UnsafeRawBufferPointer {
    var end = count
    while end > 0, Self.isBlank(self[end - 1]) { end -= 1 }
    return UnsafeRawBufferPointer(rebasing: self[..<end])
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

extension CommitDate {
  /// `1767323045 +0100`; what is not a number counts as 0, as in Git.
  init(raw text: UnsafeRawBufferPointer) {
    let blank = ByteSearch.firstOffset(of: 0x20, in: text, from: 0) ?? text.count
    let zone = Int(Self.number(text, min(blank + 1, text.count)..<text.count) ?? 0)
    self.init(secondsSince1970: Self.number(text, 0..<blank) ?? 0, offsetMinutes: zone / 100 * 60 + zone % 100)
  }

  private static func number(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int64? {
    if range.isEmpty { return nil }
    let sign = text[range.lowerBound]
    let digits = range.dropFirst(sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") ? 1 : 0)
    if digits.isEmpty { return nil }
    var value: Int64 = 0
    for place in digits {
      let digit = text[place]
      guard (0x30...0x39).contains(digit) else { return nil }
      let (shifted, isLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isLarger) = shifted.addingReportingOverflow(Int64(digit - 0x30))
      if isLarge || isLarger { return nil }
      value = sum
    }
    return sign == UInt8(ascii: "-") ? -value : value
  }
}

/// A BEGIN or END line, or what somebody meant to be one.
struct PEMMarker: Hashable {
  enum Kind { case begin, end }

  let kind: Kind
  /// With its dashes.
  let range: Range<Int>
  /// Without blanks around.
  let label: Range<Int>
  /// Five hyphens, the word in capitals, one space, the label, five hyphens.
  let isExact: Bool
  /// Of the line it stands on; lines end with a line feed only, as in Go. The end leaves the line feed out.
  var line: Range<Int>

  /// Every marker of the text, in linear time: at least three dashes of any kind, maybe blanks, BEGIN or END in any
  /// case, a label, and dashes behind it, which may be missing when the label speaks of a certificate or a key.
  static func all(in bytes: [UInt8]) -> [PEMMarker] {
    var markers: [PEMMarker] = []
    var lineStart = 0
    var lineEnd: Int?
    var index = 0
    while index < bytes.count {
      if bytes[index] == 0x0A {
        lineStart = index + 1
        lineEnd = nil
      }
      guard dashLength(bytes, index) > 0 else {
        index += 1
        continue
      }
      let run = DashRun(bytes, from: index)
      guard run.count >= 3, let found = marker(bytes, after: run) else {
        index = run.range.upperBound
        continue
      }
      let end = lineEnd ?? bytes[run.range.lowerBound...].firstIndex(of: 0x0A) ?? bytes.count
      lineEnd = end
      var marker = found.marker
      marker.line = lineStart..<end
      markers.append(marker)
      index = found.resume
    }
    return markers
  }

  private struct DashRun {
    let range: Range<Int>
    let count: Int
    let isASCII: Bool

    init(_ bytes: [UInt8], from start: Int) {
      var index = start
      var count = 0
      var isASCII = true
      while index < bytes.count {
        let length = dashLength(bytes, index)
        if length == 0 { break }
        if length > 1 { isASCII = false }
        index += length
        count += 1
      }
      range = start..<index
      self.count = count
      self.isASCII = isASCII
    }
  }

  /// 0 where no dash stands: the hyphen, U+2010 to U+2015, U+2212 (minus), U+FE58, U+FE63, U+FF0D.
  private static func dashLength(_ bytes: [UInt8], _ index: Int) -> Int {
    if bytes[index] == UInt8(ascii: "-") { return 1 }
    guard index + 2 < bytes.count else { return 0 }
    switch (bytes[index], bytes[index + 1], bytes[index + 2]) {
    case (0xE2, 0x80, 0x90...0x95), (0xE2, 0x88, 0x92), (0xEF, 0xB9, 0x98), (0xEF, 0xB9, 0xA3), (0xEF, 0xBC, 0x8D):
      return 3
    default:
      return 0
    }
  }

  private static func marker(_ bytes: [UInt8], after run: DashRun) -> (marker: PEMMarker, resume: Int)? {
    var index = run.range.upperBound
    let isBlank: (Int) -> Bool = { $0 < bytes.count && (bytes[$0] == 0x20 || bytes[$0] == 0x09) }
    // Nobody writes more blanks than a few; a bound keeps hostile input linear.
    let blankEnd = index + 8
    while index < blankEnd, isBlank(index) { index += 1 }
    guard let word = keyword(bytes, at: index) else { return nil }
    var labelStart = index + word.length
    let afterWord = labelStart
    let limit = min(bytes.count, labelStart + 100)
    while labelStart < limit, isBlank(labelStart) { labelStart += 1 }
    var labelEnd = labelStart
    var trailing: DashRun?
    while labelEnd < limit, bytes[labelEnd] != 0x0A, bytes[labelEnd] != 0x0D, bytes[labelEnd] != UInt8(ascii: "\\") {
      if dashLength(bytes, labelEnd) > 0 {
        let run = DashRun(bytes, from: labelEnd)
        if run.count >= 2 {
          trailing = run
          break
        }
        labelEnd = run.range.upperBound
      } else {
        labelEnd += 1
      }
    }
    var end = trailing?.range.upperBound ?? labelEnd
    var resume = end
    var trailingCount = trailing?.count ?? 0
    if let trailing {
      // A run that another BEGIN follows belongs to both.
      var next = trailing.range.upperBound
      while next < trailing.range.upperBound + 8, isBlank(next) { next += 1 }
      if keyword(bytes, at: next) != nil, next == trailing.range.upperBound, trailing.isASCII {
        if trailing.count > 5 {
          end = trailing.range.lowerBound + 5
          resume = end
        } else {
          resume = trailing.range.lowerBound
        }
        trailingCount = min(5, trailing.count)
      }
    }
    var trimmed = labelEnd
    while trimmed > labelStart, isBlank(trimmed - 1) { trimmed -= 1 }
    let label = labelStart..<trimmed
    if trailing == nil {
      guard labelNamesArmor(bytes[label]) else { return nil }
      end = trimmed
      resume = labelEnd
    }
    let isExact =
      run.isASCII && run.count == 5 && index == run.range.upperBound && word.isUpperCase && labelStart == afterWord + 1
      && trimmed == labelEnd && bytes[afterWord] == 0x20 && trailingCount == 5 && (trailing?.isASCII ?? false)
    let marker = PEMMarker(
      kind: word.kind, range: run.range.lowerBound..<end, label: label, isExact: isExact, line: 0..<0)
    return (marker, max(resume, index + word.length))
  }

  private static func keyword(_ bytes: [UInt8], at index: Int) -> (kind: Kind, length: Int, isUpperCase: Bool)? {
    for (kind, word) in [(Kind.begin, Array("BEGIN".utf8)), (Kind.end, Array("END".utf8))] {
      guard index + word.count <= bytes.count else { continue }
      let text = bytes[index..<index + word.count]
      if text.elementsEqual(word) { return (kind, word.count, true) }
      if zip(text, word).allSatisfy({ $0 & 0xDF == $1 }) { return (kind, word.count, false) }
    }
    return nil
  }

  private static func labelNamesArmor(_ label: ArraySlice<UInt8>) -> Bool {
    let upper = label.map { $0 >= 0x61 && $0 <= 0x7A ? $0 & 0xDF : $0 }
    return ["CERTIFICATE", "PRIVATE KEY", "PUBLIC KEY", "PKCS7"].contains { word in
      contains(upper[...], Array(word.utf8))
    }
  }
}

/// Whether `pattern` stands somewhere in `bytes`; for short patterns.
func contains(_ bytes: ArraySlice<UInt8>, _ pattern: [UInt8]) -> Bool {
  guard bytes.count >= pattern.count, let first = pattern.first else { return pattern.isEmpty }
  return (bytes.startIndex...(bytes.endIndex - pattern.count)).contains { start in
    bytes[start] == first && bytes[start...].starts(with: pattern)
  }
}

/// `PRIVATE KEY`, `RSA PRIVATE KEY`, `ENCRYPTED PRIVATE KEY`, `OPENSSH PRIVATE KEY` and all others.
func isPrivateKeyLabel(_ label: some Collection<UInt8>) -> Bool {
  let upper = label.map { $0 >= 0x61 && $0 <= 0x7A ? $0 & 0xDF : $0 }
  return contains(upper[...], Array("PRIVATE KEY".utf8))
}

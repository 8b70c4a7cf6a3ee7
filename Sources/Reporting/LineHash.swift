import SourceText

/// GitHub's `primaryLocationLineHash`, computed as `upload-sarif` does it, so that it does not warn about ours.
///
/// For each line a rolling hash of the first 100 UTF-16 units from the start of the line to the end of the file,
/// blanks skipped, CR and CRLF taken as LF, U+FFFF at the end, then zeros; in hexadecimal, with the count of that hash
/// so far. Source: github/codeql-action src/fingerprints.ts and its test vectors.
public enum LineHash {
  private static let window = 100
  private static let multiplier: UInt64 = 37

  /// The hashes of all lines, from the first.
  public static func hashes(of file: SourceFile) -> [String] {
    let text = String(decoding: file.bytes, as: UTF8.self)
    var first: UInt64 = 1
    for _ in 0..<window { first = first &* multiplier }

    var units = [UInt16](repeating: 0, count: window)
    var lineNumbers = [Int](repeating: -1, count: window)
    var hash: UInt64 = 0
    var index = 0
    var line = 0
    var isLineStart = true
    var previousWasCR = false
    var seen: [String: Int] = [:]
    var result: [String] = []

    func emit(_ line: Int) {
      let hexadecimal = String(hash, radix: 16)
      let count = seen[hexadecimal, default: 0] + 1
      seen[hexadecimal] = count
      while result.count <= line { result.append("") }
      result[line] = "\(hexadecimal):\(count)"
    }
    func update(_ unit: UInt16) {
      let begin = units[index]
      units[index] = unit
      hash = (multiplier &* hash &+ UInt64(unit)) &- (first &* UInt64(begin))
      index = (index + 1) % window
    }
    func process(_ unit: UInt16) {
      if unit == 0x20 || unit == 0x09 || (previousWasCR && unit == 0x0A) {
        previousWasCR = false
        return
      }
      var unit = unit
      if unit == 0x0D {
        unit = 0x0A
        previousWasCR = true
      } else {
        previousWasCR = false
      }
      if lineNumbers[index] != -1 { emit(lineNumbers[index]) }
      lineNumbers[index] = -1
      if isLineStart {
        isLineStart = false
        lineNumbers[index] = line
      }
      if unit == 0x0A {
        line += 1
        isLineStart = true
      }
      update(unit)
    }
    for unit in text.utf16 { process(unit) }
    process(0xFFFF)
    for _ in 0..<window {
      if lineNumbers[index] != -1 { emit(lineNumbers[index]) }
      lineNumbers[index] = -1
      update(0)
    }
    return result
  }
}

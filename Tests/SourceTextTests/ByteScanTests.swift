import SourceText
import Testing

/// Searches by eight bytes at a time, against searches by one.
@Suite struct ByteScanTests {
  private func texts() -> [[UInt8]] {
    var state: UInt64 = 9
    func draw(_ count: UInt64) -> UInt8 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8((state >> 33) % count)
    }
    // Few different bytes, so that words occur; the highest bit and its neighbours among them.
    let letters: [UInt8] = [0x61, 0x62, 0x00, 0x01, 0x7F, 0x80, 0x81, 0xFF]
    return (0..<300).map { length in (0..<length % 40).map { _ in letters[Int(draw(UInt64(letters.count)))] } }
  }

  @Test func subsequencesAreFound() {
    for text in texts() {
      for length in 1...4 {
        for start in 0..<6 {
          let needle = (0..<length).map { [0x61, 0x80, 0x62, 0x81, 0x01, 0x00][(start + $0) % 6] as UInt8 }
          let expected = text.indices.contains { text[$0...].starts(with: needle) }
          #expect(text.contains(subsequence: needle) == expected)
        }
      }
      #expect(!text.contains(subsequence: []))
    }
  }

  @Test func bytesAreFound() {
    for text in texts() {
      text.withUnsafeBufferPointer { bytes in
        for start in 0...bytes.count {
          let tail = bytes[start...]
          #expect(bytes.offset(of: 0x80, from: start) == tail.firstIndex(of: 0x80) ?? bytes.count)
          let wanted: Set<UInt8> = [0x00, 0x81, 0x62]
          let expected = tail.firstIndex(where: wanted.contains) ?? bytes.count
          #expect(bytes.offset(ofAny: 0x00, 0x81, 0x62, from: start) == expected)
        }
      }
    }
  }

  @Test func linesAreThoseBetweenLineFeeds() {
    for text in ["", "\n", "a", "a\n", "a\r\nb", "\n\na\n\n"] {
      let bytes = Array(text.utf8)
      #expect(LineTable(bytes).starts == [0] + bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 })
    }
  }
}

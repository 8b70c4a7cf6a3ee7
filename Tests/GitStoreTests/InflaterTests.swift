import CZlib
import Foundation
import SourceText
import Testing

@testable import GitStore

/// The inflaters that this machine has, against what zlib deflated.
@Suite struct InflaterTests {
  /// Streams one behind the other in a file, as in a pack.
  private struct Streams: ~Copyable {
    let box: Sandbox
    let texts: [[UInt8]]
    private(set) var starts: [Int] = []
    private(set) var bytes: [UInt8] = []

    init(_ texts: [[UInt8]]) throws {
      box = try Sandbox()
      self.texts = texts
      for text in texts {
        var length = compressBound(uLong(text.count))
        let stream = [UInt8](unsafeUninitializedCapacity: Int(length)) { space, count in
          let code = compress2(space.baseAddress, &length, text, uLong(text.count), Int32(text.count % 10))
          count = code == Z_OK ? Int(length) : 0
        }
        starts.append(bytes.count)
        bytes += stream
      }
      starts.append(bytes.count)
    }

    func pack(_ bytes: [UInt8], isMapped: Bool) throws -> PackBlocks {
      let path = box.root.appending(path: "\(UUID())")
      try Data(bytes).write(to: path)
      guard let file = OpenFile(HostPath(bytes: Array(path.path.utf8))) else { throw CocoaError(.fileReadNoSuchFile) }
      return PackBlocks(file, isMapped: isMapped)
    }
  }

  private typealias Inflating = (inout PackBlocks, Int, UnsafeMutableBufferPointer<UInt8>) -> Int?

  private static func inflaters() -> [(name: String, Inflating)] {
    var all: [(String, Inflating)] = [("zlib", { StreamInflater().inflate(&$0, at: $1, into: $2) })]
    #if canImport(CLibdeflate)
      all.append(("libdeflate", { WholeInflater().inflate(&$0, at: $1, into: $2) }))
    #endif
    return all
  }

  private static func inflate(_ pack: inout PackBlocks, at start: Int, size: Int, _ inflate: Inflating) -> (bytes: [UInt8], length: Int)? {
    var length: Int?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { space, count in
      length = inflate(&pack, start, UnsafeMutableBufferPointer(rebasing: space[..<size]))
      count = length == nil ? 0 : size
    }
    return length.map { (bytes, $0) }
  }

  private static func texts(_ random: inout SeededGenerator) -> [[UInt8]] {
    var texts: [[UInt8]] = []
    for size in [0, 1, 63, 64, 500, 16_000, 17_000, 40_000, 700_000, 3] {
      texts.append((0..<size).map { _ in UInt8.random(in: 0...255, using: &random) })
      texts.append((0..<size).map { UInt8(97 + $0 % 7) })
      texts.append(Array(String(repeating: "  - registry.example.com:5000/team\n", count: size / 30 + 1).utf8.prefix(size)))
    }
    return texts
  }

  @Test(arguments: [false, true]) func everyTextComesBackWithTheLengthOfItsStream(isMapped: Bool) throws {
    var random = SeededGenerator(4)
    let streams = try Streams(Self.texts(&random))
    for (name, inflating) in Self.inflaters() {
      var pack = try streams.pack(streams.bytes, isMapped: isMapped)
      for (number, text) in streams.texts.enumerated() {
        let start = streams.starts[number]
        let result = Self.inflate(&pack, at: start, size: text.count, inflating)
        #expect(result?.bytes == text, "\(name) \(number)")
        #expect(result?.length == streams.starts[number + 1] - start, "\(name) \(number)")
      }
    }
  }

  @Test func whatIsBrokenOrOfAnotherSizeIsNotTaken() throws {
    var random = SeededGenerator(5)
    let streams = try Streams(Self.texts(&random).filter { $0.count > 60 })
    for (name, inflating) in Self.inflaters() {
      for (number, text) in streams.texts.enumerated() {
        let (start, end) = (streams.starts[number], streams.starts[number + 1])
        var whole = try streams.pack(streams.bytes, isMapped: false)
        for size in [text.count - 1, text.count + 1, 0] {
          #expect(Self.inflate(&whole, at: start, size: size, inflating) == nil, "\(name) \(number): \(size)")
        }
        var cut = try streams.pack(Array(streams.bytes[..<(end - 1)]), isMapped: false)
        #expect(Self.inflate(&cut, at: start, size: text.count, inflating) == nil, "\(name) \(number), cut")
        // The checksum at the end of the stream.
        var flipped = streams.bytes
        flipped[end - 2] ^= 1
        var wrong = try streams.pack(flipped, isMapped: true)
        #expect(Self.inflate(&wrong, at: start, size: text.count, inflating) == nil, "\(name) \(number), flipped")
      }
    }
  }
}

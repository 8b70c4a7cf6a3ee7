import SourceText
import YAMLSyntax

/// A file of registries that a MachineConfig or Butane file writes on nodes.
public struct NodeFile: Sendable {
  /// Absolute, as written.
  public let path: Located<String>
  /// `nil` when it cannot be known: compressed, from a URL or a local file, a placeholder.
  public let text: NodeFileText?
  /// The MachineConfigPool's role; `nil` when the label is absent or a placeholder.
  public let role: String?

  /// Whether a path is one that container tools read, or one that was meant to be.
  static func isOfRegistries(_ path: String) -> Bool {
    path.hasPrefix("/etc/containers/") || path.hasPrefix("/etc/docker/certs.d/")
  }
}

/// The content of a file that stands in a manifest, and where each byte of it stands there.
public struct NodeFileText: Sendable {
  private enum Origin: Sendable {
    case text(ScalarText)
    /// The place of each decoded byte in the text of the scalar, and the scalar.
    case percent([Int32], ScalarText)
    /// Three bytes for four characters from a place on.
    case base64(start: Int, ScalarText)
    case whole(SourceSpan)
  }

  public let bytes: [UInt8]
  private let origin: Origin

  public func span(_ range: ByteRange) -> SourceSpan {
    switch origin {
    case .text(let text): return text.span(range)
    case .percent(let places, let text):
      guard !places.isEmpty else { return text.span(0..<0) }
      let start = Int(places[min(range.lowerBound, places.count - 1)])
      let end = range.upperBound < places.count ? Int(places[max(range.upperBound, 0)]) : text.bytes.count
      return text.span(start..<max(start, end))
    case .base64(let start, let text):
      let first = start + range.lowerBound / 3 * 4
      let last = start + (range.upperBound + 2) / 3 * 4
      return text.span(min(first, text.bytes.count)..<min(max(first, last), text.bytes.count))
    case .whole(let span): return span
    }
  }

  /// Text that stands in a scalar as it is.
  public init?(inline node: Node) {
    guard let text = ScalarText(node) else { return nil }
    bytes = text.bytes
    origin = .text(text)
  }

  /// A data URL (RFC 2397): percent-encoded or base64; `nil` for other URLs and for what is no data URL.
  init?(dataURL node: Node) {
    guard !node.isUnknown, let scalar = ScalarText(node) else { return nil }
    let text = scalar.bytes
    guard text.starts(with: "data:".utf8), let comma = text.firstIndex(of: UInt8(ascii: ",")) else { return nil }
    let header = String(decoding: text[5..<comma], as: UTF8.self)
    if header.hasSuffix(";base64") {
      let encoded = String(decoding: text[(comma + 1)...], as: UTF8.self)
      guard let bytes = Base64Text.decode(encoded) ?? Base64Text.decode(Self.percentDecoded(Array(encoded.utf8)).text)
      else { return nil }
      self.bytes = bytes
      // Line ends or percent signs in it: the value as a whole is the place.
      let isDense = encoded.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "%") }
      origin = isDense ? .base64(start: comma + 1, scalar) : .whole(node.span)
    } else {
      let decoded = Self.percentDecoded(Array(text[(comma + 1)...]))
      bytes = decoded.bytes
      origin = .percent(decoded.places.map { $0 + Int32(comma + 1) }, scalar)
    }
  }

  private static func percentDecoded(_ text: [UInt8]) -> (bytes: [UInt8], places: [Int32], text: String) {
    var bytes: [UInt8] = []
    var places: [Int32] = []
    var index = 0
    while index < text.count {
      places.append(Int32(index))
      if text[index] == UInt8(ascii: "%"), index + 2 < text.count,
        let value = UInt8(String(decoding: text[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        index += 3
      } else {
        bytes.append(text[index])
        index += 1
      }
    }
    return (bytes, places, String(decoding: bytes, as: UTF8.self))
  }
}

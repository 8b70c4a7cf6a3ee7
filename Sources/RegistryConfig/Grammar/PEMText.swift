/// A PEM text behind base64, as the CEL rules of signature policies look at it: markers only, no block is read.
struct PEMText {
  private let bytes: [UInt8]

  /// `nil` when the text is no base64, or what it holds is no UTF-8: CEL cannot make a string of it.
  init?(base64: String) {
    guard let bytes = Base64Text.decode(base64), String(validating: bytes, as: UTF8.self) != nil else { return nil }
    self.bytes = bytes
  }

  func begins(_ label: String) -> Bool { bytes.starts(with: "-----BEGIN \(label)-----".utf8) }

  func ends(_ label: String) -> Bool {
    let marker = Array("-----END \(label)-----".utf8)
    return bytes.suffix(marker.count).elementsEqual(marker)
      || bytes.suffix(marker.count + 1).elementsEqual(marker + [UInt8(ascii: "\n")])
  }

  func markersMatch(_ label: String) -> Bool {
    count("-----BEGIN \(label)-----") == count("-----END \(label)-----")
  }

  /// How often a marker stands in the text. The markers have no overlap with themselves but for hyphens, and a
  /// search that begins again one byte later needs at most the marker's length at each byte.
  private func count(_ marker: String) -> Int {
    let marker = Array(marker.utf8)
    var count = 0
    var index = 0
    while index + marker.count <= bytes.count {
      if bytes[index..<(index + marker.count)].elementsEqual(marker) {
        count += 1
        index += marker.count
      } else {
        index += 1
      }
    }
    return count
  }
}

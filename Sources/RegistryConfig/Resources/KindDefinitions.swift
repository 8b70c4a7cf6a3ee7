/// Files that define kinds in place of holding objects: custom resource definitions and OpenAPI documents. They name
/// our kinds and fields, are the largest files that do, and hold nothing for this program.
public enum KindDefinitions {
  /// Whether a file holds definitions only, told without parsing it; `false` where that takes more than a look.
  public static func isAll(of bytes: UnsafeRawBufferPointer) -> Bool {
    guard let first = bytes.firstIndex(where: { !isBlank($0) }) else { return false }
    return bytes[first] == UInt8(ascii: "{") ? isOpenAPI(bytes, from: first + 1) : areResourceDefinitions(bytes)
  }

  public static func isAll(of bytes: [UInt8]) -> Bool { bytes.withUnsafeBytes { isAll(of: $0) } }

  /// By the first key of a JSON object: `"swagger"` (version 2) or `"openapi"`.
  private static func isOpenAPI(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Bool {
    guard let key = bytes[start...].firstIndex(where: { !isBlank($0) }) else { return false }
    return openAPIKeys.contains { bytes[key...].starts(with: $0) }
  }

  /// Whether every document of a stream in block style has one `kind` at its left edge, and that is the one of
  /// definitions.
  private static func areResourceDefinitions(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var definitions = 0
    var isEmpty = true
    var isDefinition = false
    var line = 0
    while line < bytes.count {
      let end = bytes[line...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      defer { line = end + 1 }
      let text = UnsafeRawBufferPointer(rebasing: bytes[line..<end])
      guard let first = text.first(where: { !isBlank($0) }), first != UInt8(ascii: "#") else { continue }
      if isBlank(text[0]) {
        isEmpty = false
      } else if text.starts(with: marker) {
        guard text.dropFirst(marker.count).allSatisfy(isBlank), isEmpty || isDefinition else { return false }
        (isEmpty, isDefinition) = (true, false)
      } else if text.starts(with: kind) {
        guard !isDefinition, isDefinitionKind(text.dropFirst(kind.count)) else { return false }
        definitions += 1
        (isEmpty, isDefinition) = (false, true)
      } else if isPlainKey(first) {
        isEmpty = false
      } else {
        return false
      }
    }
    return definitions > 0 && (isEmpty || isDefinition)
  }

  private static func isDefinitionKind(_ value: Slice<UnsafeRawBufferPointer>) -> Bool {
    guard let start = value.firstIndex(where: { !isBlank($0) }),
      let end = value.lastIndex(where: { !isBlank($0) })
    else { return false }
    return value[start...end].elementsEqual(definition)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }

  private static func isPlainKey(_ byte: UInt8) -> Bool {
    byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
  }

  private static let openAPIKeys = ["\"swagger\"", "\"openapi\""].map { Array($0.utf8) }
  private static let marker = Array("---".utf8)
  private static let kind = Array("kind:".utf8)
  private static let definition = Array("CustomResourceDefinition".utf8)
}

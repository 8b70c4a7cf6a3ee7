/// The pattern of `source` and `mirrors` in ImageContentPolicy, the one kind with a grammar of its own: labels begin
/// with a letter, a path may hold anything but `/`, `:` and line ends, and a tag or digest may follow.
/// Source: openshift/api config/v1 types_image_content_policy.go.
public enum ContentPolicySource {
  public static func matches(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      guard !bytes.contains(UInt8(ascii: "\n")) else { return false }
      var index = 0
      guard skipHost(bytes, &index) else { return false }
      if index < bytes.count, bytes[index] == UInt8(ascii: ":") {
        index += 1
        let start = index
        while index < bytes.count, RegistryScope.isDigit(bytes[index]) { index += 1 }
        guard index > start else { return false }
      }
      while index < bytes.count {
        guard bytes[index] == UInt8(ascii: "/") else { return false }
        index += 1
        let start = index
        while index < bytes.count, bytes[index] != UInt8(ascii: "/"), bytes[index] != UInt8(ascii: ":") {
          // What follows an `@` may be anything, other slashes and colons included.
          if bytes[index] == UInt8(ascii: "@"), index > start, index + 1 < bytes.count { return true }
          index += 1
        }
        guard index > start else { return false }
        if index < bytes.count, bytes[index] == UInt8(ascii: ":") {
          let tag = bytes[(index + 1)...]
          return !tag.isEmpty && !tag.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") }
        }
      }
      return true
    }
  }

  private static func skipHost(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Bool {
    while true {
      let start = index
      while index < bytes.count, RegistryScope.isLetterOrDigit(bytes[index]) || bytes[index] == UInt8(ascii: "-") {
        index += 1
      }
      guard index > start, bytes[index - 1] != UInt8(ascii: "-") else { return false }
      guard bytes[start] != UInt8(ascii: "-"), !RegistryScope.isDigit(bytes[start]) else { return false }
      guard index < bytes.count, bytes[index] == UInt8(ascii: ".") else { return true }
      index += 1
    }
  }
}

/// The grammars of Kubernetes names. Source: k8s.io/apimachinery/pkg/util/validation.
public enum ObjectName {
  /// An RFC 1123 subdomain: at most 253 bytes; labels of `[a-z0-9-]` that begin and end with a letter or digit,
  /// joined by dots. What `metadata.name` of every kind here must be.
  public static func isSubdomain(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      guard !bytes.isEmpty, bytes.count <= 253 else { return false }
      var index = 0
      while true {
        let start = index
        while index < bytes.count, RegistryScope.isLowerOrDigit(bytes[index]) || bytes[index] == UInt8(ascii: "-") {
          index += 1
        }
        guard index > start, bytes[start] != UInt8(ascii: "-"), bytes[index - 1] != UInt8(ascii: "-") else {
          return false
        }
        if index == bytes.count { return true }
        guard bytes[index] == UInt8(ascii: ".") else { return false }
        index += 1
      }
    }
  }

  /// A key of a ConfigMap: 1 to 253 of `[-._a-zA-Z0-9]`, not `.`, not beginning with `..`
  /// (`validation.IsConfigMapKey`). A port therefore cannot be written with a colon.
  public static func isConfigMapKey(_ text: String) -> Bool {
    let bytes = text.utf8
    guard (1...253).contains(bytes.count), text != ".", !text.hasPrefix("..") else { return false }
    return bytes.allSatisfy {
      RegistryScope.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
        || $0 == UInt8(ascii: "_")
    }
  }
}

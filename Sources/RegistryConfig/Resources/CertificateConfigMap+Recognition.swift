import SourceText

extension CertificateConfigMap {
  /// Whether this looks like the ConfigMap of registry CAs: a key of the form `host..port`, or, in the namespace where
  /// such a ConfigMap belongs or in none, a certificate, maybe in base64, under a key that is a host name.
  public var looksLikeRegistryCertificates: Bool {
    if entries.contains(where: { Self.hasPortSuffix($0.key.value) || $0.key.value == "updateservice-registry" }) {
      return true
    }
    if let namespace = resource.namespace?.value, namespace != "openshift-config" { return false }
    return entries.contains { entry in
      guard Self.looksLikeHost(entry.key.value), let value = entry.value?.value else { return false }
      let text = Array(value.utf8)
      return text.contains(subsequence: Self.begin) || text.contains(subsequence: Array(Self.encodedBegin.utf8))
    }
  }

  private static let begin = Array("BEGIN CERTIFICATE".utf8)

  /// Base64 of `-----BEGIN CERTIFICATE`, as far as it does not depend on what follows.
  static let encodedBegin = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FUR"

  /// `registry.example.com..5000`
  private static func hasPortSuffix(_ key: String) -> Bool {
    let bytes = Array(key.utf8)
    let digits = bytes.reversed().prefix { (0x30...0x39).contains($0) }.count
    let head = bytes.dropLast(digits)
    return digits > 0 && head.count > 2 && head.suffix(2).elementsEqual([0x2E, 0x2E])
  }

  /// A dotted name that is no file name, or something with the colon of a port or of an IPv6 address.
  private static func looksLikeHost(_ key: String) -> Bool {
    let files = [
      ".crt", ".pem", ".cer", ".cert", ".key", ".json", ".yaml", ".yml", ".conf", ".txt", ".toml", ".sh", ".p12",
    ]
    return key.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }
      && !files.contains(where: key.hasSuffix)
  }
}

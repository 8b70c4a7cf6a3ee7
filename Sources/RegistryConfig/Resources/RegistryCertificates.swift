import Certificates
import SourceText

/// One key of a ConfigMap of registry CAs with what nodes make of it.
public struct RegistryCertificates: Sendable {
  public let configMap: Resource
  public let entry: CertificateConfigMap.Entry
  public let key: RegistryCertificateKey
  /// What the node-ca daemon writes; `nil` for a placeholder, a value that is no text, or broken base64.
  public let bundle: PEMBundle?

  public init(configMap: Resource, entry: CertificateConfigMap.Entry) {
    self.configMap = configMap
    self.entry = entry
    key = RegistryCertificateKey(entry.key.value)
    bundle = Self.bytes(of: entry).map { PEMBundle(decoding: $0) }
  }

  /// The registry that the key means, `reg.io:5000`, as node-ca reads it.
  public var registry: String { key.nodeCADirectory }

  /// The earliest end of validity of the certificates that nodes take.
  public var expiry: CertificateTime? { bundle?.certificates.map(\.notAfter).min() }

  /// A value of `data` as it stands, one of `binaryData` decoded.
  private static func bytes(of entry: CertificateConfigMap.Entry) -> [UInt8]? {
    guard !entry.isUnknown, let value = entry.value?.value else { return nil }
    switch entry.section {
    case .data: return Array(value.utf8)
    case .binaryData: return try? BinaryDataValue(base64: Array(value.utf8)).bytes
    }
  }
}

extension CertificateConfigMap {
  /// The keys with what nodes make of them.
  public var certificates: [RegistryCertificates] {
    entries.map { RegistryCertificates(configMap: resource, entry: $0) }
  }
}

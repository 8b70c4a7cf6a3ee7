import RegistryConfig
import SourceText

/// The `ca.crt` files of additionalTrustedCA as the Machine Config Daemon writes them.
/// Source: machine-config-operator, pkg/daemon/certificate_writer.go and pkg/operator/sync.go.
enum NodeCertificates {
  /// By path; nothing when `trustedCA` names no ConfigMap of the namespace openshift-config.
  static func files(
    trustedCA: Located<String>?, in configMaps: [CertificateConfigMap]
  ) -> [String: NodeRendering.CertificateFile] {
    guard let name = trustedCA?.value else { return [:] }
    let map = configMaps.last {
      $0.resource.name?.value == name && $0.resource.namespace?.value == "openshift-config"
        && $0.resource.apiVersion?.value == "v1"
    }
    guard let map else { return [:] }
    var files: [String: NodeRendering.CertificateFile] = [:]
    for entry in map.entries where !entry.isUnknown {
      guard let value = entry.value, let content = content(of: value.value, in: entry.section) else { continue }
      let directory = directory(ofKey: entry.key.value)
      files[NodePath.certificate(ofHost: directory)] = NodeRendering.CertificateFile(
        directory: directory, content: content,
        origin: Origin(
          map.resource, .key(section: entry.section.rawValue, key: entry.key.value), value: entry.key.value,
          span: entry.key.span))
    }
    return files
  }

  /// Every `..` of a key is a `:` in the name of its directory.
  static func directory(ofKey key: String) -> String {
    var result: [UInt8] = []
    var rest = key.utf8[...]
    while let byte = rest.first {
      if rest.starts(with: "..".utf8) {
        result.append(UInt8(ascii: ":"))
        rest = rest.dropFirst(2)
      } else {
        result.append(byte)
        rest = rest.dropFirst()
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// binaryData is base64; so may be a value of data, which the operator decodes when all of it is.
  private static func content(of value: String, in section: CertificateConfigMap.Entry.Section) -> [UInt8]? {
    switch section {
    case .binaryData: Base64.decode(value)
    case .data: Base64.decode(value) ?? Array(value.utf8)
    }
  }
}

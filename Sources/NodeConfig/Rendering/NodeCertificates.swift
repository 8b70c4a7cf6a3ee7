import Certificates
import RegistryConfig
import SourceText

/// The `ca.crt` files of additionalTrustedCA as the Machine Config Daemon writes them.
enum NodeCertificates {
  /// By path; nothing when `trustedCA` names no ConfigMap of the namespace openshift-config.
  static func files(
    trustedCA: Located<String>?, in configMaps: [CertificateConfigMap]
  ) -> [String: NodeRendering.CertificateFile] {
    guard let name = trustedCA?.value else { return [:] }
    let map = configMaps.last {
      $0.resource.name?.value == name && $0.resource.namespace?.value == "openshift-config"
        && $0.resource.apiVersion?.value == "v1" && !$0.resource.isPatch
    }
    guard let map else { return [:] }
    var files: [String: NodeRendering.CertificateFile] = [:]
    for entry in map.entries where !entry.isUnknown {
      guard let value = entry.value, let content = content(of: value.value, in: entry.section) else { continue }
      let directory = RegistryCertificateKey(entry.key.value).machineConfigDaemonDirectory
      files[NodePath.certificate(ofHost: directory)] = NodeRendering.CertificateFile(
        directory: directory, content: content,
        origin: Origin(
          map.resource, .key(section: entry.section.rawValue, key: entry.key.value), value: entry.key.value,
          span: entry.key.span))
    }
    return files
  }

  /// `nil` for binaryData that is no base64: the API server refuses such a ConfigMap.
  private static func content(of value: String, in section: CertificateConfigMap.Entry.Section) -> [UInt8]? {
    let text = Array(value.utf8)
    switch section {
    case .data: return MachineConfigDaemonValue(data: text).bytes
    case .binaryData:
      do throws(Base64.Failure) {
        return try BinaryDataValue(base64: text).bytes
      } catch {
        return nil
      }
    }
  }
}

import RegistryConfig
import SourceText
import YAMLSyntax

/// A text of registries.conf or of a drop-in that stands in a manifest.
struct NodeRegistriesText {
  let object: CarrierObject
  /// The path on nodes, or the key of a ConfigMap.
  let place: Located<String>
  let field: String
  let text: NodeFileText
  let isDropIn: Bool

  /// Every one that a file holds: of MachineConfigs and Butane files, and of the ConfigMaps of mirrors.
  static func all(in file: LintedFile) -> [NodeRegistriesText] {
    file.carriers.flatMap { object -> [NodeRegistriesText] in
      switch object.kind {
      case .machineConfig:
        return object.files.compactMap { file in
          let isDropIn = NodePath(file.path.value).isDropIn
          guard isDropIn || file.path.value == NodePath.registriesConf, let text = file.text else { return nil }
          return NodeRegistriesText(
            object: object, place: file.path, field: "spec.config.storage.files", text: text, isDropIn: isDropIn)
        }
      case .configMap:
        guard let entry = object.root["data"]?.entry("registries.conf"), entry.value.scalar != nil,
          let text = NodeFileText(inline: entry.value)
        else { return [] }
        return [
          NodeRegistriesText(
            object: object, place: Located("registries.conf", at: entry.key.span), field: "data[registries.conf]",
            text: text, isDropIn: false)
        ]
      default: return []
      }
    }
  }

  /// Template text decides what is in it: it need not be TOML before it is rendered.
  var isTemplated: Bool {
    var last: UInt8 = 0
    for byte in text.bytes {
      if byte == UInt8(ascii: "{"), last == UInt8(ascii: "{") || last == UInt8(ascii: "$") { return true }
      if byte == UInt8(ascii: "%"), last == UInt8(ascii: "{") { return true }
      last = byte
    }
    return false
  }

  var document: Result<TOMLDocument, TOMLProblem> {
    do throws(TOMLProblem) { return .success(try TOMLDocument(text.bytes)) } catch { return .failure(error) }
  }

  /// A value that somebody still fills in.
  static func isPlaceholder(_ text: String) -> Bool {
    text.utf8.contains { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "{") }
  }
}

/// What a path on a node means to container tools.
struct NodePath {
  static let registriesConf = "/etc/containers/registries.conf"
  static let policy = "/etc/containers/policy.json"
  static let dropIns = "/etc/containers/registries.conf.d/"

  let text: String
  /// Below registries.conf.d.
  let isBelowDropIns: Bool
  /// Directly in registries.conf.d, with the ending that is read.
  var isDropIn: Bool {
    isBelowDropIns && text.hasSuffix(".conf") && !text.dropFirst(Self.dropIns.count).utf8.contains(UInt8(ascii: "/"))
  }

  init(_ text: String) {
    self.text = text
    isBelowDropIns = text.hasPrefix(Self.dropIns)
  }

  /// `reg.example.com:5000` of `/etc/containers/certs.d/reg.example.com:5000/ca.crt`.
  var certificatesHost: String? {
    let folder = "/etc/containers/certs.d/"
    guard text.hasPrefix(folder) else { return nil }
    let host = text.dropFirst(folder.count).prefix { $0 != "/" }
    return host.isEmpty ? nil : String(host)
  }
}

/// One `[[registry]]` with its mirrors.
struct TOMLRegistry {
  let table: TOMLTable
  var mirrors: [TOMLTable] = []

  static func all(in document: TOMLDocument) -> [TOMLRegistry] {
    var result: [TOMLRegistry] = []
    for table in document.tables where table.isArrayItem {
      if table.path == ["registry"] {
        result.append(TOMLRegistry(table: table))
      } else if table.path == ["registry", "mirror"], !result.isEmpty {
        result[result.count - 1].mirrors.append(table)
      }
    }
    return result
  }

  /// What images are compared with: the prefix, else the location, without slashes at the end.
  var prefix: (text: String, range: ByteRange)? {
    for key in ["prefix", "location"] {
      if let value = table[key], let text = value.string, !text.isEmpty { return (Self.trimmed(text), value.range) }
    }
    return nil
  }

  static func trimmed(_ text: String) -> String {
    var text = Substring(text)
    while text.utf8.last == UInt8(ascii: "/") { text = text.dropLast() }
    return String(text)
  }
}

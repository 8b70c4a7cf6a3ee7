import RegistryConfig
import SourceText

extension ImageConfiguration {
  /// The lists under `spec.registrySources` whose entries are scopes: allowed, blocked, insecure.
  var scopeLists: [RegistryList] { [allowedRegistries, blockedRegistries, insecureRegistries].compactMap { $0 } }
}

extension RegistryList {
  /// `allowedRegistries`
  var name: String {
    field.utf8.lastIndex(of: UInt8(ascii: ".")).map { String(field[field.utf8.index(after: $0)...]) } ?? field
  }

  /// The entries that hold no placeholder.
  var known: [RegistryEntry] { entries.filter { !$0.isUnknown } }

  func field(of entry: RegistryEntry) -> String { "\(field)[\(entry.index)]" }

  /// The entries whose form is one of these.
  func known(_ forms: RegistryEntryForm...) -> [RegistryEntry] {
    entries.filter { !$0.isUnknown && forms.contains($0.form) }
  }
}

extension RegistryEntry {
  /// The value in single quotes for a message; very long ones are cut.
  var quoted: String { Quoted.text(value) }
}

/// Values in messages.
enum Quoted {
  static func text(_ value: String) -> String {
    guard value.utf8.count > 120 else { return "'\(value)'" }
    return "'\(value.unicodeScalars.prefix(100).reduce(into: "") { $0.unicodeScalars.append($1) })…'"
  }

  /// `'a', 'b' and 'c'`
  static func list(_ values: [String]) -> String {
    let quoted = values.map(text)
    guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " and " + last
  }
}

extension Release {
  /// From here on the CRD checks each entry of the allowed, blocked and insecure lists (OCPBUGS-43353).
  static let checksRegistryEntries = Release(4, 23)
}

/// The object around the lines that an example is about.
enum ImageExample {
  /// An `Image` with these lines under `spec`.
  static func spec(_ lines: String, name: String = "cluster") -> String {
    """
    apiVersion: config.openshift.io/v1
    kind: Image
    metadata:
      name: \(name)
    spec:
    \(indented(lines, by: 2))
    """
  }

  /// An `Image` with these lines under `spec.registrySources`.
  static func sources(_ lines: String) -> String {
    spec("registrySources:\n" + indented(lines, by: 2))
  }

  private static func indented(_ lines: String, by count: Int) -> String {
    lines.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
  }
}

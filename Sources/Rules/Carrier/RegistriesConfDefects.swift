import RegistryConfig
import SourceText

/// What containers/image refuses in a registries.conf: any one defect makes every pull on the node fail.
/// Source: containers/image pkg/sysregistriesv2/system_registries_v2.go, postProcessRegistries
struct RegistriesConfDefects {
  struct Defect {
    let message: String
    /// In the bytes of the text.
    let range: ByteRange
  }

  private(set) var defects: [Defect] = []

  init(_ document: TOMLDocument) {
    checkVersion(document)
    let registries = TOMLRegistry.all(in: document)
    for registry in registries { check(registry) }
    checkConflicts(registries)
    checkSearch(document)
  }

  private mutating func add(_ message: String, _ range: ByteRange) {
    defects.append(Defect(message: message, range: range))
  }

  private mutating func checkVersion(_ document: TOMLDocument) {
    guard let old = document.tables.first(where: { $0.path.first == "registries" }) else { return }
    let isMixed = document.tables.contains { $0.path.first == "registry" && $0.isArrayItem }
    add(
      isMixed
        ? "tables of the old format ([registries.search]) beside those of the new one"
        : "'[\(old.path.joined(separator: "."))]' is of the old format, which drop-ins and newer tools do not take",
      old.range)
  }

  private mutating func check(_ registry: TOMLRegistry) {
    let table = registry.table
    for key in ["prefix", "location"] { checkLocation(table[key], "location") }
    if let value = table["pull-from-mirror"] {
      add("'pull-from-mirror' belongs to a mirror, not to the registry", value.range)
    }
    let isDigestOnly = table["mirror-by-digest-only"]?.bool == true
    let prefix = table["prefix"]?.string ?? ""
    let location = table["location"]?.string ?? ""
    if prefix.isEmpty, location.isEmpty, table["prefix"].map({ $0.string != nil }) ?? true,
      table["location"].map({ $0.string != nil }) ?? true
    {
      add("a registry with neither prefix nor location", table.range)
    }
    if !prefix.isEmpty, location.isEmpty, !prefix.hasPrefix("*."), !NodeRegistriesText.isPlaceholder(prefix),
      let value = table["prefix"]
    {
      add("the prefix '\(prefix)' has no location, which only a wildcard needs not have", value.range)
    }
    if prefix.hasPrefix("*."), prefix.utf8.contains(where: { "/@:".utf8.contains($0) }), let value = table["prefix"] {
      add("the wildcard '\(prefix)' is more than '*.' and a domain", value.range)
    }
    for mirror in registry.mirrors {
      checkLocation(mirror["location"], "mirror location")
      if mirror["location"].map({ $0.string.map { TOMLRegistry.trimmed($0).isEmpty } ?? false }) ?? true {
        add("a mirror without location", mirror["location"]?.range ?? mirror.range)
      }
      guard let from = mirror["pull-from-mirror"], let value = from.string, !NodeRegistriesText.isPlaceholder(value)
      else { continue }
      if !["all", "digest-only", "tag-only", ""].contains(value) {
        add("'\(value)' is no value of pull-from-mirror: all, digest-only or tag-only", from.range)
      } else if isDigestOnly, !value.isEmpty {
        add("'pull-from-mirror' under a registry with 'mirror-by-digest-only'", from.range)
      }
    }
  }

  private mutating func checkLocation(_ value: TOMLValue?, _ name: String) {
    guard let value, let text = value.string, text.hasPrefix("http://") || text.hasPrefix("https://") else { return }
    add("the \(name) '\(text)' has a scheme", value.range)
  }

  /// Entries of one location must agree on insecure and blocked.
  private mutating func checkConflicts(_ registries: [TOMLRegistry]) {
    var first: [String: TOMLRegistry] = [:]
    for registry in registries {
      guard let location = registry.table["location"]?.string.map(TOMLRegistry.trimmed), !location.isEmpty else {
        continue
      }
      guard let earlier = first[location] else {
        first[location] = registry
        continue
      }
      for key in ["insecure", "blocked"] {
        let values = [earlier, registry].map { $0.table[key]?.bool ?? false }
        if values[0] != values[1] {
          add(
            "the location '\(location)' stands twice with different '\(key)'",
            registry.table[key]?.range ?? registry.table["location"]?.range ?? registry.table.range)
        }
      }
    }
  }

  private mutating func checkSearch(_ document: TOMLDocument) {
    for entry in document.tables.first?["unqualified-search-registries"]?.array ?? [] {
      guard let text = entry.string, !NodeRegistriesText.isPlaceholder(text) else { continue }
      let name = ImageName(TOMLRegistry.trimmed(text))
      if name.scheme != nil || name.path?.isEmpty == false || name.host.isEmpty || name.tag != nil || name.digest != nil
      {
        add("'\(text)' in unqualified-search-registries is no host or host:port", entry.range)
      }
    }
  }
}

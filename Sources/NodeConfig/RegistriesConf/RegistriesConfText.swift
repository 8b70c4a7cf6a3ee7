import RegistryConfig

extension RegistriesConf {
  /// The file as BurntSushi/toml encodes containers/image's `V2RegistriesConf`.
  func text(for release: Release) -> String {
    var file = FileText()
    file.reserve(200 + registries.count * 200)
    Self.appendHeader(searchRegistries: unqualifiedSearchRegistries, release: release, to: &file)
    for registry in registries { registry.append(to: &file) }
    return file.text
  }

  /// The drop-in of containerRuntimeSearchRegistries: the header with another list.
  static func searchDropIn(_ registries: [String], release: Release) -> String {
    var file = FileText()
    appendHeader(searchRegistries: registries, release: release, to: &file)
    return file.text
  }

  private static func appendHeader(searchRegistries: [String], release: Release, to file: inout FileText) {
    file.append("unqualified-search-registries = ")
    file.appendTOML(searchRegistries)
    file.append("\nshort-name-mode = \"\"\n")
    if release.writesLayerStoreAuthHelper { file.append("additional-layer-store-auth-helper = \"\"\n") }
  }
}

extension RegistriesConf.Registry {
  fileprivate func append(to file: inout FileText) {
    file.append("\n[[registry]]\n  prefix = ")
    file.appendTOML(prefix)
    if !location.isEmpty {
      file.append("\n  location = ")
      file.appendTOML(location)
    }
    file.append("\n")
    if isInsecure { file.append("  insecure = true\n") }
    if isBlocked { file.append("  blocked = true\n") }
    if mirrorByDigestOnly { file.append("  mirror-by-digest-only = true\n") }
    for mirror in mirrors {
      file.append("\n  [[registry.mirror]]\n")
      if !mirror.location.isEmpty {
        file.append("    location = ")
        file.appendTOML(mirror.location)
        file.append("\n")
      }
      if mirror.isInsecure { file.append("    insecure = true\n") }
      if let mode = mirror.pullMode {
        file.append("    pull-from-mirror = \"")
        file.append(mode.rawValue)
        file.append("\"\n")
      }
    }
  }
}

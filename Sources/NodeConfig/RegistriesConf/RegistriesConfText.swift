import RegistryConfig

extension RegistriesConf {
  /// The file as BurntSushi/toml encodes containers/image's `V2RegistriesConf`.
  func text(for release: Release) -> String {
    var text = Self.header(searchRegistries: unqualifiedSearchRegistries, release: release)
    for registry in registries {
      text += "\n[[registry]]\n  prefix = \(TOMLText.quote(registry.prefix))\n"
      if !registry.location.isEmpty { text += "  location = \(TOMLText.quote(registry.location))\n" }
      if registry.isInsecure { text += "  insecure = true\n" }
      if registry.isBlocked { text += "  blocked = true\n" }
      if registry.mirrorByDigestOnly { text += "  mirror-by-digest-only = true\n" }
      for mirror in registry.mirrors {
        text += "\n  [[registry.mirror]]\n"
        if !mirror.location.isEmpty { text += "    location = \(TOMLText.quote(mirror.location))\n" }
        if mirror.isInsecure { text += "    insecure = true\n" }
        if let mode = mirror.pullMode { text += "    pull-from-mirror = \"\(mode.rawValue)\"\n" }
      }
    }
    return text
  }

  /// The drop-in of containerRuntimeSearchRegistries: the header with another list.
  static func searchDropIn(_ registries: [String], release: Release) -> String {
    header(searchRegistries: registries, release: release)
  }

  private static func header(searchRegistries: [String], release: Release) -> String {
    var text = "unqualified-search-registries = \(TOMLText.array(searchRegistries))\nshort-name-mode = \"\"\n"
    if release.writesLayerStoreAuthHelper { text += "additional-layer-store-auth-helper = \"\"\n" }
    return text
  }
}

import SourceText

/// What a text that is no YAML is about, as far as its lines tell.
public enum UnreadText {
  /// Whether it seems to hold a resource of this program, or a list of registries of something that carries them. A
  /// mention of `openshift-config` or of a CA is none.
  public static func declaresRegistries(_ text: some RandomAccessCollection<UInt8>) -> Bool {
    var kinds: Set<String> = []
    var isOfOpenShift = false
    for line in text.split(separator: UInt8(ascii: "\n")) {
      guard let (key, value) = entry(of: line) else {
        if line.contains(subsequence: Array(nodeFolder.utf8)) { return true }
        continue
      }
      switch key {
      case "kind":
        if ownKinds.contains(value) { return true }
        kinds.insert(value)
      case "apiVersion": if value.hasPrefix("config.openshift.io/") { isOfOpenShift = true }
      case "namespace": if value == "openshift-config" { isOfOpenShift = true }
      default: if registryKeys.contains(key) || value.hasPrefix(nodeFolder) { return true }
      }
    }
    return isOfOpenShift && !kinds.isDisjoint(with: sharedKinds)
  }

  /// Whether the first object in it defines kinds, and so only speaks of them.
  public static func isDefinition(_ text: some RandomAccessCollection<UInt8>) -> Bool {
    var rest = text[...]
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      if let (key, value) = entry(of: rest[..<end]), key == "kind" { return value == "CustomResourceDefinition" }
      rest = rest[end...].dropFirst()
    }
    return false
  }

  private static let nodeFolder = "/etc/containers/"

  /// Kinds that only this program's resources have.
  private static let ownKinds = Set(ResourceKind.allCases.map(\.rawValue)).subtracting(sharedKinds)

  /// Kinds that others have too: only in OpenShift's group or namespace.
  private static let sharedKinds: Set<String> = ["Image", "ImagePolicy", "ConfigMap"]

  private static let registryKeys: Set<String> = [
    "registrySources", "additionalTrustedCA", "allowedRegistriesForImport", "imageDigestMirrors", "imageTagMirrors",
    "repositoryDigestMirrors", "imageContentSources", "imageDigestSources", "additionalTrustBundle",
    "mirrorRegistryRef",
  ]

  /// The key and the plain value of a line of a block mapping, or of JSON.
  private static func entry(of line: some Collection<UInt8>) -> (key: String, value: String)? {
    var rest = line.drop { blanksAndMarks.contains($0) }
    guard let colon = rest.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let key = rest[..<colon].filter { !blanksAndMarks.contains($0) }
    rest = rest[rest.index(after: colon)...]
    let value = rest.drop { blanksAndMarks.contains($0) }.prefix { !ends.contains($0) }
    return (String(decoding: Array(key), as: UTF8.self), String(decoding: Array(value), as: UTF8.self))
  }

  private static let blanksAndMarks = Set(" \t-\"'{,".utf8)
  private static let ends = Set(" \t\r\"',}#".utf8)
}

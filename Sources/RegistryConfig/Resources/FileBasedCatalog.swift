/// Files in which catalogues of operators are kept: JSON objects one after the other, up to megabytes each, with the
/// manifests of operators in base64. They name our kinds now and then, and hold nothing for this program.
/// Source: operator-registry, alpha/declcfg/declcfg.go: each object says its `schema`.
public enum FileBasedCatalog {
  /// Whether a JSON object is one of a catalogue, told by its first key as `opm` writes it: `"schema": "olm.bundle"`.
  public static func isObject(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var rest = bytes[...]
    for part in beginning {
      rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
      guard rest.starts(with: part) else { return false }
      rest = rest.dropFirst(part.count)
    }
    return true
  }

  private static let beginning = ["{", "\"schema\"", ":", "\"olm."].map { Array($0.utf8) }
}

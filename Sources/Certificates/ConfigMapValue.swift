/// The bytes of a `data` value as the Machine Config Operator takes them: a value that is base64 as a whole is decoded
/// first (machine config operator, `pkg/operator/sync.go`). node-ca, the registry and builds take it as it stands.
public struct MachineConfigDaemonValue: Hashable, Sendable {
  /// The value is base64 to Go: standard alphabet, padded, line feeds anywhere, not one blank. Also the empty value.
  public let decodesBase64: Bool
  /// What the daemon writes to `ca.crt`.
  public let bytes: [UInt8]

  /// From the text of a `data` value, after YAML.
  public init(data: [UInt8]) {
    switch Base64.decode(data) {
    case .success(let decoded):
      decodesBase64 = true
      bytes = decoded
    case .failure:
      decodesBase64 = false
      bytes = data
    }
  }
}

/// A `binaryData` value, which the API server decodes.
public struct BinaryDataValue: Hashable, Sendable {
  public let bytes: [UInt8]

  /// From the text of the value after YAML. Fails where the API refuses the object: PEM that was not encoded, for
  /// example.
  public init(base64 text: [UInt8]) throws(Base64.Failure) {
    bytes = try Base64.decode(text).get()
  }
}

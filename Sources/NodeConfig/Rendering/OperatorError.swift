/// Why the operator renders nothing: all nodes keep the configuration that they have.
public struct OperatorError: Error, Hashable, Sendable {
  /// What it was working on.
  public enum Stage: String, Hashable, Sendable {
    case releaseImage = "release image"
    case signaturePolicies = "image policies"
    case registriesConf = "registries.conf"
    case policy = "policy.json"
    case sigstoreRegistries = "sigstore-registries.yaml"
  }

  /// The operator's own words, without what its callers put before them.
  public let message: String
  public let stage: Stage
  /// The manifest entries that cause it, where they are known.
  public let origins: [Origin]

  init(_ message: String, _ stage: Stage, origins: [Origin] = []) {
    self.message = message
    self.stage = stage
    self.origins = origins
  }
}

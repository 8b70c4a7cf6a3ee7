import RegistryConfig
import SourceText

/// Paths of the files that the operator writes on nodes.
public enum NodePath {
  public static let registriesConf = "/etc/containers/registries.conf"
  public static let policy = "/etc/containers/policy.json"
  public static let searchRegistries = "/etc/containers/registries.conf.d/01-image-searchRegistries.conf"
  public static let sigstoreRegistries = "/etc/containers/registries.d/sigstore-registries.yaml"
  public static let namespacedPolicies = "/etc/crio/policies"
  public static let certificates = "/etc/docker/certs.d"

  /// The policy for the pods of one namespace.
  public static func namespacedPolicy(_ namespace: String) -> String { "\(namespacedPolicies)/\(namespace).json" }

  /// Where nodes look for the CA of a registry, `host` or `host:port` as image references write it.
  public static func certificate(ofHost host: String) -> String { "\(certificates)/\(host)/ca.crt" }
}

/// The files that every node of a cluster gets from its registry configuration. One object, for a history asks each
/// cluster for it again at every commit.
public final class NodeRendering: Sendable {
  public struct File: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
      /// Written by the operator from the resources.
      case generated
      /// What the operator's templates write on every node.
      case base
    }

    public let kind: Kind
    public let content: String
  }

  /// A `ca.crt`, from a key of the ConfigMap that `spec.additionalTrustedCA` names.
  public struct CertificateFile: Sendable {
    /// `host` or `host:port`: the directory, as the Machine Config Daemon makes it of the key.
    public let directory: String
    public let content: [UInt8]
    public let origin: Origin
  }

  public let release: Release
  public let releaseImage: String
  /// By path. Without the base files and empty when `error` is set: nodes keep what they have.
  public let files: [String: File]
  /// By path, `/etc/docker/certs.d/<host[:port]>/ca.crt`. They come by another way than `files`, so they are
  /// there beside an error too, and a change of them disrupts nothing.
  public let certificates: [String: CertificateFile]
  /// Why the operator renders nothing.
  public let error: OperatorError?
  /// What the operator only writes to its log: blocked registries that it drops.
  public let warning: String?

  /// What `registries.conf` says.
  public let registriesConf: RegistriesConf
  /// The list of the search drop-in; `nil` when there is none.
  public let searchRegistries: [String]?
  let searchOrigins: [Origin]
  public let policy: PolicyFile
  /// By namespace.
  public let namespacedPolicies: [String: PolicyFile]

  /// Entries of blockedRegistries that the operator drops because they cover the release image.
  public let droppedBlockedRegistries: [Origin]
  /// Scopes of ImagePolicies that the operator leaves out because a ClusterImagePolicy covers them.
  public let shadowedImagePolicyScopes: [Origin]
  /// Resources that the operator does not see.
  public let unseen: [UnseenResource]
  /// Values that could not be read. When there are any, the rendering lacks what they stand for.
  public let leftOut: [LeftOut]

  init(
    release: Release, releaseImage: String, files: [String: File], certificates: [String: CertificateFile],
    error: OperatorError?, warning: String?, registriesConf: RegistriesConf, searchRegistries: [String]?,
    searchOrigins: [Origin], policy: PolicyFile, namespacedPolicies: [String: PolicyFile],
    droppedBlockedRegistries: [Origin], shadowedImagePolicyScopes: [Origin], unseen: [UnseenResource],
    leftOut: [LeftOut]
  ) {
    self.release = release
    self.releaseImage = releaseImage
    self.files = files
    self.certificates = certificates
    self.error = error
    self.warning = warning
    self.registriesConf = registriesConf
    self.searchRegistries = searchRegistries
    self.searchOrigins = searchOrigins
    self.policy = policy
    self.namespacedPolicies = namespacedPolicies
    self.droppedBlockedRegistries = droppedBlockedRegistries
    self.shadowedImagePolicyScopes = shadowedImagePolicyScopes
    self.unseen = unseen
    self.leftOut = leftOut
  }

  /// False when placeholders hide a part of the configuration.
  public var isComplete: Bool { leftOut.isEmpty }

  /// The first value that cannot be read here and does not stand so in another rendering.
  public func firstLeftOut(besides other: NodeRendering) -> LeftOut? {
    var known: [String: Int] = [:]
    for value in other.leftOut { if let text = value.text { known[text, default: 0] += 1 } }
    return leftOut.first { value in
      guard let text = value.text else { return false }
      known[text, default: 0] -= 1
      return known[text, default: 0] < 0
    }
  }

  /// Files that nodes cannot load, by path: one scope of the `atomic` transport that containers/image refuses makes
  /// all of a policy.json unusable and every pull fail. The answers of `PullResolver` do not show it.
  public var unloadablePolicies: [(path: String, scope: String, origins: [Origin])] {
    var result = policy.unloadableScopes.map { (path: NodePath.policy, scope: $0.scope, origins: $0.origins) }
    for (namespace, file) in namespacedPolicies.sorted(by: { Bytewise($0.key) < Bytewise($1.key) }) {
      result += file.unloadableScopes.map {
        (path: NodePath.namespacedPolicy(namespace), scope: $0.scope, origins: $0.origins)
      }
    }
    return result
  }
}

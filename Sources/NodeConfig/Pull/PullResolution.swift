import RegistryConfig

/// What a node does when a pod asks for an image.
public struct PullResolution: Sendable {
  /// How the signature policy decides.
  public enum Verdict: String, Hashable, Sendable {
    case accept
    case reject
    /// The image runs when it carries the signatures that the policy asks for.
    case signatureRequired = "signature-required"
  }

  /// One endpoint that a node asks for the image.
  public struct Source: Sendable {
    /// The image as the endpoint knows it.
    public let reference: String
    public let isMirror: Bool
    /// TLS is not verified, and plain HTTP is tried.
    public let isInsecure: Bool
    /// Which pulls may use the mirror; `nil` for the registry itself.
    public let pullMode: RegistriesConf.PullMode?
    public let isBlocked: Bool
    /// The prefix of the registries.conf entry that blocks it.
    public let blockedBy: String?
    /// The manifest entries that list this mirror.
    public let origins: [Origin]
    public let insecureOrigins: [Origin]
    public let blockedOrigins: [Origin]
    /// Where the node looks for a CA of this endpoint: `/etc/docker/certs.d/<host[:port]>`.
    public let certificateDirectory: String
    /// The CA of additionalTrustedCA in that directory.
    public let certificate: NodeRendering.CertificateFile?
    /// In words, with the places in the manifests.
    public let reason: String
  }

  /// A mirror that this pull does not use because it is for the other form of reference.
  public struct SkippedMirror: Sendable {
    public let location: String
    public let pullMode: RegistriesConf.PullMode
    public let origins: [Origin]
  }

  /// One full reference that the node tries; a short name has one for each search registry.
  public struct Candidate: Sendable {
    public let reference: String
    /// The prefix of the registries.conf entry that decides, empty when none does.
    public let matchedPrefix: String
    /// The manifest entries behind that entry.
    public let matchedOrigins: [Origin]
    /// The source whose mirrors that entry copied.
    public let inheritsMirrorsOf: String?
    /// In the order they are tried; empty with `error`.
    public let sources: [Source]
    public let skippedMirrors: [SkippedMirror]
    /// The file that decides: policy.json or that of the namespace.
    public let policyPath: String
    /// `docker:<scope>` or `default`.
    public let policyScope: String
    public let policyVerdict: Verdict
    public let policyOrigins: [Origin]
    /// Every source is blocked.
    public let allBlocked: Bool
    public let isPullable: Bool
    /// Why the sources cannot be made, in the words of containers/image.
    public let error: String?
    /// In words, with the places in the manifests.
    public let reason: String
  }

  /// The reference as asked for.
  public let input: String
  public let namespace: String?
  /// The name does not say its registry. Alias files of the node are not known here.
  public let isShortName: Bool
  public let candidates: [Candidate]
  /// Why nothing is tried at all.
  public let error: String?
  /// The manifest entries that cause `error`.
  public let errorOrigins: [Origin]

  /// Whether any candidate can be pulled.
  public var isPullable: Bool { error == nil && candidates.contains(where: \.isPullable) }
}

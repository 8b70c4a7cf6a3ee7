/// What `/etc/containers/registries.conf` says, before it is text.
public struct RegistriesConf: Sendable {
  /// Which pulls may use a mirror (`pull-from-mirror`).
  public enum PullMode: String, Hashable, Sendable {
    case digestOnly = "digest-only"
    case tagOnly = "tag-only"
  }

  /// A `[[registry.mirror]]`.
  public struct Mirror: Sendable {
    public internal(set) var location: String
    public internal(set) var isInsecure = false
    /// `nil` up to 4.12, where the registry says `mirror-by-digest-only`.
    public let pullMode: PullMode?
    /// The manifest entries that list it.
    public let origins: [Origin]
    /// The entries of insecureRegistries that make it insecure, the first of each scope.
    public internal(set) var insecureOrigins: [Origin] = []
  }

  /// A `[[registry]]`.
  public struct Registry: Sendable {
    /// Set for wildcards only; everything else has a location.
    public internal(set) var prefix: String
    public internal(set) var location: String
    public internal(set) var isInsecure = false
    public internal(set) var isBlocked = false
    public internal(set) var mirrors: [Mirror] = []
    /// Up to 4.12.
    public internal(set) var mirrorByDigestOnly = false

    /// The entries that made this registry an entry of the file: mirror sources, blocked and insecure registries.
    public internal(set) var origins: [Origin] = []
    /// Why it is insecure: entries of insecureRegistries, the first of each scope.
    public internal(set) var insecureOrigins: [Origin] = []
    /// Why it is blocked: entries of blockedRegistries, the first of each scope, or `NeverContactSource`.
    public internal(set) var blockedOrigins: [Origin] = []
    /// The source whose mirrors were copied here, for an entry without mirrors of its own.
    public internal(set) var inheritsMirrorsOf: String?

    init(scope: String) {
      prefix = Scope.isWildcard(scope) ? scope : ""
      location = prefix.isEmpty ? scope : ""
    }

    /// The prefix, or the location where there is none.
    public var scope: String { prefix.isEmpty ? location : prefix }

    /// Whether the entry may decide on an image: the one that fits best does.
    public func covers(_ image: String) -> Bool { LoadedRegistries.matchLength(of: scope, in: image) != nil }

    /// Whether another entry is for the same scope and decides the same on pulls, wherever both come from.
    public func decidesAs(_ other: Registry) -> Bool {
      scope.equalsBytes(other.scope) && isBlocked == other.isBlocked && isInsecure == other.isInsecure
        && mirrorByDigestOnly == other.mirrorByDigestOnly && hasMirrors(of: other)
    }

    /// Whether another entry has the same mirrors in the same order.
    func hasMirrors(of other: Registry) -> Bool {
      mirrors.elementsEqual(other.mirrors) {
        $0.location.equalsBytes($1.location) && $0.isInsecure == $1.isInsecure && $0.pullMode == $1.pullMode
      }
    }
  }

  /// Where the base file of the operator's templates looks for short names.
  public static let baseSearchRegistries = ["registry.access.redhat.com", "docker.io"]

  public internal(set) var unqualifiedSearchRegistries = baseSearchRegistries
  /// In the order of the file.
  public internal(set) var registries: [Registry] = []

  init() {}
}

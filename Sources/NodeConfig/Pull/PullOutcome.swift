/// What comes of a pull, for who asks about thousands and needs neither reasons nor places.
public struct PullOutcome: Sendable {
  /// One source that a node asks for the image.
  public struct Source: Hashable, Sendable {
    /// Registry and repository; empty for the registry itself.
    public let mirror: String
    /// TLS is not verified, and plain HTTP is tried.
    public let isInsecure: Bool
    public let isBlocked: Bool
  }

  /// In the order they are tried; empty with `error`.
  public let sources: [Source]
  /// The file that decides: policy.json or that of the namespace; `nil` when no reference is tried.
  public let policyPath: String?
  /// `docker:<scope>` or `default`.
  public let policyScope: String
  public let policyVerdict: PullResolution.Verdict
  /// Why nothing is tried, in the words of containers/image.
  public let error: String?

  /// Every source is blocked.
  public let allBlocked: Bool
  public let isPullable: Bool

  init(_ attempt: PullAttempt) {
    sources = attempt.sources.map { source, own in
      Source(
        mirror: source.mirror == nil ? "" : source.reference.name, isInsecure: source.isInsecure,
        isBlocked: own?.registry.isBlocked ?? false)
    }
    policyPath = attempt.policy.path
    policyScope = attempt.policy.scope
    policyVerdict = attempt.policy.verdict
    error = attempt.problem
    allBlocked = attempt.allBlocked
    isPullable = attempt.isPullable
  }

  /// Of a pull of which nothing is tried.
  init(error: String) {
    sources = []
    policyPath = nil
    policyScope = "default"
    policyVerdict = .accept
    self.error = error
    (allBlocked, isPullable) = (false, false)
  }
}

/// A repository whose images are asked for, by digest and by tag. Read once for many resolvers.
public struct AskedRepository: Sendable {
  let name: String
  /// `nil` for a short name: what it stands for depends on the node.
  fileprivate let images: (byDigest: ImageReference, byTag: ImageReference)?

  /// - Returns: `nil` when no image can be named by it, as behind a scheme or with a tag.
  public init?(_ name: String) {
    self.name = name
    if PullResolver.isShortName(name) {
      guard PullResolver.isReference("\(name):\(Self.tag)") else { return nil }
      images = nil
    } else {
      guard let reference = try? ImageReference(normalizing: name), reference.tag == nil, reference.digest == nil else {
        return nil
      }
      images = (reference.with(tag: nil, digest: Self.digest), reference.with(tag: Self.tag, digest: nil))
    }
  }

  public var isShortName: Bool { images == nil }

  fileprivate var byDigest: String { "\(name)@\(Self.digest)" }
  fileprivate var byTag: String { "\(name):\(Self.tag)" }

  private static let digest = "sha256:" + String(repeating: "0", count: 64)
  private static let tag = "latest"
}

extension PullResolver {
  /// What comes of pulling images of a repository: of a short name in the first search registry.
  public func outcomes(of repository: AskedRepository) -> (byDigest: PullOutcome, byTag: PullOutcome) {
    guard let images = repository.images else {
      return (outcome(of: repository.byDigest), outcome(of: repository.byTag))
    }
    return (outcome(of: images.byDigest), outcome(of: images.byTag))
  }
}

/// One reference that a node tries to pull: where it asks for it, and whether it may.
struct PullAttempt {
  let pulled: ImageReference
  let entry: LoadedRegistries.Entry?
  /// With the entries that decide whether they are blocked. Empty with `problem`.
  let sources: [(source: LoadedRegistries.PullSource, own: LoadedRegistries.Entry?)]
  /// Why the sources cannot be made.
  let problem: String?
  let policy: PolicyDecision

  init(_ reference: ImageReference, _ namespace: String?, _ registries: LoadedRegistries, in rendering: NodeRendering) {
    // CRI-O drops the tag of an image that has a digest too.
    pulled = reference.withoutTagBesideDigest
    entry = registries.find(pulled.name)
    policy = PolicyDecision(pulled, namespace: namespace, in: rendering)
    guard let entry else {
      let own = LoadedRegistries.PullSource(reference: pulled, mirror: nil, isInsecure: false, hasLocation: true)
      sources = [(own, nil)]
      problem = nil
      return
    }
    do throws(ImageReference.Problem) {
      // Each endpoint is looked up again by its own name, and refused where that is blocked.
      sources = try LoadedRegistries.pullSources(entry, pulled).map { ($0, registries.find($0.reference.name)) }
      problem = nil
    } catch {
      sources = []
      problem = error.message
    }
  }

  var allBlocked: Bool { !sources.isEmpty && sources.allSatisfy { $0.own?.registry.isBlocked ?? false } }
  var isPullable: Bool { problem == nil && policy.verdict != .reject && !allBlocked }
}

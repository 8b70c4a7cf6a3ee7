import RegistryConfig

/// blockedRegistries and allowedRegistries as the operator splits them over registries.conf and policy.json, so that a
/// cluster cannot block its own release image.
/// Source: machine-config-operator, helpers.go, `getValidBlockedAndAllowedRegistries`.
struct BlockedAndAllowed: Sendable {
  /// For registries.conf.
  private(set) var registriesBlocked: [ListedScope] = []
  private(set) var policyBlocked: [ListedScope] = []
  private(set) var policyAllowed: [ListedScope] = []
  /// Entries that were dropped because they cover the release image and no mirror of it would be left.
  private(set) var dropped: [ListedScope] = []
  /// What the operator writes to its log, and nowhere else.
  private(set) var warning: String?

  init(_ input: OperatorInput, releaseImage: ImageReference, release: Release) {
    let payloadRepository = releaseImage.name
    let enclosing = Self.scopesEnclosing(payloadRepository)
    var hasMirror: Bool?
    for entry in input.blocked ?? [] {
      guard enclosing.contains(Bytewise(entry.scope)) else {
        registriesBlocked.append(entry)
        policyBlocked.append(entry)
        continue
      }
      if hasMirror == nil {
        do {
          hasMirror = try Self.hasUnblockedMirror(input, releaseImage, release)
        } catch {
          // The operator goes on with all three lists empty.
          self = BlockedAndAllowed(warning: error.message)
          return
        }
      }
      guard hasMirror == true else {
        dropped.append(entry)
        continue
      }
      registriesBlocked.append(entry)
      if !entry.scope.equalsBytes(payloadRepository) { policyBlocked.append(entry) }
      policyAllowed.append(ListedScope(scope: payloadRepository, origin: entry.origin))
    }
    if !dropped.isEmpty {
      warning =
        "error adding \(GoQuoting.quote(dropped.map(\.scope))) to blocked registries, "
        + "cannot block the repository being used by the payload"
    }
    policyAllowed += input.allowed ?? []
  }

  private init(warning: String) {
    self.warning = warning
  }

  private static func scopesEnclosing(_ name: String) -> Set<Bytewise> {
    var result: Set<Bytewise> = []
    Scope.forEachEnclosing(name) { result.insert(Bytewise($0)) }
    return result
  }

  private struct Failure: Error { let message: String }

  /// Whether a node could still get the release image from an endpoint that no entry blocks. Tag mirrors do not count.
  private static func hasUnblockedMirror(
    _ input: OperatorInput, _ releaseImage: ImageReference, _ release: Release
  ) throws(Failure) -> Bool {
    let blocked = input.blocked ?? []
    var conf = RegistriesConf()
    conf.unqualifiedSearchRegistries = []
    do throws(OperatorError) {
      try conf.edit(
        insecure: input.insecure ?? [], blocked: blocked, digestMirrors: MergedMirrors.merge(input.digestLists),
        tagMirrors: [], release: release)
    } catch {
      throw Failure(message: error.message)
    }
    let loaded: LoadedRegistries
    do throws(LoadedRegistries.Problem) {
      loaded = try LoadedRegistries(conf, release: release)
    } catch {
      throw Failure(message: "loading registries configuration \"/tmp/regtemp\": \(error.message)")
    }
    // Without an entry the operator would crash; that takes a wildcard whose domain occurs twice in the name.
    guard let entry = loaded.find(releaseImage.name) else { return false }
    do throws(ImageReference.Problem) {
      let index = ScopeIndex(blocked)
      return try LoadedRegistries.pullSources(entry, releaseImage).contains { !index.encloses($0.reference.name) }
    } catch {
      throw Failure(message: error.message)
    }
  }
}

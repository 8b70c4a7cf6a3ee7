import NodeConfig
import RegistryConfig
import Rules
import SourceText

/// How pulls of one scope change.
public struct PullChange: Hashable, Sendable {
  public enum Effect: String, Sendable, CaseIterable {
    /// Images that could be pulled cannot be pulled any more.
    case stops
    /// Images that could not be pulled can be.
    case allowed
    /// Other sources are asked, or in another order.
    case mirrored
    /// A source is asked without TLS verification that was not.
    case insecure
    /// No source is asked without TLS verification any more.
    case secure
    /// Signatures are asked for, or no more.
    case signatures
  }

  /// `*` stands for every registry that no resource names.
  public let scope: String
  public let before: String
  public let after: String
  /// In the order of the cases, one at least.
  public let effects: [Effect]
  /// Scopes below it that somebody names and whose pulls stay as they were, other than those of the scope; sorted.
  public internal(set) var exceptions: [String] = []

  /// No more scopes than this are asked for; a change of thousands of entries is judged by its node files.
  private static let mostScopes = 500
  /// No more scopes than this are asked for as exceptions of all changes together.
  private static let mostNested = 5_000

  /// Asks both sides for an image of every scope whose entry differs or that a policy names, by digest and by tag.
  static func between(_ old: LintedCluster, _ new: LintedCluster) -> [PullChange] {
    var (before, after) = (Side(old), Side(new))
    func change(_ scope: String) -> PullChange? {
      guard let one = before.answer(scope), let other = after.answer(scope) else { return nil }
      guard one.words != other.words else { return nil }
      let effects = effects(from: one, to: other)
      // Why nothing can be pulled may change: that changes no pull.
      return effects.isEmpty ? nil : PullChange(scope: scope, before: one.words, after: other.words, effects: effects)
    }
    let ofOthers = change("*")
    func isNews(_ change: PullChange) -> Bool {
      // Files that cannot be loaded fail all pulls in the same words.
      !change.after.hasPrefix("fails") || change.after != ofOthers?.after
    }
    let (entries, newEntries) = (old.rendering.registriesConf.registries, new.rendering.registriesConf.registries)
    let (policy, newPolicy) = (old.rendering.policy, new.rendering.policy)
    let changed = changedEntries(entries, newEntries)
    let judged = newPolicy.scopes(differingFrom: policy)
    let touched: [String]
    if ofOthers != nil {
      // What no entry names changes with a policy or with files that cannot be loaded: that may change all others, too.
      touched = policy.scopes + newPolicy.scopes + (entries + newEntries).map(\.scope)
    } else {
      touched =
        // The policy of a registry decides on what is mirrored of it, too.
        nested(Set((entries + newEntries).map(\.scope)), in: Set(judged)).values.flatMap { $0 }
        + newPolicy.scopes.filter { scope in changed.contains { $0.covers(AskedScope.repository(in: scope)) } }
        // A mirror that is blocked, by an entry of its own, is not asked for other images either.
        + newEntries.filter { $0.mirrors.contains { before.blocks($0.location) != after.blocks($0.location) } }
        .map(\.scope)
    }
    let own = Set(changed.map(\.scope) + judged)
    let asked = (own.sorted() + Set(touched).subtracting(own).sorted()).prefix(mostScopes).sorted()
    var told = (ofOthers.map { [$0] } ?? []) + asked.compactMap(change).filter(isNews)
    // Narrower scopes have their own say.
    let named = Set(policy.scopes + newPolicy.scopes + (entries + newEntries).map(\.scope))
    var left = mostNested
    for (scope, nested) in nested(named, in: Set(told.map(\.scope))).sorted(by: { $0.key < $1.key }) {
      guard let place = told.firstIndex(where: { $0.scope == scope }), let own = after.answer(scope) else { continue }
      told[place].exceptions = nested.prefix(left).filter { scope in
        change(scope) == nil && after.answer(scope)?.isOther(than: own) == true
      }
      left -= min(left, nested.count)
    }
    return told
  }

  /// Which of some scopes lie in others, each in the narrowest of these, and are none of them.
  private static func nested(_ scopes: Set<String>, in outer: Set<String>) -> [String: [String]] {
    var lengths = ScopeLengths()
    for scope in outer { lengths.insert(scope) }
    var result: [String: [String]] = [:]
    for scope in scopes where !outer.contains(scope) {
      var narrowest: String?
      Scope.forEachEnclosing(scope, of: lengths) { candidate in
        guard outer.contains(candidate) else { return }
        // A host is narrower than a domain, however long the name of that is.
        if let known = narrowest {
          let isNarrower = candidate.utf8.count > known.utf8.count || Scope.isWildcard(known)
          guard !Scope.isWildcard(candidate), isNarrower else { return }
        }
        narrowest = candidate
      }
      if let narrowest { result[narrowest, default: []].append(scope) }
    }
    return result.mapValues { $0.sorted().dropLast(max(0, $0.count - mostScopes)) }
  }

  /// Entries of registries.conf that only one side has, or that differ: an image is looked up in the entry that fits
  /// best alone.
  private static func changedEntries(
    _ old: [RegistriesConf.Registry], _ new: [RegistriesConf.Registry]
  ) -> [RegistriesConf.Registry] {
    // Both are sorted, and mostly differ in one entry.
    let ends = CommonEnds(old.count, new.count) { old[$0].decidesAs(new[$1]) }
    let (gone, come) = (old[ends.middle(of: old.count)], new[ends.middle(of: new.count)])
    let known = Dictionary(gone.map { ($0.scope, $0) }) { _, last in last }
    let left = Set(come.map(\.scope))
    return come.filter { entry in known[entry.scope].map { !$0.decidesAs(entry) } ?? true }
      + known.values.filter { !left.contains($0.scope) }
  }

  private static func effects(from old: Answer, to new: Answer) -> [Effect] {
    var effects: Set<Effect> = []
    for (before, after) in [(old.byDigest, new.byDigest), (old.byTag, new.byTag)] {
      if before.isPullable, !after.isPullable { effects.insert(.stops) }
      if !before.isPullable, after.isPullable { effects.insert(.allowed) }
      if before.isPullable, after.isPullable, before.sources != after.sources { effects.insert(.mirrored) }
      if after.isPullable, after.isInsecure, !before.isInsecure { effects.insert(.insecure) }
      if after.isPullable, before.isPullable, !after.isInsecure, before.isInsecure { effects.insert(.secure) }
      if after.isPullable, before.isPullable, before.needsSignature != after.needsSignature {
        effects.insert(.signatures)
      }
    }
    return Effect.allCases.filter(effects.contains)
  }
}

/// A repository that stands for a scope.
private struct AskedScope {
  let images: AskedRepository
  /// What stands in it behind the scope.
  private let below: String

  /// No resource names it.
  private static let unnamed = "registry.invalid"

  /// - Returns: `nil` when no image can be named by the scope.
  init?(_ scope: String) {
    guard let images = AskedRepository(Self.repository(in: scope)) else { return nil }
    self.images = images
    below = Self.below(scope)
  }

  static var ofOthers: AskedScope? { AskedScope("*") }

  /// One below it, as most scopes have.
  static func repository(in scope: String) -> String {
    if scope == "*" { return unnamed + below(scope) }
    return (scope.hasPrefix("*.") ? "any" + scope.dropFirst() : scope) + below(scope)
  }

  /// Docker Hub's images without a folder are those of `library`, which is a scope of its own.
  private static func below(_ scope: String) -> String { scope == "docker.io" ? "/any/image" : "/image" }

  /// A mirror of the repository as it mirrors the scope.
  func place(_ mirror: String) -> String {
    mirror.hasSuffix(below) ? String(mirror.dropLast(below.count)) : mirror
  }
}

/// What decides on pulls of one side.
private struct Side {
  private let resolver: PullResolver
  /// The paths of policies that fail every pull which they decide on.
  private let unloadable: [String]
  /// Where nothing is named, the same for every registry.
  private var always: Answer?
  /// What was asked, by scope.
  private var known: [String: Answer] = [:]

  init(_ cluster: LintedCluster) {
    resolver = cluster.resolver
    unloadable = cluster.rendering.unloadablePolicies.map(\.path)
    always = nil
    if cluster.rendering.registriesConf.registries.isEmpty, cluster.rendering.policy.isWithoutScopes {
      always = AskedScope.ofOthers.map(answer)
    }
  }

  func blocks(_ location: String) -> Bool { resolver.blocks(location) }

  /// `nil` when no image can be named by the scope.
  mutating func answer(_ scope: String) -> Answer? {
    if let answer = known[scope] { return answer }
    let answer = AskedScope(scope).map(answer)
    known[scope] = answer
    return answer
  }

  private func answer(_ asked: AskedScope) -> Answer {
    if let always, !asked.images.isShortName { return always }
    let outcomes = resolver.outcomes(of: asked.images)
    return Answer(
      byDigest: Pull(outcomes.byDigest, of: asked, unloadable: unloadable),
      byTag: Pull(outcomes.byTag, of: asked, unloadable: unloadable))
  }
}

/// What one side does with an image of a scope, by digest and by tag.
private struct Answer {
  let byDigest: Pull
  let byTag: Pull

  /// Whether it makes a difference to somebody who pulls.
  func isOther(than other: Answer) -> Bool {
    byDigest.isOther(than: other.byDigest) || byTag.isOther(than: other.byTag)
  }

  var words: String {
    byDigest.words == byTag.words ? byDigest.words : "by digest \(byDigest.words); by tag \(byTag.words)"
  }
}

/// One pull, as far as changes of it are told.
private struct Pull {
  let words: String
  let isPullable: Bool
  /// What is asked, in order, mirrors by their reference.
  let sources: [String]
  let isInsecure: Bool
  let needsSignature: Bool

  /// Why nothing can be pulled makes none.
  func isOther(than other: Pull) -> Bool { isPullable != other.isPullable || (isPullable && words != other.words) }

  /// - Parameter unloadable: The paths of policies that fail every pull which they decide on.
  init(_ outcome: PullOutcome, of asked: AskedScope, unloadable: [String]) {
    let unloaded = outcome.policyPath.flatMap { unloadable.contains($0) ? "\($0) cannot be loaded" : nil }
    if let failure = unloaded ?? outcome.error {
      words = "fails: \(failure)"
      (isPullable, sources, isInsecure, needsSignature) = (false, [], false, false)
      return
    }
    isPullable = outcome.isPullable
    let open = outcome.sources.filter { !$0.isBlocked }
    sources = open.map { $0.mirror.isEmpty ? "the registry itself" : asked.place($0.mirror) }
    isInsecure = open.contains(where: \.isInsecure)
    needsSignature = outcome.policyVerdict == .signatureRequired
    if outcome.policyVerdict == .reject {
      words = "rejected by the policy (\(outcome.policyScope))"
    } else if outcome.allBlocked {
      words = "blocked"
    } else {
      var parts = zip(sources, open).map { $0 + ($1.isInsecure ? " without TLS verification" : "") }
      if outcome.sources.contains(where: { $0.mirror.isEmpty && $0.isBlocked }) {
        parts.append("never the registry itself")
      }
      words = "from " + parts.joined(separator: ", then ") + (needsSignature ? ", with a signature" : "")
    }
  }
}

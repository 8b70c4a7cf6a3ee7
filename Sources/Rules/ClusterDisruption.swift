import NodeConfig
import RegistryConfig

extension Disruption {
  /// What a change of a cluster does to its nodes: nothing, when only installations to come read what changes; not
  /// known, when what changes is merged into objects that are not here, or cannot be read.
  public static func between(_ old: LintedCluster, _ new: LintedCluster) -> Disruption {
    if let source = LintedCluster.installationSource(old, new) {
      return .ofInstallation(by: source, new: new.rendering)
    }
    if let reason = LintedCluster.whyMergedIsNotKnown(old, new) { return .ofParts(reason: reason) }
    // A side that is not there says nothing against the policies of the other.
    let (before, after) = (old.resources.isEmpty ? new : old, new.resources.isEmpty ? old : new)
    let policies = (old: NodeDisruptionPolicies(of: before.carriers), new: NodeDisruptionPolicies(of: after.carriers))
    let known = between(old: old.rendering, new: new.rendering, policies: policies)
    if let reason = LintedCluster.whyNotRead(old, new) {
      if let error = known.error, !error.dependsOnWhatIsMissing { return known }
      let isSilent = known.error != nil || known.oldError != nil || known.actions.isEmpty
      return .ofParts(reason: reason + (isSilent ? "" : "; as far as it can be read: \(known.reason)"))
    }
    guard known.isKnown, known.error == nil, !known.drain else { return known }
    return replacement(from: old, to: new, policies).map(known.provided) ?? known
  }

  /// The objects that spare nodes a drain only in the right order. Tools that apply a repository put objects there and
  /// prune what is gone from it one by one: only what has the same kind, namespace and name is replaced at once.
  private static func replacement(
    from old: LintedCluster, to new: LintedCluster,
    _ policies: (old: NodeDisruptionPolicies, new: NodeDisruptionPolicies)
  ) -> Replacement? {
    let (before, after) = (identities(old), identities(new))
    // Only what mirror sets say can be said by objects of other names.
    let gone = old.resources.filter {
      $0.mirrorSet != nil && !after.contains(LintedChange.Identity($0)) && $0.resource.isPrunedInItsWave
    }
    guard !gone.isEmpty else { return nil }
    let kept = old.resources.filter { resource in !gone.contains { $0 === resource } }
    let between = Disruption.between(old: old.rendering, new: old.replacing(kept).rendering, policies: policies)
    guard between.isKnown, between.error == nil, between.drain else { return nil }
    let origins = between.causes.flatMap(\.origins)
    let missed = gone.filter { object in origins.contains { object.isOrigin(of: $0) } }
    let unchanged = Set(old.resources.map(ObjectIdentifier.init))
    let come = new.resources.filter { $0.mirrorSet != nil && !unchanged.contains(ObjectIdentifier($0)) }
    let added = come.filter { !before.contains(LintedChange.Identity($0)) }
    for object in missed + gone {
      guard let next = (added + come).first(where: { $0.sharesSource(with: object) }) else { continue }
      let isAdded = !before.contains(LintedChange.Identity(next))
      return Replacement(of: object.resource, by: next.resource, isAdded: isAdded, others: max(0, missed.count - 1))
    }
    return nil
  }

  private static func identities(_ cluster: LintedCluster) -> Set<LintedChange.Identity> {
    Set(cluster.resources.map(LintedChange.Identity.init))
  }
}

extension Resource {
  /// Whether Argo CD prunes it, and not at the end.
  var isPrunedInItsWave: Bool {
    guard let options = root.at("metadata", "annotations", "argocd.argoproj.io/sync-options") else { return true }
    guard !options.isUnknown, let text = options.string else { return false }
    let set = text.split(separator: ",").map { option in option.filter { $0 != " " }.lowercased() }
    return !set.contains("prunelast=true") && !set.contains("prune=false")
  }
}

extension LintedCluster {
  /// What only new clusters are installed with, for people; `nil` when a cluster that runs has some of it.
  /// - Parameters: Two states of one cluster, of which one may be empty.
  public static func installationSource(_ old: LintedCluster, _ new: LintedCluster) -> String? {
    let resources = new.resources + old.resources
    guard let first = resources.first, resources.allSatisfy(\.isOfInstallation) else { return nil }
    let path = first.file.path.text
    guard case .derived(let carrier) = first.resource.carrier, carrier != "install-config" else { return path }
    return "\(path) (\(carrier))"
  }

  /// Why nobody knows what a change does of which a placeholder or template text hides a part, for people; `nil` when
  /// both sides hide the same, which then matters to both.
  public static func whyNotRead(_ old: LintedCluster, _ new: LintedCluster) -> String? {
    guard !new.rendering.isComplete || !old.rendering.isComplete else { return nil }
    let hidden =
      new.rendering.firstLeftOut(besides: old.rendering).map { ($0, "") }
      ?? old.rendering.firstLeftOut(besides: new.rendering).map { ($0, "of what stood there before: ") }
    return hidden.map { value, when in
      "what happens to nodes is not known, because \(when)\(value.reason) "
        + "(\(value.span.file.path.text):\(value.span.start.line))"
    }
  }

  /// Why nobody knows what a change does whose two sides merge different things into what the cluster has, for people;
  /// `nil` when both merge the same, which then matters to both.
  fileprivate static func whyMergedIsNotKnown(_ old: LintedCluster, _ new: LintedCluster) -> String? {
    func content(_ cluster: LintedCluster) -> [(LintedChange.Identity, LintedResource)] {
      cluster.parts.map { (LintedChange.Identity($0), $0) }
    }
    let (before, after) = (content(old), content(new))
    let isSame =
      before.count == after.count
      && zip(before, after).allSatisfy {
        $0.0 == $1.0 && $0.1.resource.isMerged == $1.1.resource.isMerged
          && $0.1.resource.root.hasSameContent(as: $1.1.resource.root)
      }
    guard !isSame else { return nil }
    let end = "into what these clusters have, which is not in the repository: what happens to nodes is not known"
    func whole(_ parts: [(LintedChange.Identity, LintedResource)], in cluster: LintedCluster) -> LintedResource? {
      let names = Set(parts.map(\.0))
      return cluster.resources.first { names.contains(LintedChange.Identity($0)) }
    }
    if let object = whole(before, in: new) {
      return "\(object.resource.title) takes the place of what was merged \(end)"
    }
    if let object = whole(after, in: old) {
      return "\(object.resource.title) was given as a whole and is merged now \(end)"
    }
    return "the resources are merged \(end)"
  }

  /// What of the cluster is known in part only, for people; `nil` when it is known as far as a repository can tell.
  public var whyPartial: String? {
    guard let part = parts.first else { return nil }
    return part.resource.whyPartial + (parts.count > 1 ? ", and \(parts.count - 1) more" : "")
  }
}

extension LintedResource {
  fileprivate func sharesSource(with other: LintedResource) -> Bool {
    let sources = Set(other.mirrorSet?.entries.compactMap(\.source?.value) ?? [])
    return mirrorSet?.entries.contains { $0.source.map { sources.contains($0.value) } ?? false } ?? false
  }

  fileprivate var isOfInstallation: Bool {
    if case .installation = resource.destination { true } else { false }
  }
}

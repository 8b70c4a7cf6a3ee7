import SourceText

/// Decides whether a change of registries.conf spares nodes the drain: only new digest mirrors do.
/// Source: machine-config-operator, pkg/daemon/drain.go, `isSafeContainerRegistryConfChanges`.
struct RegistriesConfChange {
  /// Every difference that takes a drain, in the order of the file; empty when the change is safe.
  let unsafeChanges: [Disruption.Cause]

  init(old: NodeRendering, new: NodeRendering) {
    let (oldRegistries, newRegistries) = (old.registriesConf.registries, new.registriesConf.registries)
    // Both are sorted, and mostly differ in one entry.
    let ends = CommonEnds(oldRegistries.count, newRegistries.count) { oldRegistries[$0].decidesAs(newRegistries[$1]) }
    self.init(
      from: oldRegistries[ends.middle(of: oldRegistries.count)],
      to: newRegistries[ends.middle(of: newRegistries.count)])
  }

  /// What stands first at another place of the file, when both sides have the same entries; CRI-O reads it again for
  /// that. Lists of blocked and insecure registries decide on the order, mirror sets do not.
  static func reordered(old: NodeRendering, new: NodeRendering) -> [Origin] {
    let (before, after) = (old.registriesConf.registries, new.registriesConf.registries)
    let moved = zip(before, after).first { !$0.0.decidesAs($0.1) }?.1
    guard before.count == after.count, let moved else { return [] }
    let known = byScope(before[...])
    guard after.allSatisfy({ known[Bytewise($0.scope)]?.decidesAs($0) == true }) else { return [] }
    return moved.origins
  }

  private init(from old: ArraySlice<RegistriesConf.Registry>, to new: ArraySlice<RegistriesConf.Registry>) {
    let (oldRegistries, newRegistries) = (Self.byScope(old), Self.byScope(new))
    var causes: [Disruption.Cause] = []
    for registry in old where newRegistries[Bytewise(registry.scope)] == nil {
      causes.append(Disruption.Cause("the entry of \(registry.scope) is removed", registry.origins))
    }
    for registry in new {
      if let before = oldRegistries[Bytewise(registry.scope)] {
        if let cause = Self.unsafeChange(from: before, to: registry) { causes.append(cause) }
      } else if !Self.hasOnlyDigestMirrors(registry) {
        causes.append(Self.unsafeAddition(of: registry))
      }
    }
    unsafeChanges = causes
  }

  private static func byScope(
    _ registries: ArraySlice<RegistriesConf.Registry>
  ) -> [Bytewise: RegistriesConf.Registry] {
    Dictionary(registries.map { (Bytewise($0.scope), $0) }) { _, last in last }
  }

  /// An entry without mirrors counts as one for tags too.
  private static func hasOnlyDigestMirrors(_ registry: RegistriesConf.Registry) -> Bool {
    if registry.mirrorByDigestOnly { return true }
    return !registry.mirrors.isEmpty && registry.mirrors.allSatisfy { $0.pullMode == .digestOnly }
  }

  private static func unsafeAddition(of registry: RegistriesConf.Registry) -> Disruption.Cause {
    if let mirror = registry.mirrors.first(where: { $0.pullMode != .digestOnly }) {
      return Disruption.Cause(
        "\(registry.scope) is new with \(mirror.location), a mirror that is not for digests only", mirror.origins)
    }
    let what = [registry.isBlocked ? "blocked" : nil, registry.isInsecure ? "insecure" : nil].compactMap { $0 }
    return Disruption.Cause(
      "\(registry.scope) is newly \(what.joined(separator: " and ")) without a digest mirror of its own",
      registry.origins)
  }

  private static func unsafeChange(
    from old: RegistriesConf.Registry, to new: RegistriesConf.Registry
  ) -> Disruption.Cause? {
    if old.isBlocked != new.isBlocked {
      return new.isBlocked
        ? Disruption.Cause("\(new.scope) becomes blocked", new.blockedOrigins)
        : Disruption.Cause("\(new.scope) is no longer blocked", old.blockedOrigins)
    }
    if old.isInsecure != new.isInsecure {
      return new.isInsecure
        ? Disruption.Cause("\(new.scope) becomes insecure", new.insecureOrigins)
        : Disruption.Cause("\(new.scope) is no longer insecure", old.insecureOrigins)
    }
    if old.mirrorByDigestOnly != new.mirrorByDigestOnly {
      return Disruption.Cause("\(new.scope) changes its mirror-by-digest-only", new.origins)
    }
    guard !old.hasMirrors(of: new) else { return nil }
    // Mirrors are found by their location alone, the first of several: a source with one mirror in both kinds of
    // mirror set therefore takes a drain for any change.
    let oldMirrors = firstByLocation(old.mirrors)
    let newMirrors = firstByLocation(new.mirrors)
    for mirror in old.mirrors where newMirrors[Bytewise(mirror.location)] == nil {
      return Disruption.Cause("\(new.scope) loses its mirror \(mirror.location)", mirror.origins)
    }
    for mirror in new.mirrors {
      if let before = oldMirrors[Bytewise(mirror.location)] {
        if mirror.pullMode != before.pullMode, mirror.pullMode != .digestOnly {
          return Disruption.Cause(
            "\(mirror.location), a mirror of \(new.scope), is now used for "
              + (mirror.pullMode == .tagOnly ? "tags" : "tags and digests"), mirror.origins)
        }
      } else if mirror.pullMode != .digestOnly, !new.mirrorByDigestOnly {
        return Disruption.Cause(
          "\(new.scope) gains \(mirror.location), a mirror that is not for digests only", mirror.origins)
      }
    }
    return nil
  }

  private static func firstByLocation(_ mirrors: [RegistriesConf.Mirror]) -> [Bytewise: RegistriesConf.Mirror] {
    Dictionary(mirrors.map { (Bytewise($0.location), $0) }) { first, _ in first }
  }
}

import Diagnostics
import RegistryConfig

/// A blocked or insecure registry below a wildcard source.
public struct WildcardSourceWithNestedPlain: Rule {
  public static let documentation = RuleDocumentation(
    id: "wildcard-source-with-nested-plain", code: "MIR209", category: .mirror, severity: .error, effect: .frozen,
    fixing: .unsafe,
    summary: "A blocked or insecure registry lies below a wildcard source and has no mirrors of its own.",
    why: """
      The Machine Config Operator gives the mirrors of a source to every entry below it that has none. For a \
      wildcard source it cannot, and stops with "internal error: mirrorsAdjustedForNestedScope for a wildcard \
      scope": nothing is rendered for any pool.
      """,
    instead: """
      Give the registry a source of its own with mirrors, write the sources host by host in place of the wildcard, or \
      take the entry out of the list.
      """,
    sources: ["runtime-utils pkg/registries/registries.go (mirrorsAdjustedForNestedScope)"])

  public static let examples: [RuleExample] = [
    .bad(
      "an insecure host below the wildcard",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: apps
      spec:
        imageDigestMirrors:
        - source: "*.apps.example.com"
          mirrors: [mirror.lab.example.com/apps]
      ---
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          insecureRegistries:
          - registry.lab:5000
          - ⟦registry.apps.example.com:5000⟧
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: apps
        spec:
          imageDigestMirrors:
          - source: "*.apps.example.com"
            mirrors: [mirror.lab.example.com/apps]
          - source: registry.apps.example.com:5000
            mirrors: [mirror.lab.example.com/apps]
        ---
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          registrySources:
            insecureRegistries:
            - registry.lab:5000
            - registry.apps.example.com:5000
        """, message: "lies below the wildcard source '*.apps.example.com'"),
    .good(
      "with mirrors of its own, equal to the wildcard, or elsewhere",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: apps
      spec:
        imageDigestMirrors:
        - source: "*.apps.example.com"
          mirrors: [mirror.lab.example.com/apps]
        - source: registry.apps.example.com:5000
          mirrors: [mirror.lab.example.com/apps]
      ---
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          insecureRegistries:
          - apps.example.com
          - registry.apps.example.com:5000
          - "*.apps.example.com"
      """),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    // Before 4.16 no wildcard source is taken at all: `wildcard-source-version`.
    guard cluster.settings.release >= Release(4, 16),
      let image = cluster.images.last(where: { $0.resource.name?.value == "cluster" && !$0.resource.isPatch })
    else { return }
    let mirrored = cluster.mirrored
    guard mirrored.sources.contains(where: RegistryScope.isWildcard) else { return }
    for list in [image.insecureRegistries, image.blockedRegistries].compactMap({ $0 }) {
      for entry in list.entries where !entry.isUnknown && RegistryScope.isSource(entry.value) {
        guard !mirrored.contains(entry.value) else { continue }
        let parents = ScopeNesting.enclosing(entry.value).filter(mirrored.contains)
        guard let wildcard = parents.first(where: RegistryScope.isWildcard),
          !Self.takesMirrorsBefore(wildcard, parents, mirrored), let source = mirrored.first(of: wildcard)
        else { continue }
        findings.report(
          "'\(entry.value)' lies below the wildcard source '\(wildcard)' and has no mirrors of its own",
          at: entry.span, field: "\(list.field)[\(entry.index)]", resource: image.resource,
          related: [Label("the wildcard source, in \(source.set.title)", at: source.source.span)],
          help: "the operator stops with 'internal error: mirrorsAdjustedForNestedScope for a wildcard scope', and all "
            + "nodes keep their old files; give '\(entry.value)' a source of its own with mirrors",
          fixes: MirrorEntryInsertion.fixes(for: entry.value, as: source))
      }
    }
  }

  /// Digest sources hand out their mirrors before tag sources do: a plain one of the former makes the entry a mirrored
  /// one before a wildcard of the latter comes to it.
  private static func takesMirrorsBefore(_ wildcard: String, _ parents: [String], _ mirrored: MirroredSources) -> Bool {
    guard !mirrored.hasMirrors(for: .digest, of: wildcard) else { return false }
    return parents.contains { !RegistryScope.isWildcard($0) && mirrored.hasMirrors(for: .digest, of: $0) }
  }
}

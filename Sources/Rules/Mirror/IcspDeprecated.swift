import Diagnostics
import RegistryConfig

/// An ImageContentSourcePolicy on a release that has ImageDigestMirrorSet.
public struct IcspDeprecated: Rule {
  public static let documentation = RuleDocumentation(
    id: "icsp-deprecated", code: "MIR200", category: .mirror, severity: .warning, effect: .none, fixing: .both,
    summary: "An ImageContentSourcePolicy where an ImageDigestMirrorSet would do (4.13 and later).",
    why: """
      ImageContentSourcePolicy is deprecated since 4.13. It works as before, but it cannot say `mirrorSourcePolicy` \
      (the key is pruned: `unknown-field`), and from 4.16 on one bad entry in it stops the Machine Config Operator, \
      where the API server refuses the same entry in an ImageDigestMirrorSet at once.
      """,
    instead: """
      An ImageDigestMirrorSet with the same entries. Nodes get the same files. Create it before the old object is \
      deleted, as `oc apply` with pruning does: the other way round nodes drain.
      """,
    sources: [
      "oc adm migrate icsp", "openshift/api operator/v1alpha1/types_image_content_source_policy.go",
      "machine-config-operator pkg/daemon/drain.go (removed mirrors drain)",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "rewritten in place",
      """
      # Mirrors of the release
      apiVersion: operator.openshift.io/v1alpha1
      kind: ⟦ImageContentSourcePolicy⟧ # from oc-mirror
      metadata:
        name: release-0
      spec:
        repositoryDigestMirrors:   # sorted
        - mirrors:
          - mirror.lab.example.com:5000/openshift/release
          # the content
          source: quay.io/openshift-release-dev/ocp-v4.0-art-dev
      """,
      fixed: """
        # Mirrors of the release
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet # from oc-mirror
        metadata:
          name: release-0
        spec:
          imageDigestMirrors:   # sorted
          - mirrors:
            - mirror.lab.example.com:5000/openshift/release
            # the content
            source: quay.io/openshift-release-dev/ocp-v4.0-art-dev
        """, message: "deprecated"),
    .bad(
      "an entry that the new kind refuses is repaired first",
      """
      apiVersion: operator.openshift.io/v1alpha1
      kind: ⟦ImageContentSourcePolicy⟧
      metadata:
        name: tagged
      spec:
        repositoryDigestMirrors:
        - source: quay.io/team/app:v1
          mirrors: [mirror.lab.example.com:5000/team/app]
      """),
    .bad(
      "a template is rewritten only when asked to",
      """
      apiVersion: "operator.openshift.io/v1alpha1"
      kind: ⟦'ImageContentSourcePolicy'⟧
      metadata: {name: helm}
      spec:
        "repositoryDigestMirrors":
        - source: registry.redhat.io
          mirrors: ["{{ .Values.mirror }}/redhat"]
      """,
      fixed: """
        apiVersion: "config.openshift.io/v1"
        kind: 'ImageDigestMirrorSet'
        metadata: {name: helm}
        spec:
          "imageDigestMirrors":
          - source: registry.redhat.io
            mirrors: ["{{ .Values.mirror }}/redhat"]
        """, testOnly: true),
    .bad(
      "an ImageDigestMirrorSet of that name is there already",
      """
      apiVersion: operator.openshift.io/v1alpha1
      kind: ⟦ImageContentSourcePolicy⟧
      metadata:
        name: release-0
      spec:
        repositoryDigestMirrors:
        - source: quay.io/openshift-release-dev
          mirrors: [mirror.lab.example.com:5000/openshift]
      ---
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: release-0
      spec:
        imageDigestMirrors:
        - source: quay.io/openshift-release-dev
          mirrors: [mirror.lab.example.com:5000/openshift]
      """),
    .good(
      "before 4.13 there is nothing else",
      """
      apiVersion: operator.openshift.io/v1alpha1
      kind: ImageContentSourcePolicy
      metadata:
        name: release-0
      spec:
        repositoryDigestMirrors:
        - source: quay.io/openshift-release-dev
          mirrors: [mirror.lab.example.com:5000/openshift]
      """, release: Release(4, 12)),
  ]

  public init() {}

  public func check(_ file: LintedFile, _ findings: inout Findings) {
    guard file.settings.release >= Release(4, 13) else { return }
    let sets = file.resources.compactMap(\.mirrorSet)
    let taken = Set(sets.filter { $0.resource.kind == .imageDigestMirrorSet }.compactMap { $0.resource.name?.value })
    for set in sets where set.resource.kind == .imageContentSourcePolicy {
      let resource = set.resource
      // Nobody wrote this kind: of install-config another rule speaks.
      if case .derived = resource.carrier { continue }
      let isTaken = resource.name.map { taken.contains($0.value) } ?? false
      var fixes: [Fix] = []
      if !isTaken, let migration = MirrorSetMigration(set, in: resource) {
        fixes = [
          Fix(
            "Rewrite it as an ImageDigestMirrorSet", safety: migration.isCertain ? .safe : .unsafe,
            edits: migration.edits)
        ]
      }
      findings.report(
        "ImageContentSourcePolicy\(resource.name.map { " '\($0.value)'" } ?? "") is deprecated since 4.13",
        // Other fixes do not go into quoted text; this one says itself where it does.
        at: resource.kindName.span, field: "kind", resource: resource.isEditable ? resource : nil,
        reference: ResourceReference(resource),
        help: isTaken
          ? "an ImageDigestMirrorSet of this name is in the file: when it holds the same entries, delete this object"
          : fixes.isEmpty && Self.isOnlyAPart(set) ? Self.helpForParts : Self.help(fixes.first),
        fixes: fixes)
    }
  }

  /// Of what is read as a part of an object, and could become an ImageDigestMirrorSet otherwise.
  public static let helpForParts =
    "it is read as a part of an object that is made elsewhere, which may name its kind or its fields: rewrite both "
      + "together"

  private static func isOnlyAPart(_ set: MirrorSet) -> Bool {
    guard set.resource.isPatch else { return false }
    var whole = set.resource
    whole.isPatch = false
    return MirrorSetMigration(set, in: whole) != nil
  }

  /// What to write in its place, or why `migrate` leaves an object as it is.
  private static func help(_ fix: Fix?) -> String {
    guard let fix else {
      return
        "it cannot become an ImageDigestMirrorSet as it stands: the new kind refuses an entry or a key of it, which "
        + "`registrylint lint` names, or its text cannot be edited in place"
    }
    let help =
      "an ImageDigestMirrorSet (config.openshift.io/v1) with the same entries gives nodes the same files; create it "
      + "before this object is deleted, else nodes drain"
    if fix.safety == .safe { return help }
    return help + "; placeholders hide a part of it, so that only --unsafe-fixes rewrites it: look at the result"
  }
}

import Diagnostics
import RegistryConfig
import Reporting
import SourceText
import Testing

@testable import RegistryLint

/// `migrate`, `format` and fixes inside of carriers: in place where the bytes are those of the file, else not at all.
@Suite struct CarrierEditTests {
  private static let policy = """
    apiVersion: operator.openshift.io/v1alpha1
    kind: ImageContentSourcePolicy
    metadata:
      name: mirrors
    spec:
      # of the lab
      repositoryDigestMirrors:
      - mirrors:
        - mirror.lab.example.com/b
        source: quay.io/b
      - mirrors:
        - mirror.lab.example.com/a
        source: quay.io/a
    """

  private static func indented(_ text: String, by count: Int) -> String {
    text.split(separator: "\n").map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
  }

  private static func carriers(_ object: String) -> [(path: String, text: String)] {
    [
      (
        "template.yaml",
        "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata:\n  name: t\nobjects:\n- \(indented(object, by: 2).dropFirst(2))\nparameters:\n- name: NAME\n"
      ),
      (
        "syncset.yaml",
        "apiVersion: hive.openshift.io/v1\nkind: SelectorSyncSet\nmetadata:\n  name: s\nspec:\n  resources:\n  - \(indented(object, by: 4).dropFirst(4))\n"
      ),
      (
        "policy.yaml",
        "apiVersion: policy.open-cluster-management.io/v1\nkind: ConfigurationPolicy\nmetadata:\n  name: p\nspec:\n  remediationAction: enforce\n  object-templates:\n  - complianceType: musthave\n    objectDefinition:\n\(indented(object, by: 6))\n"
      ),
      (
        "work.yaml",
        "apiVersion: work.open-cluster-management.io/v1\nkind: ManifestWork\nmetadata:\n  name: w\n  namespace: edge\nspec:\n  workload:\n    manifests:\n    - \(indented(object, by: 6).dropFirst(6))\n"
      ),
    ]
  }

  private static func text(_ change: FileChange?) -> String? { change.map { String(decoding: $0.new, as: UTF8.self) } }

  @Test func migrationRewritesNestedObjects() async throws {
    let migrated = Self.policy.replacing("operator.openshift.io/v1alpha1", with: "config.openshift.io/v1")
      .replacing("ImageContentSourcePolicy", with: "ImageDigestMirrorSet")
      .replacing("repositoryDigestMirrors", with: "imageDigestMirrors")
    for (old, new) in zip(Self.carriers(Self.policy), Self.carriers(migrated)) {
      let scratch = try ScratchRepository()
      try scratch.write(old.text, to: old.path)
      let migration = try await Migration(scratch.request())
      #expect(Self.text(migration.changes.first) == new.text, "\(old.path)")
      #expect(migration.isFaithful, "\(old.path)")
    }
  }

  /// The text of a ConfigMap's value in the styles that can hold it.
  @Test func migrationReplacesWordsInQuotedAndFoldedText() async throws {
    let json =
      #"{"apiVersion": "operator.openshift.io/v1alpha1", "kind": "ImageContentSourcePolicy", "metadata": {"name": "j"},"#
      + #" "spec": {"repositoryDigestMirrors": [{"source": "quay.io/a", "mirrors": ["mirror.lab.example.com/a"]}]}}"#
    let values = [
      "'\(json)'", "\"\(json.replacing("\"", with: "\\\""))\"", ">-\n    \(json.replacing(", \"spec\"", with: ",\n    \"spec\""))",
      "\"\(Self.policy.replacing("\n", with: "\\n"))\"",
    ]
    for value in values {
      let scratch = try ScratchRepository()
      let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: q\ndata:\n  icsp.yaml: \(value)\n"
      try scratch.write(map, to: "map.yaml")
      let migration = try await Migration(scratch.request())
      let migrated = map.replacing("operator.openshift.io/v1alpha1", with: "config.openshift.io/v1")
        .replacing("ImageContentSourcePolicy", with: "ImageDigestMirrorSet")
        .replacing("repositoryDigestMirrors", with: "imageDigestMirrors")
      #expect(Self.text(migration.changes.first) == migrated)
      #expect(migration.isFaithful && migration.skipped.isEmpty)
    }
  }

  @Test func migrationEditsLiteralTextAndNoEscapes() async throws {
    let scratch = try ScratchRepository()
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\ndata:\n  icsp.yaml: |\n\(Self.indented(Self.policy, by: 4))\n"
    try scratch.write(map, to: "literal.yaml")
    let quoted = Self.policy.replacing("\n", with: "\\n").replacing("kind: I", with: "kind: \\x49")
    try scratch.write("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: q\ndata:\n  icsp.yaml: \"\(quoted)\"\n", to: "quoted.yaml")
    let migration = try await Migration(scratch.request())
    #expect(migration.changes.map(\.path.text) == ["literal.yaml"])
    let new = Self.text(migration.changes.first)
    #expect(new?.contains("    kind: ImageDigestMirrorSet\n") == true && new?.contains("      # of the lab\n") == true)
    let left = migration.skipped.first { $0.places.first?.hasPrefix("quoted.yaml") == true }
    #expect(left?.reason.contains("cannot be edited in place") == true)
  }

  @Test func formatSortsNestedObjects() async throws {
    for carrier in Self.carriers(Self.policy) {
      let scratch = try ScratchRepository()
      try scratch.write(carrier.text, to: carrier.path)
      let run = try await FormatRun(scratch.request())
      let new = try #require(Self.text(run.changes.first), "\(carrier.path)")
      let first = try #require(new.firstRange(of: "source: quay.io/a"))
      let second = try #require(new.firstRange(of: "source: quay.io/b"))
      #expect(first.lowerBound < second.lowerBound, "\(carrier.path)")
      #expect(new.contains("# of the lab"))
      // Nothing outside of the object moves.
      #expect(new.prefix(40) == carrier.text.prefix(40))
    }
  }

  @Test func formatLeavesTextInStringsAndFieldsOfOthersAlone() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\ndata:\n  icsp.yaml: |\n\(Self.indented(Self.policy, by: 4))\n", to: "map.yaml")
    try scratch.write(
      "imageDigestSources:\n- source: quay.io/b\n  mirrors: [mirror.lab.example.com/b]\n- source: quay.io/a\n  mirrors: [mirror.lab.example.com/a]\n",
      to: "fragment.yaml")
    #expect(try await FormatRun(scratch.request()).changes.isEmpty)
  }

  @Test func fixesStayInsideOfCarriedObjects() async throws {
    let scratch = try ScratchRepository()
    let text = """
      apiVersion: template.openshift.io/v1
      kind: Template
      metadata: {name: t}
      objects:
      - apiVersion: config.openshift.io/v1
        kind: Image
        metadata: {name: cluster}
        spec:
          registrySources:
            insecureRegistries:
            - https://a.lab.example.com
            - ${REGISTRY}
            - https://${HOST}
      parameters:
      - {name: REGISTRY, value: "https://b.lab.example.com"}
      - {name: HOST, value: c.lab.example.com}

      """
    try scratch.write(text, to: "template.yaml")
    let run = try await FixRun(scratch.request(), unsafe: true)
    #expect(Self.text(run.changes.first) == text.replacing("https://a.lab", with: "a.lab"))
    // What parameters supply is found and left to people.
    #expect(run.outcome.report.open.filter { $0.rule == "registry-entry-scheme" }.count == 2)
  }

  @Test func derivedObjectsAreCalledWhatTheyAreWrittenAs() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(
      """
      apiVersion: hypershift.openshift.io/v1beta1
      kind: HostedCluster
      metadata: {name: demo, namespace: clusters}
      spec:
        configuration:
          image:
            registrySources: {insecureRegistries: ["https://a.lab.example.com"]}
      """, to: "hosted.yaml")
    let found = try #require(try await Linter().run(scratch.request()).report.open.first)
    #expect(found.resource?.kind == "HostedCluster" && found.resource?.name == "demo")
    #expect(found.field == "spec.configuration.image.registrySources.insecureRegistries[0]")
    #expect(found.fixes.isEmpty)
    #expect(found.clusters.contains { $0.contains("hosted cluster clusters/demo") })
  }

  @Test func carriedFilesOfNodesAreJudgedPerCluster() async throws {
    let scratch = try ScratchRepository()
    func config(_ role: String) -> String {
      """
        - apiVersion: machineconfiguration.openshift.io/v1
          kind: MachineConfig
          metadata:
            name: 99-\(role)-mirrors
            labels: {machineconfiguration.openshift.io/role: \(role)}
          spec:
            config:
              storage:
                files:
                - path: /etc/containers/registries.conf.d/50-mirrors.conf
                  contents: {source: "data:,short-name-mode%20%3D%20%22permissive%22"}

      """
    }
    func set(_ label: String, _ configs: String) -> String {
      "apiVersion: hive.openshift.io/v1\nkind: SelectorSyncSet\nmetadata: {name: \(label)}\nspec:\n  clusterDeploymentSelector: {matchLabels: {env: \(label)}}\n  resources:\n\(configs)"
    }
    try scratch.write(set("both", config("worker") + config("master")), to: "both.yaml")
    try scratch.write(set("one", config("worker")), to: "one.yaml")
    let open = try await Linter().run(scratch.request()).report.open
    #expect(open.map(\.rule) == ["machineconfig-one-role"])
    #expect(open.first?.span.file.path.text == "one.yaml")
  }

  @Test func policyGeneratorsPlaceTheFilesTheyName() async throws {
    let scratch = try ScratchRepository()
    func image(_ registry: String) -> String {
      "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec: {registrySources: {insecureRegistries: [\(registry)]}}\n"
    }
    try scratch.write(image("a.lab.example.com"), to: "source/image.yaml")
    try scratch.write(image("b.lab.example.com"), to: "source/other.yaml")
    #expect(try await Linter().run(scratch.request()).report.open.contains { $0.rule == "two-images" })
    try scratch.write(
      """
      apiVersion: policy.open-cluster-management.io/v1
      kind: PolicyGenerator
      metadata: {name: g}
      policyDefaults: {remediationAction: enforce, placement: {labelSelector: {env: a}}}
      policies:
      - {name: p, manifests: [{path: source/image.yaml}]}
      """, to: "generator.yaml")
    #expect(try await Linter().run(scratch.request()).report.open.isEmpty)
  }

  /// Patches name an object by its kind and by fields of that kind: without them it must not become another one.
  @Test(arguments: [
    (
      "patches:\n- target: {kind: ImageContentSourcePolicy}\n  patch: |-\n    - op: replace\n      path: /spec/repositoryDigestMirrors/0/source\n      value: quay.io/patched\n",
      nil
    ),
    (
      "patches:\n- path: p.yaml\n",
      "apiVersion: operator.openshift.io/v1alpha1\nkind: ImageContentSourcePolicy\nmetadata:\n  name: mirrors\nspec:\n  repositoryDigestMirrors:\n  - source: quay.io/patched\n    mirrors: [mirror.lab.example.com/p]\n"
    ),
  ] as [(String, String?)])
  func whatAKustomizationPatchesKeepsItsKind(overlay: String, patch: String?) async throws {
    let scratch = try ScratchRepository()
    try scratch.write(Self.policy, to: "base/policy.yaml")
    try scratch.write("resources: [policy.yaml]\n", to: "base/kustomization.yaml")
    try scratch.write("resources: [../base]\n" + overlay, to: "prod/kustomization.yaml")
    if let patch { try scratch.write(patch, to: "prod/p.yaml") }
    let run = try await FixRun(scratch.request(), unsafe: true)
    #expect(run.changes.isEmpty)
    let migration = try await Migration(scratch.request())
    #expect(migration.isFaithful)
    #expect(migration.changes.isEmpty)
    #expect(migration.skipped.contains { $0.reason.contains("kustomization") && $0.places == ["base/policy.yaml:2"] })
    // Also when nothing but the file is named, wherever the user is.
    try scratch.git("init", "-q")
    var requests = [scratch.request(.workingTree(paths: ["base/policy.yaml"]))]
    requests.append(scratch.request(.workingTree(paths: ["policy.yaml"]), in: "base"))
    if patch != nil { requests.append(scratch.request(.workingTree(paths: ["prod/p.yaml"]))) }
    for request in requests {
      #expect(try await FixRun(request, unsafe: true).changes.isEmpty)
      // What is told without repairing is what repairing does.
      let report = try await Linter().run(request).report
      #expect(report.fixableCount(.safe) + report.fixableCount(.unsafe) == 0 && report.diagnostics.allSatisfy(\.fixes.isEmpty))
      let migration = try await Migration(request)
      #expect(migration.isFaithful && migration.changes.isEmpty)
      #expect(migration.skipped.count == 1 && migration.summary == "no ImageContentSourcePolicy was migrated\n")
    }
  }

  /// A kustomization that takes a file as it is does not keep it from being migrated alone.
  @Test func aFileThatNoKustomizationChangesIsMigratedAlone() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.write(Self.policy, to: "base/policy.yaml")
    try scratch.write(Self.policy, to: "other/policy.yaml")
    try scratch.write("resources: [policy.yaml]\n", to: "base/kustomization.yaml")
    for path in ["base/policy.yaml", "other/policy.yaml"] {
      let migration = try await Migration(scratch.request(.workingTree(paths: [path])))
      #expect(migration.isFaithful && migration.skipped.isEmpty)
      #expect(migration.changes.map(\.path.text) == [path])
    }
  }
}

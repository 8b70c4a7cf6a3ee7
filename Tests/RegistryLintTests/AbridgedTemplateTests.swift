import Rules
import SourceText
import Testing

@testable import RegistryLint

/// A large Template of which only what holds something is parsed says the same as the whole.
@Suite struct AbridgedTemplateTests {
  private static let settings = RuleSettings(now: 1_780_272_000)

  private static func syncSet(_ name: Int, _ resource: String) -> String {
    """
    - apiVersion: hive.openshift.io/v1
      kind: SelectorSyncSet
      metadata: {name: set-\(name)}
      spec:
        clusterDeploymentSelector: {matchLabels: {group: g\(name % 3)}}
        resources:
    \(resource)

    """
  }

  private static func role(_ number: Int) -> String {
    let rules = (0..<40).map { "      - {apiGroups: [''], resources: ['é\(number)-\($0)'], verbs: [get, list, watch]}\n" }
    return "    - apiVersion: v1\n      kind: Role\n      rules:\n" + rules.joined()
  }

  private static let machineConfig = """
        - apiVersion: machineconfiguration.openshift.io/v1
          kind: MachineConfig
          metadata: {name: '99-${NAME}'}
          spec:
            config:
              storage:
                files:
                - path: /etc/containers/registries.conf.d/a.conf
                  contents: {source: 'data:,%5B%5Bregistry%5D%5D%0Alocation%20%3D%20%22quay.io%22%0A'}
    """
  private static let configMap = """
        - apiVersion: v1
          kind: ConfigMap
          metadata: {name: a, namespace: openshift-config}
          data: {a: b}
    """
  private static let image = """
        - apiVersion: config.openshift.io/v1
          kind: Image
          metadata: {name: cluster}
          spec: {registrySources: {insecureRegistries: ['https://registry.lab']}}
    """

  private static func template(_ special: [Int: String], tail: String = "") -> SourceFile {
    let objects = (0..<120).map { syncSet($0, special[$0] ?? role($0)) }
    let head = "kind: Template\napiVersion: v1\nparameters: [{name: NAME, value: mirrors}]\nobjects:\n"
    return SourceFile(path: "template.yaml", text: head + objects.joined() + tail)
  }

  private func signature(_ file: HistoricFile) -> [String] {
    let parsed = file.file(isPatch: false, referenced: [])
    let resources = parsed.resources.map { "\($0.resource.title) \($0.resource.root.span.range) \($0.resource.carrier)" }
    let carriers = parsed.carriers.map { "\($0.kindName) \($0.root.span.range) \($0.head.range) \($0.destination) \($0.files.count)" }
    let problems = parsed.stream.documents.compactMap { $0.problem.map { "\($0.message) \($0.span.range)" } }
    let findings = RuleEngine(rules: RuleRegistry.all).checkText(of: parsed).map { "\($0.rule) \($0.message) \($0.span.range)" }
    let workloads = parsed.workloadImages.map(\.reference.value)
    return resources + carriers + problems + findings + workloads + file.limits.map { "\($0)" }
  }

  @Test(arguments: [
    template([3: machineConfig, 40: configMap, 119: machineConfig]), template([0: machineConfig, 1: machineConfig]),
    template([5: machineConfig], tail: "labels: {a: b}\n"),
    template([5: role(0) + machineConfig + "\n" + role(1) + configMap + "\n" + role(2)]), template([5: configMap]), template([5: machineConfig, 6: image]),
    template([5: machineConfig, 6: "    - kind: \"Role\n"]), template([5: machineConfig, 6: "    - kind: &a Role\n    - kind: *a\n"]),
    template([5: machineConfig, 6: "    - kind: {{ a\n", 7: "    - kind: b }}\n"]),
  ])
  func theRestSaysTheSame(source: SourceFile) {
    let barren = BarrenObjects()
    #expect(source.bytes.count > BarrenObjects.shortestFile)
    let expected = signature(HistoricFile(source, settings: Self.settings))
    for _ in 0..<2 {
      let file = HistoricFile(source, settings: Self.settings, abridged: barren.abridgement(of: source))
      #expect(signature(file) == expected)
      #expect(!expected.isEmpty)
    }
  }

  @Test func littleOfItIsParsed() {
    let barren = BarrenObjects()
    let source = Self.template([3: Self.machineConfig])
    let file = HistoricFile(source, settings: Self.settings, abridged: barren.abridgement(of: source))
    #expect(file.cost < source.bytes.count / 3 && file.matters)
    // Where resources count, everything around them does.
    let whole = Self.template([3: Self.machineConfig, 4: Self.image])
    #expect(HistoricFile(whole, settings: Self.settings, abridged: barren.abridgement(of: whole)).cost == whole.bytes.count)
  }
}

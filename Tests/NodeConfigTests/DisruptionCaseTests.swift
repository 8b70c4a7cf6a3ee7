import Foundation
import NodeConfig
import RegistryConfig
import SourceText
import Testing
import YAMLSyntax

/// What a change does to nodes, as the real Machine Config Daemon decided it.
struct DisruptionCaseTests {
  struct Answer: Decodable {
    let filesChanged: [String]?
    let actions: [String]?
    let drain: Bool?
    let reboot: Bool?
    let error: String?
    let errorStage: String?
    let oldError: String?
    let oldErrorStage: String?
    let warning: [String?]?

    func difference(from disruption: Disruption) -> String? {
      let known = disruption.isKnown
      let warnings = [disruption.warnings.old, disruption.warnings.new]
      var found: [String] = []
      func compare<Value: Equatable>(_ name: String, _ ours: Value, _ real: Value) {
        if ours != real { found.append("\(name) \(ours), real \(real)") }
      }
      compare("files", known ? disruption.filesChanged : nil, filesChanged)
      compare("actions", known ? disruption.actions.map(\.rawValue) : nil, actions)
      compare("drain", known ? disruption.drain : nil, drain)
      compare("reboot", known ? disruption.reboot : nil, reboot)
      compare("error", disruption.error?.message, error)
      compare("stage", disruption.error?.stage.rawValue, errorStage)
      compare("old error", disruption.oldError?.message, oldError)
      compare("old stage", disruption.oldError?.stage.rawValue, oldErrorStage)
      compare("warning", warnings == [nil, nil] ? nil : warnings, warning)
      compare("has causes", !disruption.causes.isEmpty, disruption.drain)
      return found.isEmpty ? nil : found.joined(separator: "; ")
    }
  }

  private func disruption(_ old: String, _ new: String) -> Disruption {
    Disruption.between(old: Cases.render(old), new: Cases.render(new))
  }

  @Test func namedCases() throws {
    var differences = Cases.Differences()
    for folder in try Cases.folders("disruption") {
      let answer = try Cases.json(Answer.self, folder.appendingPathComponent("expected.json"))
      let result = disruption(
        try Cases.text(folder.appendingPathComponent("old.yaml")),
        try Cases.text(folder.appendingPathComponent("new.yaml")))
      differences.compare(folder.lastPathComponent, answer.difference(from: result))
    }
    #expect(differences.count >= 80)
    #expect(differences.differing.isEmpty, "\(differences)")
  }

  @Test func randomCases() throws {
    struct RandomAnswer: Decodable {
      let actions: [String]
      let drain: Bool
      let error: String
    }
    struct Line: Decodable {
      let old: String
      let new: String
      let expected: RandomAnswer
    }
    var differences = Cases.Differences()
    for (index, line) in try Cases.lines(Line.self, "disruption").enumerated() {
      let result = disruption(line.old, line.new)
      let actions = result.actions.isEmpty ? ["nothing"] : result.actions.map(\.rawValue)
      let isEqual =
        actions == line.expected.actions && result.drain == line.expected.drain
        && (result.error?.message ?? "<nil>") == line.expected.error
      differences.compare("\(index)", isEqual ? nil : "\(result.reason), real \(line.expected)")
    }
    #expect(differences.count >= 120)
    #expect(differences.differing.isEmpty, "\(differences)")
  }

  /// The cause that is shown explains the verdict, whatever else changes before it.
  @Test func causesByWeight() {
    func image(_ sources: String) -> String {
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata: {name: cluster}
      spec: {registrySources: {\(sources)}}
      """
    }
    let old = image("insecureRegistries: [a.io, b.io]")
    let drained = disruption(old, image("insecureRegistries: [b.io], blockedRegistries: [c.io]"))
    #expect(drained.drain && !drained.reboot && drained.causes.count == 2)
    #expect(drained.reason == "nodes are drained: \(drained.explanation)")
    #expect(drained.explanation.hasPrefix("the entry of a.io is removed (") && drained.explanation.hasSuffix("), and 1 more"))
    let rebooted = disruption(old, image("containerRuntimeSearchRegistries: [s.io]"))
    #expect(rebooted.reboot && rebooted.actions == [.reboot] && rebooted.causes.count == 3)
    #expect(rebooted.reason == "nodes are drained and rebooted: \(rebooted.explanation)")
    #expect(rebooted.explanation.hasPrefix("containerRuntimeSearchRegistries is new, "))
    #expect(rebooted.explanation.hasSuffix(", and 2 more"))
    let reloaded = disruption(
      image("allowedRegistries: [a.io]"), image("allowedRegistries: [a.io, b.io]"))
    #expect(!reloaded.drain && reloaded.causes.isEmpty)
    #expect(reloaded.explanation == "/etc/containers/policy.json changes")
    #expect(disruption(old, old).explanation == "no file on a node changes")
  }
  /// A cluster's own policy takes the place of the default one for the same path, and the closest decides.
  @Test(arguments: [
    ("/etc/containers/registries.conf", "{type: None}", [], false),
    ("/etc/containers/registries.conf", "{type: Drain}, {type: Reload, reload: {serviceName: crio.service}}",
      ["Drain", "Reload:crio.service"], true),
    ("/etc/containers/registries.conf", "{type: Reboot}, {type: None}", ["Reboot"], true),
    ("/etc/containers/", "{type: None}", ["Special"], true),
    ("/etc/containers/registries.con", "{type: None}", ["Special"], true),
    // What cannot be read leaves the default, and is said.
    ("/etc/containers/registries.conf", "{type: ${TYPE}}", ["Special"], true),
  ])
  func policiesOfTheCluster(_ path: String, _ asked: String, _ actions: [String], _ drain: Bool) {
    func image(_ host: String) -> String {
      "{apiVersion: config.openshift.io/v1, kind: Image, metadata: {name: cluster}, "
        + "spec: {registrySources: {insecureRegistries: [\(host)]}}}"
    }
    let manifest = """
      apiVersion: operator.openshift.io/v1
      kind: MachineConfiguration
      metadata: {name: cluster}
      spec: {nodeDisruptionPolicy: {files: [{path: '\(path)', actions: [\(asked)]}]}}
      """
    let file = SourceFile(path: RepositoryPath("policy.yaml"), bytes: Array(manifest.utf8))
    let policies = NodeDisruptionPolicies(of: ResourceReader().reading(of: YAMLStream(file)).carriers)
    let (old, new) = (Cases.render(image("a.io")), Cases.render(image("b.io")))
    let told = Disruption.between(old: old, new: new, policies: (policies, policies))
    #expect(told.actions.map(\.rawValue) == actions && told.drain == drain && told.causes.isEmpty == !drain)
    #expect(told.reason.contains("decides, which cannot be read") == asked.contains("$"))
    #expect(told.mayBeOverruled == false && told.policyChange == nil)
  }
}

import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A MachineConfig that the operator writes.
public struct GeneratedMachineconfig: Rule {
  public static let documentation = RuleDocumentation(
    id: "generated-machineconfig", code: "HYG507", category: .hygiene, severity: .error, effect: .notApplied,
    summary: "A MachineConfig `99-<pool>-generated-registries` in Git.",
    why: "The Machine Config Operator writes it from the Image, the mirror sets and the policies of the cluster, and "
      + "reverts every change. The file shows an old state of it.",
    instead: "The Image and the mirror sets from which it is made.",
    sources: ["machine-config-operator pkg/controller/container-runtime-config", "openshift/machine-config-operator#3961"])

  public static let examples: [RuleExample] = [
    .bad(
      "taken from a cluster",
      """
      apiVersion: machineconfiguration.openshift.io/v1
      kind: MachineConfig
      metadata:
        name: ⟦99-worker-generated-registries⟧
        labels:
          machineconfiguration.openshift.io/role: worker
      spec:
        config:
          storage:
            files:
            - path: /etc/containers/registries.conf
              contents:
                source: data:,
      """),
    .good(
      "one of our own",
      """
      apiVersion: machineconfiguration.openshift.io/v1
      kind: MachineConfig
      metadata:
        name: 99-worker-registries
        labels:
          machineconfiguration.openshift.io/role: worker
      spec:
        config:
          storage:
            files:
            - path: /etc/containers/registries.conf.d/50-team.conf
              contents:
                source: data:,
      """),
  ]

  public init() {}

  public func check(_ file: LintedFile, _ findings: inout Findings) {
    for object in file.carriers where object.kind == .machineConfig {
      guard let name = object.name, name.value.hasPrefix("99-"), name.value.hasSuffix("-generated-registries") else { continue }
      findings.report(
        "the Machine Config Operator writes \(Quoted.text(name.value)) itself", at: name.span, field: "metadata.name",
        reference: ResourceReference(object),
        help: "what is applied is reverted; delete the file and write the Image and the mirror sets that you mean")
    }
  }
}

import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A MachineConfig that writes a file which the Machine Config Operator writes, too.
public struct MachineconfigRegistriesConf: Rule {
  public static let documentation = RuleDocumentation(
    id: "machineconfig-registries-conf", code: "XRS410", category: .cross, severity: .warning, effect: .notApplied,
    summary:
      "A MachineConfig that writes `registries.conf` or `policy.json` on a cluster with an Image or mirror sets.",
    why: "The Machine Config Operator writes the same files from those objects, as MachineConfig "
      + "`99-<pool>-generated-registries`. Of two MachineConfigs with one file the later by name wins as a whole: "
      + "either these mirrors and lists, or those of the objects, are not on the nodes.",
    instead: "A drop-in in `/etc/containers/registries.conf.d`, or the objects alone.",
    sources: ["machine-config-operator pkg/controller/container-runtime-config", "okd-project/okd#237"])

  private static let mirrors = """
    apiVersion: config.openshift.io/v1
    kind: ImageDigestMirrorSet
    metadata:
      name: mirrors
    spec:
      imageDigestMirrors:
      - source: quay.io/team
        mirrors: [mirror.lab.example.com/team]
    """

  private static func config(_ path: String) -> String {
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
          - path: \(path)
            contents:
              source: data:,
    """
  }

  public static let examples: [RuleExample] = [
    .bad("beside a mirror set", "\(config("⟦/etc/containers/registries.conf⟧"))\n---\n\(mirrors)"),
    .bad(
      "policy.json beside a list of registries",
      "\(config("⟦/etc/containers/policy.json⟧"))\n---\n\(ImageExample.spec("registrySources:\n  blockedRegistries: [bad.example.com]"))"),
    .good("a drop-in", "\(config("/etc/containers/registries.conf.d/50-team.conf"))\n---\n\(mirrors)"),
    .good("nothing else writes the file", config("/etc/containers/registries.conf")),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    for object in cluster.carriers(.machineConfig) where object.name?.value.hasSuffix("-generated-registries") != true {
      for file in object.files {
        let path = file.path.value
        let other: Resource?
        switch path {
        case NodePath.registriesConf:
          other =
            cluster.mirrorSets.first?.resource
            ?? cluster.images.first { $0.isInForce && $0.hasRegistrySources }?.resource
        case NodePath.policy:
          other =
            cluster.images.first { $0.isInForce && ($0.allowedRegistries != nil || $0.blockedRegistries != nil) }?
            .resource
            ?? cluster.signaturePolicies.first?.resource
        default: continue
        }
        guard let other else { continue }
        findings.report(
          "\(object.kindName)\(object.quotedName) writes \(Quoted.text(path)), and so does the Machine Config Operator",
          at: file.path.span, field: "spec.config.storage.files", reference: ResourceReference(object),
          related: [
            Label(
              "the operator writes it from this \(other.kind.rawValue)", at: other.name?.span ?? other.kindName.span)
          ],
          help: "the MachineConfig whose name comes last replaces the file of the other; write a drop-in in "
            + "/etc/containers/registries.conf.d, or put all of it into the objects")
      }
    }
  }
}

extension ImageConfiguration {
  fileprivate var hasRegistrySources: Bool {
    [allowedRegistries, blockedRegistries, insecureRegistries].contains { $0?.entries.isEmpty == false }
  }
}

import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A drop-in of registries.conf on a part of the nodes.
public struct MachineconfigOneRole: Rule {
  public static let documentation = RuleDocumentation(
    id: "machineconfig-one-role", code: "XRS412", category: .cross, severity: .warning, effect: .pullsFail,
    summary: "A drop-in of registries.conf that a MachineConfig writes for `worker` or `master` alone.",
    why: "A MachineConfig is for one pool. Pods on nodes of the other pool pull without these mirrors or search "
      + "registries: what works depends on where a pod is scheduled.",
    instead: "A MachineConfig of each pool with the same file.",
    sources: ["machine-config-operator docs/MachineConfiguration.md"])

  private static func config(_ role: String, path: String) -> String {
    """
    apiVersion: machineconfiguration.openshift.io/v1
    kind: MachineConfig
    metadata:
      name: 99-\(role)-mirrors
      labels:
        machineconfiguration.openshift.io/role: \(role)
    spec:
      config:
        storage:
          files:
          - path: \(path)
            contents:
              source: data:,short-name-mode%20%3D%20%22permissive%22
    """
  }

  private static let path = "/etc/containers/registries.conf.d/50-mirrors.conf"

  public static let examples: [RuleExample] = [
    .bad("workers only", config("worker", path: "⟦\(path)⟧"), message: "'worker'"),
    .good("both pools", "\(config("worker", path: path))\n---\n\(config("master", path: path))"),
    .good("a pool of its own inherits from worker", config("infra", path: path)),
    .good(
      "a role that is filled in",
      config("worker", path: path).replacing("role: worker", with: "role: {{ .role }}")),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    let objects = cluster.carriers(.machineConfig)
    let files = objects.flatMap { object in object.files.map { (object: object, file: $0) } }
      .filter { NodePath($0.file.path.value).isDropIn }
    // One without a known role may be for the other pool.
    guard !files.contains(where: { $0.file.role == nil || $0.object.isPartial }) else { return }
    let roles = Dictionary(grouping: files) { $0.file.path.value }.mapValues { Set($0.compactMap(\.file.role)) }
    for (object, file) in files {
      guard let role = file.role, role == "worker" || role == "master", let all = roles[file.path.value],
        all.contains("worker") != all.contains("master")
      else { continue }
      let other = role == "worker" ? "master" : "worker"
      findings.report(
        "the drop-in \(Quoted.text(file.path.value)) is for nodes of the pool '\(role)' alone", at: file.path.span,
        field: "spec.config.storage.files", reference: ResourceReference(object),
        // A compact cluster has no workers.
        severity: role == "master" ? .note : nil,
        help: "pods on nodes of '\(other)' pull without it; add a MachineConfig with the same file for '\(other)'")
    }
  }
}

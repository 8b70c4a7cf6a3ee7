import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A drop-in of registries.conf in a MachineConfig that nodes do not read, or that breaks every pull.
public struct MachineconfigDropinWrong: Rule {
  public static let documentation = RuleDocumentation(
    id: "machineconfig-dropin-wrong", code: "XRS411", category: .cross, severity: .error, effect: .pullsFail,
    fixing: .unsafe,
    summary:
      "A MachineConfig or Butane file with a drop-in under `registries.d`, without the ending `.conf`, or with TOML "
      + "that container tools refuse.",
    why: "Nodes read `/etc/containers/registries.conf` and the `*.conf` files directly in "
      + "`/etc/containers/registries.conf.d`. Another folder or ending is ignored. One entry that cannot be read makes "
      + "every pull on the node fail: \"loading registries configuration\".",
    instead: "`/etc/containers/registries.conf.d/<number>-<name>.conf` with TOML of version 2.",
    sources: ["containers/image pkg/sysregistriesv2/system_registries_v2.go", "openshift-docs issue 27612"])

  public static let examples: [RuleExample] = [
    .bad(
      "the folder of something else",
      """
      variant: openshift
      version: 4.20.0
      metadata:
        name: 99-worker-mirrors
        labels:
          machineconfiguration.openshift.io/role: worker
      storage:
        files:
        - path: ⟦/etc/containers/registries.d/50-mirrors.conf⟧
          contents:
            inline: |
              [[registry]]
              location = "quay.io"
      """,
      fixed: """
        variant: openshift
        version: 4.20.0
        metadata:
          name: 99-worker-mirrors
          labels:
            machineconfiguration.openshift.io/role: worker
        storage:
          files:
          - path: /etc/containers/registries.conf.d/50-mirrors.conf
            contents:
              inline: |
                [[registry]]
                location = "quay.io"
        """, message: "registries.conf.d"),
    .bad(
      "another ending",
      """
      apiVersion: machineconfiguration.openshift.io/v1
      kind: MachineConfig
      metadata:
        name: 99-worker-mirrors
        labels:
          machineconfiguration.openshift.io/role: worker
      spec:
        config:
          storage:
            files:
            - path: ⟦/etc/containers/registries.conf.d/50-mirrors.toml⟧
              contents:
                source: data:,%5B%5Bregistry%5D%5D%0Alocation%20%3D%20%22quay.io%22%0A
      """),
    .bad(
      "a scheme in the location",
      """
      variant: openshift
      version: 4.20.0
      metadata:
        name: 99-worker-mirrors
        labels:
          machineconfiguration.openshift.io/role: worker
      storage:
        files:
        - path: /etc/containers/registries.conf.d/50-mirrors.conf
          contents:
            inline: |
              [[registry]]
              location = "quay.io"
              [[registry.mirror]]
              location = ⟦"https://mirror.lab.example.com/quay"⟧
      """, message: "scheme"),
    .bad(
      "broken TOML in a data URL",
      """
      apiVersion: machineconfiguration.openshift.io/v1
      kind: MachineConfig
      metadata:
        name: 99-worker-mirrors
      spec:
        config:
          storage:
            files:
            - path: /etc/containers/registries.conf
              contents:
                source: data:,short-name-mode%20%3D%20⟦permissive⟧%0A
      """),
    .good(
      "a drop-in",
      """
      variant: openshift
      version: 4.20.0
      metadata:
        name: 99-worker-mirrors
        labels:
          machineconfiguration.openshift.io/role: worker
      storage:
        files:
        - path: /etc/containers/registries.conf.d/50-mirrors.conf
          contents:
            inline: |
              # mirrors of the lab
              unqualified-search-registries = ["registry.access.redhat.com", "docker.io"]
              [[registry]]
                prefix = ""
                location = "quay.io/edge"
                mirror-by-digest-only = false
                [[registry.mirror]]
                  location = "<registry.example.com:8443>/edge"
                  pull-from-mirror = "digest-only"
      """),
    .good(
      "signature servers belong into registries.d",
      """
      variant: openshift
      version: 4.20.0
      metadata:
        name: 99-worker-sigstore
        labels:
          machineconfiguration.openshift.io/role: worker
      storage:
        files:
        - path: /etc/containers/registries.d/quay.yaml
          contents:
            inline: |
              docker:
                quay.io:
                  lookaside: https://signatures.example.com
      """),
    .good(
      "a template is no TOML yet",
      """
      variant: openshift
      version: 4.20.0
      metadata:
        name: 99-worker-mirrors
      storage:
        files:
        - path: /etc/containers/registries.conf.d/50-mirrors.conf
          contents:
            inline: |
              {{- range .Values.mirrors }}
              [[registry]]
              location = {{ .source | quote }}
              {{- end }}
      """),
  ]

  public init() {}

  public func check(_ file: LintedFile, _ findings: inout Findings) {
    for object in file.carriers where object.kind == .machineConfig {
      for file in object.files { checkPath(file, of: object, &findings) }
    }
    for text in NodeRegistriesText.all(in: file) where text.object.kind == .machineConfig && !text.isTemplated {
      switch text.document {
      case .failure(let problem):
        findings.report(
          "\(Quoted.text(text.place.value)) is no TOML: \(problem.message)", at: text.text.span(problem.range),
          field: text.field, reference: ResourceReference(text.object),
          help: "every pull on the node fails: loading registries configuration; repair the TOML")
      case .success(let document):
        for defect in RegistriesConfDefects(document).defects {
          findings.report(
            "container tools refuse \(Quoted.text(text.place.value)): \(defect.message)",
            at: text.text.span(defect.range),
            field: text.field, reference: ResourceReference(text.object),
            help: "one entry that is refused makes every pull on the node fail: loading registries configuration")
        }
      }
    }
  }

  private func checkPath(_ file: NodeFile, of object: CarrierObject, _ findings: inout Findings) {
    let path = NodePath(file.path.value)
    let message: String
    var place = path.text.replacing("/etc/containers/registries.d/", with: NodePath.dropIns)
    if path.isBelowDropIns, !path.isDropIn {
      let isNested = path.text.hasSuffix(".conf")
      place = isNested
        ? NodePath.dropIns + path.text.dropFirst(NodePath.dropIns.count).replacing("/", with: "-") : path.text + ".conf"
      message = isNested
        ? "the drop-in \(Quoted.text(path.text)) stands in a folder of its own, which nodes do not read"
        : "the drop-in \(Quoted.text(path.text)) does not end in '.conf', so nodes do not read it"
    } else if path.text.hasPrefix("/etc/containers/registries.d/"), holdsRegistries(file) {
      message = "\(Quoted.text(path.text)) is in the folder of signature servers, not in registries.conf.d"
    } else {
      return
    }
    var fixes: [Fix] = []
    if object.isEditable, NodePath(place).isDropIn, let edit = ScalarReplacement.edit(file.path.span, with: place) {
      fixes = [Fix("Write it to \(place)", safety: .unsafe, in: file.path.span.file, [edit])]
    }
    findings.report(
      message, at: file.path.span, field: "spec.config.storage.files", reference: ResourceReference(object),
      effect: .notApplied,
      help: "nodes read only the *.conf files directly in /etc/containers/registries.conf.d; write it there",
      fixes: fixes)
  }

  /// TOML of registries, not YAML of signature servers.
  private func holdsRegistries(_ file: NodeFile) -> Bool {
    if file.path.value.hasSuffix(".conf") { return true }
    guard let bytes = file.text?.bytes else { return false }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.contains("[[registry]]") || text.contains("unqualified-search-registries")
  }
}

import Diagnostics
import RegistryConfig
import SourceText

/// Any search list: to write, change or remove it reboots nodes.
public struct SearchChangeReboots: Rule {
  public static let documentation = RuleDocumentation(
    id: "search-change-reboots", code: "IMG145", category: .image, severity: .note, effect: .disruptive, isOptIn: true,
    summary: "An Image has `containerRuntimeSearchRegistries`, whose every change reboots all nodes.",
    why: """
      The list comes to nodes as /etc/containers/registries.conf.d/01-image-searchRegistries.conf. No default node \
      disruption policy covers that path, so when the file appears, changes or goes, the Machine Config Operator \
      drains and reboots one node after the other, even when the list equals the default.
      """,
    instead: """
      Plan the change for a maintenance window, or give the path a node disruption policy (4.17) in \
      MachineConfiguration/cluster. `registrylint diff` tells for each commit what nodes will do.
      """,
    sources: ["machine-config-operator pkg/daemon/update.go, pkg/apihelpers/apihelpers.go"])

  public static let examples: [RuleExample] = [
    .bad(
      "a list", ImageExample.sources("⟦containerRuntimeSearchRegistries⟧: [registry.lab, registry.access.redhat.com]")),
    .good("no list", ImageExample.sources("allowedRegistries: [quay.io]")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard let list = resource.image?.searchRegistries, !list.entries.isEmpty else { return }
    findings.report(
      "every change of containerRuntimeSearchRegistries reboots all nodes", at: list.keySpan, field: list.field,
      help: "no default node disruption policy covers the drop-in 01-image-searchRegistries.conf, so its first writing "
        + "reboots too")
  }
}

import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// `allowedRegistries: []`, which restricts nothing.
public struct AllowedEmptyList: Rule {
  public static let documentation = RuleDocumentation(
    id: "allowed-empty-list", code: "IMG116", category: .image, severity: .warning, effect: .notApplied,
    summary: "`allowedRegistries` is an empty list.",
    why: """
      An empty list is not "allow nothing": the Machine Config Operator writes policy.json only when there is an \
      entry, so nodes go on pulling from everywhere.
      """,
    instead: "List the registries that may be used, or leave the key out when there is no restriction.",
    sources: ["machine-config-operator pkg/controller/container-runtime-config/helpers.go (updatePolicyJSON)"])

  public static let examples: [RuleExample] = [
    .bad("deny all, so it seems", ImageExample.sources("allowedRegistries: ⟦[]⟧")),
    .good("no restriction", ImageExample.sources("insecureRegistries: [registry.lab:5000]")),
    .good("other lists may be empty", ImageExample.sources("insecureRegistries: []")),
    .good(
      "beside a blocked list that is another finding",
      ImageExample.sources("allowedRegistries: []\nblockedRegistries: [docker.io]"), testOnly: true),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    guard !resource.resource.isPatch, let image = resource.image, let list = image.allowedRegistries, list.isComplete,
      let node = resource.resource.spec?["registrySources"]?["allowedRegistries"], node.items.isEmpty
    else { return }
    if image.blockedRegistries != nil, resource.settings.release >= Release(4, 18) { return }
    findings.report(
      "allowedRegistries is empty ('[]'), which allows every registry", at: list.span, field: list.field,
      help:
        "nodes keep the default policy.json and pull from everywhere; list the allowed registries, or leave the key "
        + "out")
  }
}

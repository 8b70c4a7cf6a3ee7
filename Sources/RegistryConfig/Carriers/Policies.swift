import SourceText
import YAMLSyntax

extension CarrierWalk {
  /// A `Policy` of Advanced Cluster Management: ConfigurationPolicies for the managed clusters that it is placed on.
  ///
  /// The policy's own `remediationAction` wins over that of its templates (open-cluster-management.io,
  /// governance-policy-template-sync), but for `informOnly`. A template that is no policy is applied as it stands.
  mutating func readPolicy(_ root: Node, _ context: CarrierContext) {
    guard let spec = root["spec"] else { return }
    let destination: Resource.Destination = spec["disabled"]?.bool == true ? .nowhere : policyDestination(root)
    let context = context.inside(.object("Policy"), destination: destination)
    for template in spec["policy-templates"]?.items ?? [] {
      guard let definition = template["objectDefinition"], definition.isMapping else { continue }
      if definition["kind"]?.string == "ConfigurationPolicy" {
        readConfigurationPolicy(definition, context, action: spec.located("remediationAction")?.value)
      } else {
        read(definition, context)
      }
    }
  }

  /// - Parameter action: The remediation of the policy around it.
  mutating func readConfigurationPolicy(_ root: Node, _ context: CarrierContext, action: String?) {
    guard let spec = root["spec"] else { return }
    let own = spec.located("remediationAction")?.value.lowercased()
    let isInform = own == "informonly" || (action?.lowercased() ?? own) == "inform"
    let pruning = spec["pruneObjectBehavior"]
    // A policy that is disabled is gone, whatever it would do.
    let retention = Retention(
      keepsObject: isInform || !Self.prunes(pruning), deletesOnlyCreated: pruning?.string == "DeleteIfCreated",
      informs: isInform && context.destination != .nowhere)
    let context = context.inside(context.carrier, destination: isInform ? .nowhere : nil, retention: retention)
    for template in spec["object-templates"]?.items ?? [] {
      readObjectTemplate(template, context, "ConfigurationPolicy")
    }
    readRawTemplates(spec["object-templates-raw"], context)
  }

  /// Whether a policy deletes what it made when it has it no more. A placeholder may.
  static func prunes(_ behavior: Node?) -> Bool {
    guard let behavior, !behavior.isUnknown else { return behavior != nil }
    return behavior.string == "DeleteIfCreated" || behavior.string == "DeleteAll"
  }

  /// One entry of `object-templates`. What must not be there is no configuration: only its name is kept.
  private mutating func readObjectTemplate(_ template: Node, _ context: CarrierContext, _ kind: String) {
    guard let definition = template["objectDefinition"], definition.isMapping else { return }
    let carrier = if case .text = context.carrier { context.carrier } else { Resource.Carrier.object(kind) }
    switch template.located("complianceType")?.value.lowercased() {
    case "mustnothave":
      guard let name = definition.located("kind")?.value, let kind = ResourceKind(rawValue: name) else { return }
      add(.mustNotHave(kind), name, definition, context.inside(carrier))
    case "mustonlyhave": read(definition, context.inside(carrier))
    default:
      var retention = context.retention
      retention?.keepsContent = true
      retention?.isMadeAnew = template.located("recreateOption")?.value == "Always"
      read(definition, context.inside(carrier, isMerged: Self.isPart(definition), retention: retention))
    }
  }

  /// `musthave` merges into what the cluster has. Image `cluster` is always there, and so is what a definition without
  /// content speaks of; any other object the policy creates as it is written.
  private static func isPart(_ definition: Node) -> Bool {
    guard let kind = definition["kind"]?.string.flatMap(ResourceKind.init) else { return true }
    switch kind {
    case .image: return true
    case .configMap: return definition["data"] == nil && definition["binaryData"] == nil
    default: return (definition["spec"]?.entries ?? []).isEmpty
    }
  }

  /// `object-templates-raw`: the list as text, with Go templates that decide what is in it.
  private mutating func readRawTemplates(_ node: Node?, _ context: CarrierContext) {
    guard let node, let documents = EmbeddedYAML(node)?.documents else { return }
    for document in documents {
      guard let root = document.root else { continue }
      var walk = CarrierWalk(document, surroundings)
      for template in root.items {
        walk.readObjectTemplate(template, context.inside("ConfigurationPolicy", textOf: node), "ConfigurationPolicy")
      }
      reading.resources += walk.reading.resources
      reading.carriers += walk.reading.carriers
    }
  }

  /// The clusters of a policy: those of its placement when the file names it, else the policy's own.
  func policyDestination(_ root: Node) -> Resource.Destination {
    let namespace = root["metadata"]?.located("namespace")?.value
    if let name = root["metadata"]?.located("name")?.value, let placement = surroundings.placements[name] {
      return .elsewhere("placement \(namespace.map { "\($0)/" } ?? "")\(placement)")
    }
    return .elsewhere("policy \(Self.qualifiedName(of: root) ?? "without name")")
  }
}

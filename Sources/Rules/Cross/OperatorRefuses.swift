import Diagnostics
import NodeConfig
import RegistryConfig
import SourceText

/// Whatever stops the operator that no other rule speaks of.
public struct OperatorRefuses: Rule {
  public static let documentation = RuleDocumentation(
    id: "operator-refuses", code: "XRS414", category: .cross, severity: .error, effect: .frozen,
    summary: "The Machine Config Operator cannot render the configuration, for a reason that no other rule names.",
    why: """
      One entry that the operator does not take stops all of it: nothing is rendered for any pool, every node keeps \
      its old files, and only the log of the machine-config-controller says so. The message is the operator's own.
      """,
    instead: "Correct the entry that the operator names.",
    sources: ["machine-config-operator pkg/controller/container-runtime-config"])

  public static let examples: [RuleExample] = [
    .bad(
      "a repository for signatures that is none",
      """
      apiVersion: config.openshift.io/v1
      kind: ClusterImagePolicy
      metadata:
        name: signed
      spec:
        scopes: [quay.io/team]
        ⟦policy⟧:
          rootOfTrust:
            policyType: PublicKey
            publicKey:
              keyData: LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KYSBsb25nIGVub3VnaCBrZXkKLS0tLS1FTkQgUFVCTElDIEtFWS0tLS0t
          signedIdentity:
            matchPolicy: ExactRepository
            exactRepository:
              repository: Registry.example.com
      """, message: "Invalid format of dockerRepository"),
    .bad(
      "a release image without registry",
      """
      apiVersion: config.openshift.io/v1
      kind: ⟦Image⟧
      metadata:
        name: cluster
      spec: {}
      """,
      releaseImage: "ocp-release:latest", message: "error parsing reference of release image"),
    .good("what another rule names", ImageExample.sources("insecureRegistries: ['']")),
    .good(
      "what the API server refuses already",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - source: quay.io/team:v1
          mirrors: [mirror.lab/team]
      """),
    .good("nothing", ImageExample.sources("insecureRegistries: [registry.lab]"), testOnly: true),
  ]

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard let error = cluster.rendering.error, cluster.rendering.isComplete || !error.dependsOnWhatIsMissing else {
      return
    }
    guard let place = Self.place(of: error, in: cluster), !Self.isExplained(error, at: place, cluster) else { return }
    findings.report(
      "the operator stops: \(error.message)", at: place.span, field: place.field, resource: place.resource,
      related: error.origins.dropFirst().prefix(3).map { Label("this too", at: $0.span) },
      help: "it renders nothing, while it works on its \(error.stage.rawValue), and all nodes keep their old files")
  }

  private struct Place {
    let span: SourceSpan
    let field: String
    let resource: Resource?
  }

  private static func place(of error: OperatorError, in cluster: LintedCluster) -> Place? {
    if let origin = error.origins.first {
      return Place(span: origin.span, field: origin.field, resource: cluster.resource(of: origin))
    }
    if error.stage == .signaturePolicies || error.stage == .sigstoreRegistries {
      // The operator names no object: the one that it refuses alone is the one.
      for policy in cluster.signaturePolicies {
        let alone = NodeFiles.render(
          ClusterResources(
            mirrorSets: error.stage == .sigstoreRegistries ? cluster.mirrorSets : [], signaturePolicies: [policy]),
          release: cluster.settings.release, releaseImage: cluster.rendering.releaseImage)
        guard alone.error?.message == error.message else { continue }
        let entry = error.stage == .signaturePolicies ? policy.resource.spec?.entry("policy") : nil
        return Place(
          span: entry?.key.span ?? policy.scopes?.keySpan ?? policy.resource.kindName.span,
          field: entry == nil ? "spec.scopes" : "spec.policy", resource: policy.resource)
      }
    }
    return cluster.resources.first.map { Place(span: $0.resource.kindName.span, field: "kind", resource: $0.resource) }
  }

  // MARK: What others say

  /// Asks every other rule about the resources in question. Happens only on clusters whose operator is stuck.
  ///
  /// A finding explains the error when the API server refuses the object, so that the operator never sees it, or when
  /// it tells of a frozen cluster at the same field.
  private static func isExplained(_ error: OperatorError, at place: Place, _ cluster: LintedCluster) -> Bool {
    let others = RuleRegistry.all.filter { $0.documentation.id != documentation.id }
    let resources = error.origins.map { cluster.resource(of: $0) } + [place.resource]
    let names = Set(resources.lazy.compactMap { $0 }.map(ResourceReference.init))
    let fields = error.origins.map(\.field) + [place.field]
    func explains(_ finding: Diagnostic) -> Bool {
      guard let resource = finding.resource, names.contains(resource) else { return false }
      if finding.effect == .refused { return true }
      guard finding.effect == .frozen, let field = finding.field else { return false }
      return fields.contains { $0.hasPrefix(field) || field.hasPrefix($0) }
        || error.origins.contains { $0.span == finding.span }
    }
    for type in others {
      let rule = type.init()
      for resource in cluster.resources where names.contains(ResourceReference(resource.resource)) {
        var findings = Findings(rule: type, subject: resource.resource)
        rule.check(resource, &findings)
        if findings.diagnostics.contains(where: explains) { return true }
      }
      var findings = Findings(rule: type, cluster: cluster.name)
      rule.check(cluster, &findings)
      if findings.diagnostics.contains(where: explains) { return true }
    }
    return false
  }
}

extension OperatorError {
  /// Whether an entry that cannot be read yet could be what is missing.
  var dependsOnWhatIsMissing: Bool {
    message.hasSuffix("not nested inside allowedRegistries") || message.hasPrefix("internal error: mirrorsAdjusted")
  }
}

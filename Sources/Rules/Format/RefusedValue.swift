import Diagnostics
import RegistryConfig
import SourceText

/// What a CRD refuses and no other rule explains: signature policies for the most part.
public struct RefusedValue: Rule {
  public static let documentation = RuleDocumentation(
    id: "refused-value", code: "FMT317", category: .format, severity: .error, effect: .refused,
    summary: "A value that the CRD of its kind refuses: the scope, key or identity of a signature policy, a value of "
      + "binaryData that is no base64.",
    why: "The API server refuses the whole object with the rule of the CRD that is quoted.",
    instead: """
      A scope is `*.host` or `host[:port][/path][:tag][@digest]`, its host has a dot or is `localhost`. Key and \
      certificate data are one line of base64 of a PEM text. Repositories of an identity have no tag. The members of \
      `rootOfTrust` and `signedIdentity` are those that their type asks for, no others.
      """,
    sources: ["openshift/api config/v1 types_cluster_image_policy.go, types_image_policy.go"])

  private static let key =
    "LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KYSBsb25nIGVub3VnaCBrZXkKLS0tLS1FTkQgUFVCTElDIEtFWS0tLS0t"

  public static let examples: [RuleExample] = [
    .bad(
      "scopes",
      """
      apiVersion: config.openshift.io/v1
      kind: ClusterImagePolicy
      metadata:
        name: signed
      spec:
        scopes:
        - ⟦team/app⟧
        - ⟦"*.quay.io/team"⟧
        - quay.io/team
        - ⟦quay.io/team⟧
        policy:
          rootOfTrust:
            policyType: PublicKey
            publicKey:
              keyData: \(key)
      """, message: "'team/app' is no scope of a signature policy"),
    .bad(
      "a key that was not encoded, and a member of another type",
      """
      apiVersion: config.openshift.io/v1
      kind: ImagePolicy
      metadata:
        name: signed
        namespace: team
      spec:
        scopes: [quay.io/team]
        policy:
          rootOfTrust:
            policyType: PublicKey
            publicKey:
              keyData: ⟦|
                -----BEGIN PUBLIC KEY-----
                MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEnotARealKeyJustForThis
                -----END PUBLIC KEY-----⟧
          signedIdentity:
            matchPolicy: ExactRepository
            exactRepository:
              repository: ⟦quay.io/team/app:v1⟧
      """, message: "'keyData' is no base64"),
    .bad(
      "what the type forbids",
      """
      apiVersion: config.openshift.io/v1
      kind: ClusterImagePolicy
      metadata:
        name: signed
      spec:
        scopes: [quay.io/team]
        policy:
          rootOfTrust:
            policyType: PublicKey
            publicKey:
              keyData: \(key)
          ⟦signedIdentity⟧:
            matchPolicy: MatchRepository
            exactRepository:
              repository: quay.io/team/app
      """, message: "exactRepository is required when matchPolicy is ExactRepository, and forbidden otherwise"),
    .good(
      "a policy that is accepted",
      """
      apiVersion: config.openshift.io/v1
      kind: ClusterImagePolicy
      metadata:
        name: signed
      spec:
        scopes: ["*.quay.io", "localhost:5000/team", "registry.lab:5000/team/app:v1"]
        policy:
          rootOfTrust:
            policyType: PublicKey
            publicKey:
              keyData: \(key)
          signedIdentity:
            matchPolicy: RemapIdentity
            remapIdentity:
              prefix: registry.lab/team
              signedPrefix: quay.io/team
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    for violation in resource.schema.violations(of: .refusedValue) {
      let text = resource.resource.kind == .configMap ? nil : violation.value?.string
      var related: [Label] = []
      if case .duplicate(let first) = violation.problem { related = [Label("the first", at: first)] }
      let isObject = if case .object = violation.problem { true } else { false }
      findings.report(
        message(violation, text), at: isObject ? violation.key?.span ?? violation.span : violation.span,
        field: violation.field, related: related, help: "the API server refuses the whole object: " + rule(violation))
    }
  }

  private func message(_ violation: SchemaViolation, _ text: String?) -> String {
    let name = violation.keyName.shortened()
    let value = text.map { "'\($0.shortened())'" } ?? "'\(name)'"
    switch violation.problem {
    case .text(.scopeDomain), .text(.scopeImage), .text(.scopeWildcard):
      return "\(value) is no scope of a signature policy"
    case .pattern(.base64), .pattern(.base64WithLineEnds): return "'\(name)' is no base64"
    case .text(.pemBegins(let label)), .text(.pemEnds(let label)), .text(.pemMarkersMatch(let label)):
      return "'\(name)' is no base64 of a PEM \(label)"
    case .text(.repositoryWithoutTag): return "\(value) ends with a tag, where '\(name)' must be a repository"
    case .text(.repository): return "\(value) is no repository"
    case .text(.url): return "\(value) is no URL"
    case .text(.email): return "\(value) is no mail address"
    case .text(.hostnameOrWildcard): return "\(value) is no host name"
    case .pattern(.contentPolicySource): return "\(value) is no repository that ImageContentPolicy takes"
    case .duplicate: return "\(value) stands in the list twice"
    case .tooLong(let limit): return "'\(name)' is longer than \(limit) characters"
    case .tooShort(let limit): return "'\(name)' is shorter than \(limit) characters"
    case .tooManyItems(let limit, let count): return "'\(name)' has \(count) entries, more than \(limit)"
    case .object(let rule): return "'\(name)': \(rule.message)"
    default: return "\(value) is refused"
    }
  }

  /// The words of the CRD behind the field and value.
  private func rule(_ violation: SchemaViolation) -> String {
    switch violation.problem {
    case .pattern(.base64), .pattern(.base64WithLineEnds): return "write base64 of the text, in one line"
    case .duplicate: return "every entry may stand there once"
    default: break
    }
    let words = violation.serverMessage
    guard let marker = words.ranges(of: "\": ").last else { return words }
    return String(words[marker.upperBound...]).shortened(to: 300)
  }
}

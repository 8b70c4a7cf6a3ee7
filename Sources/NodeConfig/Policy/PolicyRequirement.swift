/// One requirement of containers-policy.json. Source: containers/image, signature/policy_types.go.
public enum PolicyRequirement: Hashable, Sendable {
  case insecureAcceptAnything
  case reject
  case sigstoreSigned(SigstoreSigned)

  var json: GoJSONValue {
    switch self {
    case .insecureAcceptAnything: .object([("type", .string("insecureAcceptAnything"))])
    case .reject: .object([("type", .string("reject"))])
    case .sigstoreSigned(let signed): signed.json
    }
  }
}

/// `sigstoreSigned`: the keys or authorities to trust, and which identity a signature must carry.
public struct SigstoreSigned: Hashable, Sendable {
  /// Binary values are base64 as JSON carries them.
  enum RootOfTrust: Hashable, Sendable {
    case publicKey(key: String, rekorKey: String?)
    case fulcio(ca: String, oidcIssuer: String, email: String, rekorKey: String)
    case pki(roots: String, intermediates: String?, email: String, hostname: String)
  }

  enum Identity: Hashable, Sendable {
    case matchRepoDigestOrExact
    case matchRepository
    case exactRepository(String)
    case remap(prefix: String, signedPrefix: String)
  }

  let root: RootOfTrust
  let identity: Identity

  var json: GoJSONValue {
    var members: [(key: String, value: GoJSONValue)] = [("type", .string("sigstoreSigned"))]
    func add(_ key: String, _ text: String?, to members: inout [(key: String, value: GoJSONValue)]) {
      if let text, !text.isEmpty { members.append((key, .string(text))) }
    }
    switch root {
    case .publicKey(let key, let rekorKey):
      add("keyData", key, to: &members)
      add("rekorPublicKeyData", rekorKey, to: &members)
    case .fulcio(let ca, let issuer, let email, let rekorKey):
      var fulcio: [(key: String, value: GoJSONValue)] = []
      add("caData", ca, to: &fulcio)
      add("oidcIssuer", issuer, to: &fulcio)
      add("subjectEmail", email, to: &fulcio)
      members.append(("fulcio", .object(fulcio)))
      add("rekorPublicKeyData", rekorKey, to: &members)
    case .pki(let roots, let intermediates, let email, let hostname):
      var pki: [(key: String, value: GoJSONValue)] = []
      add("caRootsData", roots, to: &pki)
      add("caIntermediatesData", intermediates, to: &pki)
      add("subjectEmail", email, to: &pki)
      add("subjectHostname", hostname, to: &pki)
      members.append(("pki", .object(pki)))
    }
    members.append(("signedIdentity", identity.json))
    return .object(members)
  }
}

extension SigstoreSigned.Identity {
  fileprivate var json: GoJSONValue {
    switch self {
    case .matchRepoDigestOrExact: .object([("type", .string("matchRepoDigestOrExact"))])
    case .matchRepository: .object([("type", .string("matchRepository"))])
    case .exactRepository(let repository):
      .object([("type", .string("exactRepository")), ("dockerRepository", .string(repository))])
    case .remap(let prefix, let signedPrefix):
      .object([
        ("type", .string("remapIdentity")), ("prefix", .string(prefix)), ("signedPrefix", .string(signedPrefix)),
      ])
    }
  }
}

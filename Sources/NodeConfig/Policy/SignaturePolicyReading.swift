import Certificates
import RegistryConfig
import YAMLSyntax

/// Reads `spec.policy` of a ClusterImagePolicy or ImagePolicy as the operator does.
/// Source: machine-config-operator, helpers.go, `policyItemFromSpec`.
struct SignaturePolicyReading {
  let release: Release

  enum Failure: Error {
    /// The operator's own message: everything stops.
    case refused(String)
    /// The API server refuses such an object, so the operator never sees it; or a part of it is a placeholder.
    case unreadable(String)
  }

  func requirement(of resource: Resource) throws(Failure) -> SigstoreSigned {
    guard let policy = resource.root.at("spec", "policy") else { throw .unreadable("spec.policy is missing") }
    guard !holdsUnknown(policy) else { throw .unreadable("spec.policy holds placeholders") }
    let root = try rootOfTrust(policy["rootOfTrust"])
    let identity = try identity(policy["signedIdentity"])
    return SigstoreSigned(root: root, identity: identity)
  }

  private func rootOfTrust(_ root: Node?) throws(Failure) -> SigstoreSigned.RootOfTrust {
    let type = root?["policyType"]?.string ?? ""
    switch type {
    case "PublicKey":
      guard let key = root?["publicKey"] else { throw .unreadable("publicKey is missing") }
      guard let data = try base64("keyData", in: key) else {
        throw .refused(
          "exactly one of keyPath, keyPaths, keyData, keyDatas, fulcio, and pki must be specified")
      }
      return .publicKey(key: data, rekorKey: try base64("rekorKeyData", in: key))
    case "FulcioCAWithRekor":
      guard let fulcio = root?["fulcioCAWithRekor"] else { throw .unreadable("fulcioCAWithRekor is missing") }
      return try self.fulcio(fulcio)
    case "PKI" where release >= Release(4, 20):
      guard let pki = root?["pki"] else { throw .unreadable("pki is missing") }
      return try self.pki(pki)
    default:
      throw .refused("exactly one of keyPath, keyPaths, keyData, keyDatas, fulcio, and pki must be specified")
    }
  }

  private func fulcio(_ node: Node) throws(Failure) -> SigstoreSigned.RootOfTrust {
    let subject = node["fulcioSubject"]
    guard let ca = try base64("fulcioCAData", in: node) else {
      throw .refused("At least one of caPath and caData must be specified")
    }
    guard let issuer = subject?["oidcIssuer"]?.string, !issuer.isEmpty else {
      throw .refused("oidcIssuer not specified")
    }
    guard let email = subject?["signedEmail"]?.string, !email.isEmpty else {
      throw .refused("subjectEmail not specified")
    }
    guard let rekorKey = try base64("rekorKeyData", in: node) else {
      throw .refused(
        "At least one of rekorPublickeyPath, rekorPublicKeyPaths, rekorPublickeyData and rekorPublicKeyDatas "
          + "must be specified if fulcio is used")
    }
    return .fulcio(ca: ca, oidcIssuer: issuer, email: email, rekorKey: rekorKey)
  }

  private func pki(_ node: Node) throws(Failure) -> SigstoreSigned.RootOfTrust {
    let subject = node["pkiCertificateSubject"]
    guard let roots = try base64("caRootsData", in: node) else {
      throw .refused("At least one of caRootsPath and caRootsData must be specified")
    }
    let email = subject?["email"]?.string ?? ""
    let hostname = subject?["hostname"]?.string ?? ""
    guard !email.isEmpty || !hostname.isEmpty else {
      throw .refused("At least one of subjectEmail, subjectHostname must be specified")
    }
    return .pki(
      roots: roots, intermediates: try base64("caIntermediatesData", in: node), email: email, hostname: hostname)
  }

  private func identity(_ node: Node?) throws(Failure) -> SigstoreSigned.Identity {
    guard let node, !node.isNull else { return .matchRepoDigestOrExact }
    let policy = node["matchPolicy"]?.string ?? ""
    switch policy {
    case "MatchRepoDigestOrExact": return .matchRepoDigestOrExact
    case "" where release.defaultsEmptyMatchPolicy: return .matchRepoDigestOrExact
    case "MatchRepository": return .matchRepository
    case "ExactRepository":
      guard let repository = node.at("exactRepository", "repository")?.string else {
        throw .unreadable("exactRepository is missing")
      }
      do throws(ImageReference.Problem) {
        _ = try ImageReference(normalizing: repository)
      } catch {
        throw .refused(
          "error getting signedIdentity for ExactRepository: Invalid format of dockerRepository "
            + "\(GoQuoting.quote(repository)): \(error.message)")
      }
      return .exactRepository(repository)
    case "RemapIdentity":
      guard let remap = node["remapIdentity"] else { throw .unreadable("remapIdentity is missing") }
      let prefix = remap["prefix"]?.string ?? ""
      let signedPrefix = remap["signedPrefix"]?.string ?? ""
      for prefix in [prefix, signedPrefix] where !Self.isRemappingPrefix(prefix) {
        throw .refused(
          "error getting signedIdentity for RemapIdentity: prefix \(GoQuoting.quote(prefix)) is not valid")
      }
      return .remap(prefix: prefix, signedPrefix: signedPrefix)
    default: throw .refused("unknown signedIdentity match policy: \(policy)")
    }
  }

  /// A host, or a name that begins with one (`validateIdentityRemappingPrefix`).
  private static func isRemappingPrefix(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard let host = parts.first, ScopeGrammar.isDomain(host) else { return false }
    return parts.dropFirst().allSatisfy(ScopeGrammar.isPathComponent)
  }

  /// The bytes under a key, in the base64 that Go writes; `nil` when the key is absent or null.
  private func base64(_ key: String, in node: Node) throws(Failure) -> String? {
    guard let value = node[key], !value.isNull else { return nil }
    guard let text = value.string, case .success(let bytes) = Base64.decode(text.utf8) else {
      throw .unreadable("\(key) is no base64")
    }
    return Base64Encoding.encode(bytes)
  }

  private func holdsUnknown(_ node: Node) -> Bool {
    if node.isUnknown || node.isIncomplete { return true }
    return switch node.content {
    case .scalar: false
    case .sequence(let items): items.contains(where: holdsUnknown)
    case .mapping(let entries): entries.contains { holdsUnknown($0.key) || holdsUnknown($0.value) }
    }
  }
}

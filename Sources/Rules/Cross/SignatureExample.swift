/// An Image beside a signature policy, for examples.
enum SignatureExample {
  enum Kind { case cluster, namespaced }

  static func text(_ kind: Kind, _ lists: String, _ scopes: String) -> String {
    "\(ImageExample.sources(lists))\n---\n\(policy(kind, scopes))"
  }

  static func policy(_ kind: Kind, _ scopes: String, name: String = "signed") -> String {
    """
    apiVersion: config.openshift.io/v1
    kind: \(kind == .cluster ? "ClusterImagePolicy" : "ImagePolicy")
    metadata:
      name: \(name)\(kind == .cluster ? "" : "\n  namespace: team")
    spec:
      scopes: [\(scopes)]
      policy:
        rootOfTrust:
          policyType: PublicKey
          publicKey:
            keyData: LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KYSBsb25nIGVub3VnaCBrZXkKLS0tLS1FTkQgUFVCTElDIEtFWS0tLS0t
    """
  }
}

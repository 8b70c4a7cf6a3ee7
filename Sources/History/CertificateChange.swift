import Certificates
import NodeConfig
import SourceText

/// How the CA certificates change that nodes trust for one registry.
public struct CertificateChange: Hashable, Sendable {
  public enum Kind: String, Sendable { case added, removed, replaced }

  /// A certificate as a report names it.
  public struct Item: Hashable, Sendable {
    public let subject: String
    /// RFC 3339.
    public let notAfter: String
    /// 64 hexadecimal digits.
    public let sha256: String

    init(_ certificate: Certificate) {
      subject = certificate.subject.description
      notAfter = certificate.notAfter.description
      sha256 = certificate.sha256.description
    }
  }

  public let change: Kind
  /// The file on nodes, `/etc/docker/certs.d/<host[:port]>/ca.crt`.
  public let path: String
  /// `host` or `host:port`.
  public let registry: String
  /// What only the old side has.
  public let removed: [Item]
  /// What only the new side has.
  public let added: [Item]

  /// The registries whose certificates differ; the order and wrapping of the same ones is no difference.
  static func between(_ old: NodeRendering, _ new: NodeRendering) -> [CertificateChange] {
    Set(old.certificates.keys).union(new.certificates.keys).sorted().compactMap { path in
      let (before, after) = (old.certificates[path], new.certificates[path])
      guard before?.content != after?.content else { return nil }
      let (one, other) = (items(before), items(after))
      let removed = one.filter { !other.contains($0) }
      let added = other.filter { !one.contains($0) }
      guard !removed.isEmpty || !added.isEmpty else { return nil }
      let kind: Kind = removed.isEmpty ? .added : added.isEmpty ? .removed : .replaced
      return CertificateChange(
        change: kind, path: path, registry: (after ?? before)?.directory ?? "", removed: removed, added: added)
    }
  }

  private static func items(_ file: NodeRendering.CertificateFile?) -> [Item] {
    guard let file else { return [] }
    var items: [Item] = []
    for certificate in PEMBundle(decoding: file.content).certificates {
      let item = Item(certificate)
      if !items.contains(item) { items.append(item) }
    }
    return items
  }
}

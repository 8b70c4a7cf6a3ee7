import Certificates
import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

extension ResourceReference {
  /// The object that a rule of carriers speaks of.
  init(_ object: CarrierObject) {
    self.init(
      apiVersion: object.apiVersion?.value, kind: object.kindName, namespace: object.namespace?.value,
      name: object.name?.value)
  }
}

extension CarrierObject {
  var isInstallConfig: Bool { if case .installConfig = kind { true } else { false } }

  /// Where to point when the name is what is wrong: the name, else the head.
  var nameSpan: SourceSpan { name?.span ?? head }

  /// ` 'name'`, or nothing.
  var quotedName: String { name.map { " \(Quoted.text($0.value))" } ?? "" }

  /// The keys of a ConfigMap's `data`; `nil` when template text decides what is in it.
  var dataKeys: Set<String>? {
    guard let data = root["data"], !CarrierObject.isUncertain(data), !isPartial,
      data.entries.allSatisfy({ !$0.key.isUnknown })
    else { return nil }
    return Set(data.entries.compactMap { $0.key.keyText })
  }
}

extension LintedCluster {
  func carriers(_ kind: CarrierObject.Kind) -> [CarrierObject] { carriers.filter { $0.kind == kind } }

  /// The ConfigMaps of a name, in a namespace when one is given; those without a namespace may be in any.
  func carriedConfigMaps(_ name: String, in namespace: String?) -> [CarrierObject] {
    carriers(.configMap).filter { map in
      guard map.name?.value == name else { return false }
      guard let namespace, let own = map.namespace?.value else { return true }
      return own == namespace
    }
  }
}

/// A reference to the ConfigMap of a trust bundle, whose key is `ca-bundle.crt`.
struct TrustBundleReference {
  let object: CarrierObject
  let name: Located<String>
  /// The path of the reference.
  let field: String
  let maps: [CarrierObject]

  /// Every one of a cluster: of its Proxy, and of HostedClusters.
  static func all(in cluster: LintedCluster) -> [TrustBundleReference] {
    var result: [TrustBundleReference] = []
    for proxy in cluster.carriers(.proxy) where proxy.name?.value == "cluster" {
      guard let name = proxy.spec?["trustedCA"]?.located("name"), !name.value.isEmpty else { continue }
      let maps = cluster.carriedConfigMaps(name.value, in: "openshift-config")
      result.append(TrustBundleReference(object: proxy, name: name, field: "spec.trustedCA.name", maps: maps))
    }
    for hosted in cluster.carriers(.hostedCluster) {
      guard let name = hosted.spec?["additionalTrustBundle"]?.located("name"), !name.value.isEmpty else { continue }
      let maps = cluster.carriedConfigMaps(name.value, in: hosted.namespace?.value)
      result.append(
        TrustBundleReference(object: hosted, name: name, field: "spec.additionalTrustBundle.name", maps: maps))
    }
    return result
  }

  static let key = "ca-bundle.crt"
}

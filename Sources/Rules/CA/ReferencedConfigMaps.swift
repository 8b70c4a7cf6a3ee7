import Diagnostics
import RegistryConfig
import SourceText

/// What the Images of a cluster ask for, and what is there.
struct ReferencedConfigMap {
  let image: ImageConfiguration
  let name: Located<String>
  /// ConfigMaps of that name where the operators look.
  let found: [CertificateConfigMap]
  /// ConfigMaps of that name with certificates in them, in other namespaces.
  let misplaced: [CertificateConfigMap]
  /// Other ConfigMaps of that name in other namespaces.
  let namesakes: [CertificateConfigMap]
}

extension LintedCluster {
  /// Every ConfigMap that an Image of this cluster names.
  var referencedConfigMaps: [ReferencedConfigMap] {
    trustedCAs.compactMap { image, name in
      // Of a HostedCluster it is looked up beside the HostedCluster, on another cluster.
      if case .derived = image.resource.carrier { return nil }
      let named = configMaps.filter { !$0.resource.isPatch && $0.resource.name?.value == name.value }
      let others = named.filter { !$0.isWhereReferencesLook }
      // Clusters elsewhere may get it from something else.
      if named.isEmpty, image.resource.destination != .applied { return nil }
      return ReferencedConfigMap(
        image: image, name: name, found: named.filter(\.isWhereReferencesLook),
        misplaced: others.filter(\.holdsCertificates), namesakes: others.filter { !$0.holdsCertificates })
    }
  }

  /// ConfigMaps of registry CAs in openshift-config, or in no namespace, that no Image names.
  var unreferencedCertificateMaps: [CertificateConfigMap] {
    var names = Set(trustedCAs.map(\.name.value))
    // A hash behind the name is a finding of its own.
    for name in names { if let map = generatedConfigMap(for: name) { names.insert(map.resource.name?.value ?? "") } }
    return resources.compactMap { resource in
      guard !resource.certificates.isEmpty, let map = resource.configMap, !map.resource.isPatch,
        map.namespaceName == "openshift-config" || map.hasNoNamespace, let name = map.resource.name?.value,
        !names.contains(name)
      else { return nil }
      return map
    }
  }
}

extension CertificateConfigMap {
  var holdsCertificates: Bool {
    looksLikeRegistryCertificates || entries.contains { $0.value?.value.contains("BEGIN CERTIFICATE") == true }
  }
}

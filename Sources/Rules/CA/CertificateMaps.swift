import Certificates
import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

extension ImageConfiguration {
  /// Whether nodes read this object: of several `Image` objects only the one named `cluster` counts.
  var isInForce: Bool { resource.name?.value == "cluster" && !resource.isPatch }
}

extension LintedCluster {
  /// The names of ConfigMaps that Images of this cluster give as `additionalTrustedCA`.
  var trustedCAs: [(image: ImageConfiguration, name: Located<String>)] {
    images.compactMap { image in
      guard image.isInForce, let name = image.trustedCA, !name.value.isEmpty else { return nil }
      return (image, name)
    }
  }

  /// The keys of ConfigMaps that look like something else, but that an Image names: there they are registry CAs.
  /// Those that look like it are judged by themselves.
  var certificatesByReference: [RegistryCertificates] {
    let names = Set(trustedCAs.map(\.name.value))
    guard !names.isEmpty else { return [] }
    return configMaps.filter { map in
      map.isWhereReferencesLook && !map.looksLikeRegistryCertificates
        && map.resource.name.map { names.contains($0.value) } == true
    }.flatMap(\.certificates)
  }

  /// The keys of the ConfigMaps that nodes of this cluster read: those that its Images name. Without any Image all that
  /// look like it. `nil` when something that cannot be read may hold more: a placeholder, a ConfigMap that is not here.
  var certificatesInForce: [RegistryCertificates]? {
    let images = images.filter(\.isInForce)
    var result: [RegistryCertificates] = []
    if images.isEmpty {
      result = resources.flatMap(\.certificates)
    } else {
      for image in images {
        if image.hasUnreadableTrustedCA { return nil }
        guard let name = image.trustedCA?.value, !name.isEmpty else { continue }
        let maps = configMaps.filter { $0.isWhereReferencesLook && $0.resource.name?.value == name }
        if maps.isEmpty { return nil }
        result += maps.flatMap(\.certificates)
      }
    }
    let isComplete = result.allSatisfy { certificates in
      !certificates.entry.isUnknown && !certificates.configMap.isPatch
        && certificates.configMap.root[certificates.entry.section.rawValue]?.isIncomplete != true
    }
    return isComplete ? result : nil
  }
}

extension ImageConfiguration {
  /// `additionalTrustedCA` holds a placeholder, or a template decides whether it is there.
  var hasUnreadableTrustedCA: Bool {
    guard let spec = resource.spec else { return resource.root.isIncomplete }
    if spec.isUnknown || spec.isIncomplete { return true }
    guard let reference = spec["additionalTrustedCA"] else { return false }
    return reference.isUnknown || reference.isIncomplete || reference["name"]?.isUnknown == true
  }
}

extension CertificateConfigMap {
  /// In the namespace where `additionalTrustedCA` is looked up, or in none, which something may still supply.
  var isWhereReferencesLook: Bool { namespaceName == nil || namespaceName == "openshift-config" }

  /// The namespace; `nil` also for a placeholder.
  var namespaceName: String? { resource.namespace?.value }

  /// No namespace is written at all, not even a placeholder.
  var hasNoNamespace: Bool {
    guard let metadata = resource.root["metadata"], !metadata.isUnknown, !metadata.isIncomplete else { return false }
    return metadata.entry("namespace") == nil
  }
}

extension RegistryCertificates {
  /// As Kubernetes writes it: `data[registry.example.com..5000]`.
  var field: String { "\(entry.section.rawValue)[\(entry.key.value)]" }

  /// The key in single quotes.
  var quotedKey: String { Quoted.text(entry.key.value) }

  /// Whether the key can be judged: it is no placeholder, and the API server takes it.
  var hasReadableKey: Bool { key.isLegal && !entry.isKeyUnknown }

  /// A value to be filled in. Bytes that are no text hold the signs of a placeholder only by chance.
  var isSample: Bool {
    guard let bundle, bundle.placeholder != nil else { return false }
    guard entry.section == .binaryData, let text = entry.value?.value,
      let bytes = try? BinaryDataValue(base64: Array(text.utf8)).bytes
    else { return true }
    return String(validating: bytes, as: UTF8.self) != nil
  }

  /// The fix that gives the key another name, unless that one stands there already.
  func renaming(to name: String, _ safety: Fix.Safety) -> [Fix] {
    let isTaken = [CertificateConfigMap.Entry.Section.data, .binaryData].contains {
      configMap.root[$0.rawValue]?.entry(name) != nil
    }
    guard !isTaken, RegistryCertificateKey(name).isLegal, let edit = entry.key.rewriting(name) else { return [] }
    return [Fix("Rename the key to \(name)", safety: safety, edits: [edit])]
  }
}

/// Where the bytes of a value stand in the file. Made once for a value, when there is something to say.
struct CertificatePlaces {
  private let certificates: RegistryCertificates
  private let origin: ScalarOrigin?

  init(_ certificates: RegistryCertificates) {
    self.certificates = certificates
    origin = certificates.entry.section == .data ? ScalarOrigin(certificates.entry.node) : nil
  }

  /// The place of a range of the text; of an encoded value its key.
  func span(_ range: ByteRange) -> SourceSpan {
    guard let origin else { return certificates.entry.key.span }
    return SourceSpan(file: certificates.entry.node.span.file, range: origin.range(ofDecoded: range))
  }

  /// The BEGIN line of a block.
  func begin(_ block: PEMBundle.Block) -> SourceSpan {
    span(block.range.lowerBound..<min(block.range.upperBound, block.range.lowerBound + block.type.utf8.count + 16))
  }
}

extension Certificate {
  /// The subject in single quotes; a certificate without one is named by its serial number.
  var title: String {
    subject.isEmpty ? "with serial number \(Quoted.text(serialNumber))" : Quoted.text(subject.description)
  }
}

extension PEMBundle {
  /// The blocks in the pool, duplicates included.
  var accepted: [(block: Block, certificate: Certificate)] {
    blocks.compactMap { block in
      if case .ok(let certificate) = block.result { (block, certificate) } else { nil }
    }
  }
}

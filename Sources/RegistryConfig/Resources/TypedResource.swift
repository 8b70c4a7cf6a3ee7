import SourceText
import YAMLSyntax

/// A resource as the type its kind says it is.
public enum TypedResource: Sendable {
  case image(ImageConfiguration)
  case mirrorSet(MirrorSet)
  case signaturePolicy(SignaturePolicy)
  case configMap(CertificateConfigMap)

  public init(_ resource: Resource) {
    switch resource.kind {
    case .image: self = .image(ImageConfiguration(resource))
    case .imageContentSourcePolicy, .imageDigestMirrorSet, .imageTagMirrorSet, .imageContentPolicy:
      self = .mirrorSet(MirrorSet(resource))
    case .clusterImagePolicy, .imagePolicy: self = .signaturePolicy(SignaturePolicy(resource))
    case .configMap: self = .configMap(CertificateConfigMap(resource))
    }
  }
}

extension ClusterResources {
  /// Sorts resources by their type.
  public init(_ resources: some Sequence<Resource>) {
    self.init(typed: resources.map { TypedResource($0) })
  }

  /// The same for resources that were typed already.
  public init(typed resources: some Sequence<TypedResource>) {
    self.init()
    for resource in resources {
      switch resource {
      case .image(let image): images.append(image)
      case .mirrorSet(let set): mirrorSets.append(set)
      case .signaturePolicy(let policy): signaturePolicies.append(policy)
      case .configMap(let map): certificateConfigMaps.append(map)
      }
    }
  }
}

extension RegistryList {
  /// The list under `key` of `parent`; `nil` when the key is absent. A value that is no list gives an incomplete list
  /// without entries: what it is instead is a finding of its own.
  public init?(_ key: String, in parent: Node?, field: String) {
    guard let entry = parent?.entry(key) else { return nil }
    let node = entry.value
    var entries: [RegistryEntry] = []
    for (index, item) in node.items.enumerated() {
      if item.isUnknown {
        entries.append(
          RegistryEntry(value: item.writtenText ?? "", span: item.span, index: index, isUnknown: true))
      } else if let string = item.string {
        entries.append(RegistryEntry(value: string, span: item.span, index: index))
      }
    }
    self.init(
      field: field, entries: entries, span: node.span, keySpan: entry.key.span,
      isComplete: node.isSequence && !node.isIncomplete && !node.isUnknown && !entries.contains { $0.isUnknown })
  }
}

extension ImageConfiguration {
  public convenience init(_ resource: Resource) {
    let spec = resource.spec
    let sources = spec?["registrySources"]
    func list(_ key: String) -> RegistryList? {
      RegistryList(key, in: sources, field: "spec.registrySources.\(key)")
    }
    let imports = spec?.entry("allowedRegistriesForImport").map { entry in
      entry.value.items.enumerated().map { index, item in
        ImportDomain(
          index: index, domainName: item.located("domainName"), insecure: item["insecure"]?.bool ?? false,
          span: item.span)
      }
    }
    self.init(
      resource: resource, allowedRegistries: list("allowedRegistries"), blockedRegistries: list("blockedRegistries"),
      insecureRegistries: list("insecureRegistries"), searchRegistries: list("containerRuntimeSearchRegistries"),
      externalRegistryHostnames: RegistryList(
        "externalRegistryHostnames", in: spec, field: "spec.externalRegistryHostnames"),
      allowedRegistriesForImport: imports, trustedCA: spec?["additionalTrustedCA"]?.located("name"))
  }
}

extension MirrorSet {
  public convenience init(_ resource: Resource) {
    let list = resource.spec?[Self.listName(of: resource.kind)]
    var entries: [Entry] = []
    for (index, item) in (list?.items ?? []).enumerated() {
      let mirrors = item["mirrors"]
      let isComplete =
        !item.isUnknown && !item.isIncomplete && item["source"]?.isUnknown != true && mirrors?.isUnknown != true
        && mirrors?.isIncomplete != true && !(mirrors?.items.contains { $0.isUnknown } ?? false)
      let strings = (mirrors?.items ?? []).enumerated().compactMap { place, node in
        node.locatedString.map { (place: place, text: $0) }
      }
      entries.append(
        Entry(
          index: index, source: item.located("source"), mirrors: strings.map(\.text),
          policy: item.located("mirrorSourcePolicy"), span: item.span, isComplete: isComplete,
          mirrorIndices: strings.map(\.place)))
    }
    self.init(
      resource: resource, entries: entries,
      isComplete: list.map { !$0.isUnknown && !$0.isIncomplete } ?? true && resource.spec?.isIncomplete != true)
  }
}

extension SignaturePolicy {
  public convenience init(_ resource: Resource) {
    self.init(resource: resource, scopes: RegistryList("scopes", in: resource.spec, field: "spec.scopes"))
  }
}

extension CertificateConfigMap {
  public convenience init(_ resource: Resource) {
    var entries: [Entry] = []
    for section in [Entry.Section.data, .binaryData] {
      for entry in resource.root[section.rawValue]?.entries ?? [] {
        guard let key = entry.key.isUnknown ? entry.key.writtenText : entry.key.keyText else { continue }
        entries.append(
          Entry(
            section: section, key: Located(key, at: entry.key.span),
            value: entry.value.string.map { Located($0, at: entry.value.span) }, node: entry.value,
            isUnknown: entry.key.isUnknown || entry.value.isUnknown, isKeyUnknown: entry.key.isUnknown))
      }
    }
    self.init(resource: resource, entries: entries)
  }
}

import SourceText
import YAMLSyntax

/// What surrounds the object that is read.
struct CarrierContext {
  var carrier: Resource.Carrier = .document
  var destination: Resource.Destination = .applied
  var isPatch = false
  var isMerged = false
  var retention: Retention?
  var isEditable = true
  var takesWords = true
  /// How many objects are around it.
  var depth = 0

  /// - Parameter destination: Where the inner object lands, unless the outer one lands nowhere.
  func inside(
    _ carrier: Resource.Carrier, destination: Resource.Destination? = nil, isPatch: Bool = false,
    isMerged: Bool = false,
    retention: Retention? = nil, isEditable: Bool = true, takesWords: Bool = false
  ) -> CarrierContext {
    CarrierContext(
      carrier: carrier, destination: self.destination == .nowhere ? .nowhere : destination ?? self.destination,
      isPatch: self.isPatch || isPatch || isMerged, isMerged: self.isMerged || (isMerged && !self.isPatch && !isPatch),
      retention: retention ?? self.retention, isEditable: self.isEditable && isEditable,
      takesWords: self.takesWords && (isEditable || takesWords), depth: depth + 1)
  }

  /// Inside of the text of a scalar.
  func inside(_ kind: String, textOf node: Node, destination: Resource.Destination? = nil) -> CarrierContext {
    let isLiteral = node.scalar?.style == .literal && !node.isAlias
    return inside(.text(kind), destination: destination, isEditable: isLiteral, takesWords: !node.isAlias)
  }
}

/// Walks the objects of a document and unpacks what carries others.
///
/// One file a carrier extends it. A carrier reads only what it knows for certain; whatever placeholders hide is left.
struct CarrierWalk {
  /// The document that the objects stand in; that of the text for text inside of strings.
  let document: Document
  let surroundings: Surroundings
  var reading = ResourceReading()

  /// Objects in objects in objects: nobody applies more.
  static let deepest = 8

  init(_ document: Document, _ surroundings: Surroundings) {
    self.document = document
    self.surroundings = surroundings
  }

  mutating func read(_ root: Node, _ context: CarrierContext = CarrierContext()) {
    guard root.isMapping, context.depth <= Self.deepest else { return }
    guard let kindNode = root["kind"], let kindName = kindNode.string, !kindNode.isUnknown else {
      if root.entry("kind") == nil { readWithoutKind(root, context) }
      return
    }
    // A list in a list in a list is no list that anybody applies.
    if kindName.hasSuffix("List"), let items = root["items"], items.isSequence {
      for (index, item) in items.items.enumerated() { read(item, context.inside(.list(index: index))) }
      return
    }
    if let kind = ResourceKind(rawValue: kindName) {
      read(kind, Located(kindName, at: kindNode.span), root, context)
    } else {
      readCarrier(kindName, root, context)
    }
  }

  private mutating func read(_ kind: ResourceKind, _ kindName: Located<String>, _ root: Node, _ context: CarrierContext)
  {
    var resource = Resource(
      kind: kind, root: root, kindName: kindName, apiVersion: root.located("apiVersion"),
      name: root["metadata"]?.located("name"), namespace: root["metadata"]?.located("namespace"),
      carrier: context.carrier, document: document)
    guard resource.isOurs else { return }
    resource.destination = context.destination
    resource.isPatch = context.isPatch
    resource.isMerged = context.isMerged
    resource.retention = context.retention
    resource.isEditable = context.isEditable
    resource.takesWords = context.takesWords
    reading.resources.append(resource)
    if kind == .configMap { readConfigMap(root, resource, context) }
  }

  /// Kinds are told from those of other projects by their group; an apiVersion that is a placeholder tells nothing.
  private mutating func readCarrier(_ kind: String, _ root: Node, _ context: CarrierContext) {
    let group = Self.group(of: root)
    switch (group, kind) {
    case _ where kind == Self.templateKind && Self.isTemplate(group: group): readTemplate(root, context)
    case ("policy.open-cluster-management.io", "Policy"): readPolicy(root, context)
    case ("policy.open-cluster-management.io", "ConfigurationPolicy"):
      readConfigurationPolicy(root, context.inside(.object(kind), destination: policyDestination(root)), action: nil)
    case ("policy.open-cluster-management.io", "PolicyGenerator"): readPolicyGenerator(root, context)
    case ("ran.openshift.io", "PolicyGenTemplate"): readPolicyGenTemplate(root, context)
    case _ where Self.isSyncSet(group: group, kind): readSyncSet(kind, root, context)
    case ("work.open-cluster-management.io", "ManifestWork"): readManifestWork(root, context)
    case ("work.open-cluster-management.io", "ManifestWorkReplicaSet"): readManifestWorkReplicaSet(root, context)
    case ("hypershift.openshift.io", "HostedCluster"): readHostedCluster(root, context)
    case ("hypershift.openshift.io", "NodePool"): add(.nodePool, kind, root, context)
    case ("agent-install.openshift.io", "AgentServiceConfig"): add(.agentServiceConfig, kind, root, context)
    case ("config.openshift.io", "Proxy"): add(.proxy, kind, root, context)
    case ("updateservice.operator.openshift.io", "UpdateService"): add(.updateService, kind, root, context)
    case ("extensions.hive.openshift.io", "AgentClusterInstall"), ("hive.openshift.io", "ClusterDeployment"):
      readInstallOverrideAnnotation(kind, root, context)
    case ("ran.openshift.io", "SiteConfig"), ("siteconfig.open-cluster-management.io", "ClusterInstance"):
      readInstallOverrides(kind, root, context)
    case ("extensions.hive.openshift.io", "ImageClusterInstall"): readImageClusterInstall(root, context)
    case ("machineconfiguration.openshift.io", "MachineConfig"): readMachineConfig(root, context)
    case ("operator.openshift.io", "MachineConfiguration"): readMachineConfiguration(root, context)
    case (_, "InstallConfig"), (_, "ImageBasedInstallationConfig"), (_, "ApplianceConfig"):
      readInstallConfig(root, name: kind, context)
    default:
      if let meant = MisspeltKind.meant(by: kind, group: group) { add(.misspelt(meant), kind, root, context) }
      readStrings(of: root, context)
    }
  }

  /// The group of an object, empty for the core one; `nil` when it is absent or a placeholder.
  static func group(of root: Node) -> String? {
    guard let text = root.located("apiVersion")?.value else { return nil }
    guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else { return "" }
    return String(text[..<slash])
  }

  private mutating func readWithoutKind(_ root: Node, _ context: CarrierContext) {
    if Self.isInstallConfig(root) {
      readInstallConfig(root, name: "install-config", context)
    } else if root["variant"]?.string != nil, root["version"] != nil, root["storage"] != nil {
      readButane(root, context)
    } else if let kind = MergePatch.kind(of: root) {
      readMergePatch(kind, root, context)
    } else {
      readStrings(of: root, context)
    }
  }

  mutating func add(_ kind: CarrierObject.Kind, _ name: String, _ root: Node, _ context: CarrierContext) {
    var object = CarrierObject(kind, name, root, in: document)
    object.destination = context.destination
    object.isPartial = context.isPatch
    object.isEditable = context.isEditable
    reading.carriers.append(object)
  }

  /// Reads the documents of a text inside of a string.
  mutating func readText(_ documents: [Document], _ context: CarrierContext) {
    for inner in documents {
      guard let root = inner.root else { continue }
      var walk = CarrierWalk(inner, surroundings)
      walk.read(root, context)
      reading.resources += walk.reading.resources
      reading.carriers += walk.reading.carriers
    }
  }

  /// A namespaced name for people: `clusters/demo`; `nil` without a name.
  static func qualifiedName(of root: Node) -> String? {
    guard let name = root["metadata"]?.located("name")?.value else { return nil }
    guard let namespace = root["metadata"]?.located("namespace")?.value else { return name }
    return "\(namespace)/\(name)"
  }
}

extension Resource {
  /// `kind` decides, but kinds of other projects share names with ours: kpack's and OpenShift's own imported `Image`,
  /// Flux' `ImagePolicy`, sigstore's `ClusterImagePolicy`.
  var isOurs: Bool {
    switch kind {
    case .configMap:
      return root["data"] != nil || root["binaryData"] != nil
    case .image:
      if group == "config.openshift.io" { return true }
      return MergePatch.imageKeys.contains { root.at("spec", $0) != nil }
    case .clusterImagePolicy, .imagePolicy:
      if group == "config.openshift.io" { return true }
      return apiVersion?.value.contains("/") != true && root.at("spec", "scopes") != nil
    case .imageContentSourcePolicy, .imageDigestMirrorSet, .imageTagMirrorSet, .imageContentPolicy:
      // A bare `kind:` beside a name is a row of some listing, not an object.
      return root.entry("apiVersion") != nil || root.entry("spec") != nil
    }
  }
}

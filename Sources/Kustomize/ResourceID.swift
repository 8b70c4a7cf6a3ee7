import SourceText

/// Group, version and kind.
struct GroupVersionKind: Hashable {
  var group = ""
  var version = ""
  var kind = ""

  init(group: String = "", version: String = "", kind: String = "") {
    self.group = group
    self.version = version
    self.kind = kind
  }

  init(apiVersion: String, kind: String) {
    if let slash = apiVersion.utf8.firstIndex(of: UInt8(ascii: "/")) {
      group = String(apiVersion[..<slash])
      version = String(apiVersion[apiVersion.utf8.index(after: slash)...])
    } else {
      version = apiVersion
    }
    self.kind = kind
  }

  var apiVersion: String { group.isEmpty ? version : group + "/" + version }

  /// Whether kustomize's table says so. It knows no OpenShift kind.
  var isClusterScoped: Bool {
    Self.clusterScopedKinds.contains(kind) && Self.clusterScoped.contains(apiVersion + "/" + kind)
  }

  private static let clusterScopedKinds = Set(
    clusterScoped.compactMap { $0.split(separator: "/").last.map(String.init) })

  /// Every part that the selector names is equal.
  func isSelected(by selector: GroupVersionKind) -> Bool {
    (selector.group.isEmpty || group == selector.group) && (selector.version.isEmpty || version == selector.version)
      && (selector.kind.isEmpty || kind == selector.kind)
  }

  /// `Kind.version.group`
  var description: String {
    (kind.isEmpty ? "[noKind]" : kind) + "." + (version.isEmpty ? "[noVer]" : version) + "."
      + (group.isEmpty ? "[noGrp]" : group)
  }

  var sortText: [UInt8] {
    var text = Array((group.isEmpty ? "~G" : group).utf8)
    text.append(UInt8(ascii: "_"))
    text += (version.isEmpty ? "~V" : version).utf8
    text.append(UInt8(ascii: "_"))
    text += (kind.isEmpty ? "~K" : kind).utf8
    return text
  }
}

/// What names an object in a build: group, version, kind, namespace, name.
struct ResourceID: Hashable {
  var kind: GroupVersionKind
  var name: String
  var namespace: String
  /// False for earlier ids: kustomize does not look it up for them.
  var isClusterScoped: Bool

  static let noNamespace = "_non_namespaceable_"

  /// No namespace is `default`.
  var effectiveNamespace: String {
    if isClusterScoped { return ResourceID.noNamespace }
    return namespace.isEmpty ? "default" : namespace
  }

  func matches(_ other: ResourceID) -> Bool {
    name == other.name && kind == other.kind && effectiveNamespace == other.effectiveNamespace
  }

  /// What must be unique in a build: the id with `default` for no namespace.
  struct Key: Hashable {
    let kind: GroupVersionKind
    let name: String
    let namespace: String
  }

  var key: Key { Key(kind: kind, name: name, namespace: effectiveNamespace) }

  var description: String {
    kind.description + "/" + (name.isEmpty ? "[noName]" : name) + "." + (namespace.isEmpty ? "[noNs]" : namespace)
  }
}

/// kustomize's notes to itself, kept as annotations of the object while it is built: a patch that replaces
/// `metadata.annotations` loses what it does not save, as in the original.
enum BuildAnnotation {
  static let domain = "internal.config.kubernetes.io"
  static let previousKinds = domain + "/previousKinds"
  static let previousNames = domain + "/previousNames"
  static let previousNamespaces = domain + "/previousNamespaces"
  static let prefixes = domain + "/prefixes"
  static let suffixes = domain + "/suffixes"
  static let generatorBehavior = domain + "/generatorBehavior"
  static let needsHashSuffix = domain + "/needsHashSuffix"
  static let allowNameChange = domain + "/allowNameChange"
  static let allowKindChange = domain + "/allowKindChange"
  static let referencedBy = domain + "/refBy"
  static let origin = "config.kubernetes.io/origin"
  static let transformations = "alpha.config.kubernetes.io/transformations"
  static let localConfig = "config.kubernetes.io/local-config"
  static let helmGenerated = domain + "/helm-generated"
  static let enabled = "enabled"

  /// Removed from every object at the end.
  static let all = [
    previousKinds, previousNames, prefixes, suffixes, previousNamespaces, allowNameChange, allowKindChange,
    referencedBy,
    generatorBehavior, needsHashSuffix, domain + "/path", domain + "/index", domain + "/seqindent", domain + "/id",
    domain + "/annotations-migration-resource-id", "config.kubernetes.io/path", "config.kubernetes.io/index",
    "config.k8s.io/id", helmGenerated,
  ]

  /// Saved from a JSON patch.
  static func isInternal(_ key: String) -> Bool {
    key.hasPrefix(domain + "/") || key == "config.kubernetes.io/path" || key == "config.kubernetes.io/index"
      || key == "config.k8s.io/id"
  }
}

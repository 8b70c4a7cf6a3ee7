import SourceText
import YAMLSyntax

/// Finds the objects of a stream that this program speaks of: documents of their own and items of lists.
public struct ResourceReader {
  public init() {}

  /// Byte strings of which at least one stands in every file that can hold something for this program. Searching for
  /// them is hundreds of times faster than parsing.
  public static let needles: [String] = [
    "ImageContentSourcePolicy", "ImageDigestMirrorSet", "ImageTagMirrorSet", "ImageContentPolicy", "ImagePolicy",
    "config.openshift.io", "registrySources", "additionalTrustedCA", "allowedRegistriesForImport", "openshift-config",
    "BEGIN CERTIFICATE", CertificateConfigMap.encodedBegin, "updateservice-registry",
  ]

  /// The resources of all documents, in the order of the text.
  public func resources(in stream: YAMLStream) -> [Resource] {
    var resources: [Resource] = []
    for document in stream.documents {
      if let root = document.root { read(root, .document, document, depth: 0, into: &resources) }
    }
    return resources
  }

  /// The resources of an object that stands in no document of its own: composed, or taken out of something else.
  /// - Parameters:
  ///   - root: The object, or a list of objects. Its values may come from several files.
  ///   - document: The document that most of it comes from.
  public func resources(in root: Node, of document: Document) -> [Resource] {
    var resources: [Resource] = []
    read(root, .document, document, depth: 0, into: &resources)
    return resources
  }

  private func read(
    _ root: Node, _ carrier: Resource.Carrier, _ document: Document, depth: Int, into resources: inout [Resource]
  ) {
    guard root.isMapping, let kindNode = root["kind"], let kindName = kindNode.string, !kindNode.isUnknown else { return }
    // A list in a list in a list is no list that anybody applies.
    if kindName.hasSuffix("List"), let items = root["items"], items.isSequence, depth < 4 {
      for (index, item) in items.items.enumerated() {
        read(item, .list(index: index), document, depth: depth + 1, into: &resources)
      }
      return
    }
    guard let kind = ResourceKind(rawValue: kindName) else { return }
    let resource = Resource(
      kind: kind, root: root, kindName: Located(kindName, at: kindNode.span), apiVersion: root.located("apiVersion"),
      name: root["metadata"]?.located("name"), namespace: root["metadata"]?.located("namespace"), carrier: carrier,
      document: document)
    if isOurs(resource) { resources.append(resource) }
  }

  /// `kind` decides, but kinds of other projects share names with ours: kpack's and OpenShift's own imported `Image`,
  /// Flux' `ImagePolicy`, sigstore's `ClusterImagePolicy`.
  private func isOurs(_ resource: Resource) -> Bool {
    let root = resource.root
    switch resource.kind {
    case .configMap:
      return root["data"] != nil || root["binaryData"] != nil
    case .image:
      if resource.group == "config.openshift.io" { return true }
      return Self.imageSpecKeys.contains { root.at("spec", $0) != nil }
    case .clusterImagePolicy, .imagePolicy:
      if resource.group == "config.openshift.io" { return true }
      return resource.apiVersion?.value.contains("/") != true && root.at("spec", "scopes") != nil
    case .imageContentSourcePolicy, .imageDigestMirrorSet, .imageTagMirrorSet, .imageContentPolicy:
      // A bare `kind:` beside a name is a row of some listing, not an object.
      return root.entry("apiVersion") != nil || root.entry("spec") != nil
    }
  }

  private static let imageSpecKeys = [
    "registrySources", "additionalTrustedCA", "allowedRegistriesForImport", "externalRegistryHostnames",
  ]
}

extension Resource {
  /// The part of `apiVersion` before the slash: empty for the core group, `nil` when `apiVersion` is absent.
  public var group: String? {
    guard let text = apiVersion?.value else { return nil }
    guard let slash = text.firstIndex(of: "/") else { return "" }
    return String(text[..<slash])
  }

  /// The part of `apiVersion` behind the slash.
  public var version: String? {
    guard let text = apiVersion?.value else { return nil }
    guard let slash = text.firstIndex(of: "/") else { return text }
    return String(text[text.index(after: slash)...])
  }

  public var spec: Node? { root["spec"] }
}

extension Node {
  /// A string value with its place; `nil` when it is absent, no string or a placeholder.
  public func located(_ key: String) -> Located<String>? { self[key]?.locatedString }

  /// This node as a string with its place; `nil` for anything else and for placeholders.
  public var locatedString: Located<String>? {
    guard !isUnknown, let string else { return nil }
    return Located(string, at: span)
  }
}

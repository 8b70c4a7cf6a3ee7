import SourceText
import YAMLSyntax

/// Finds the objects of a stream that this program speaks of: documents of their own, items of lists, and what other
/// objects carry.
public struct ResourceReader {
  public init() {}

  /// Byte strings of which at least one stands in every file that can hold something for this program. Searching for
  /// them is hundreds of times faster than parsing.
  ///
  /// API groups stand with their slash: many files name them alone, in roles and annotations.
  public static let needles: [String] = [
    "ImageContentSourcePolic", "ImageDigestMirrorSet", "ImageTagMirrorSet", "ImageContentPolicy", "ImagePolicy",
    "config.openshift.io/v", "operator.openshift.io/v1alpha1", "registrySources", "additionalTrustedCA",
    "allowedRegistriesForImport", "openshift-config",
    "BEGIN CERTIFICATE", CertificateConfigMap.encodedBegin, "updateservice-registry",
    // Of carriers: install-config and its kin, HyperShift, AgentServiceConfig, files on nodes, UpdateService.
    "imageContentSources", "imageDigestSources", "additionalTrustBundle", "hypershift.openshift.io/v",
    "PolicyGen", "DigestMirrors", "imageTagMirrors", "mirrorRegistryRef", "/etc/containers/", "nodeDisruptionPolicy",
    "updateservice.operator.openshift.io",
  ]

  /// The resources of all documents, in the order of the text.
  public func resources(in stream: YAMLStream) -> [Resource] { reading(of: stream).resources }

  /// The resources of an object that stands in no document of its own: composed, or taken out of something else.
  /// - Parameters:
  ///   - root: The object, or one that carries others. Its values may come from several files.
  ///   - document: The document that most of it comes from.
  public func resources(in root: Node, of document: Document) -> [Resource] {
    reading(of: root, in: document).resources
  }

  /// Everything that a stream holds: resources, and the objects that carry them or say something of registries.
  public func reading(of stream: YAMLStream) -> ResourceReading {
    let surroundings = Surroundings(stream)
    var reading = ResourceReading()
    for document in stream.documents {
      guard let root = document.root else { continue }
      var walk = CarrierWalk(document, surroundings)
      walk.read(root)
      reading.resources += walk.reading.resources
      reading.carriers += walk.reading.carriers
    }
    return reading
  }

  /// The same of one object.
  public func reading(of root: Node, in document: Document) -> ResourceReading {
    var walk = CarrierWalk(document, Surroundings())
    walk.read(root)
    return walk.reading
  }
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

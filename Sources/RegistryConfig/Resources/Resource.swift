import SourceText
import YAMLSyntax

/// The kinds that this program reads. Recognised by `kind` alone: a resource under a wrong group or version is still
/// linted, and its `apiVersion` is a finding.
public enum ResourceKind: String, Hashable, Sendable, CaseIterable {
  case image = "Image"
  case imageContentSourcePolicy = "ImageContentSourcePolicy"
  case imageDigestMirrorSet = "ImageDigestMirrorSet"
  case imageTagMirrorSet = "ImageTagMirrorSet"
  case imageContentPolicy = "ImageContentPolicy"
  case clusterImagePolicy = "ClusterImagePolicy"
  case imagePolicy = "ImagePolicy"
  case configMap = "ConfigMap"

  /// The kinds that hold mirrors of image sources.
  public var isMirrorSet: Bool {
    switch self {
    case .imageContentSourcePolicy, .imageDigestMirrorSet, .imageTagMirrorSet, .imageContentPolicy: true
    default: false
    }
  }
}

/// One Kubernetes object as it was written.
public struct Resource: Sendable {
  /// What the object was written inside of.
  public enum Carrier: Hashable, Sendable {
    /// A document of its own.
    case document
    /// An item of a `List`, with its index.
    case list(index: Int)
    /// An object inside of an object of another kind, with that kind: `Template`, `ConfigurationPolicy`, `SyncSet`.
    case object(String)
    /// Text of its own inside of a string, with the kind that holds the string.
    case text(String)
    /// No object at all: what a cluster makes of the fields of something else, `HostedCluster` or `install-config`.
    case derived(String)
  }

  /// The object whose fields a cluster makes this one of.
  public struct WrittenAs: Sendable {
    public let apiVersion: String?
    public let kindName: String
    public let namespace: String?
    public let name: String?
    /// The path of this object that stands at another path there: `spec.imageDigestMirrors`,
    /// `spec.imageContentSources`.
    public let field: String
    public let writtenField: String

    /// Where a field of this object is written.
    public func path(of field: String) -> String {
      field.hasPrefix(self.field) ? writtenField + field.dropFirst(self.field.count) : field
    }
  }

  /// Where an object lands.
  public enum Destination: Hashable, Sendable {
    /// On the cluster that its file is applied to.
    case applied
    /// On other clusters, which its carrier selects; equal texts meet on the same clusters. The text is for people:
    /// `hosted cluster clusters/demo`.
    case elsewhere(String)
    /// On clusters that are installed from now on; one that runs never reads it again. The text is for people:
    /// `demo.example.com`.
    case installation(String)
    /// On none: inform only, mustnothave.
    case nowhere

    /// For people; `nil` where the file is applied, and for none.
    public var words: String? {
      switch self {
      case .applied, .nowhere: nil
      case .elsewhere(let text): text
      case .installation(let cluster): "installation of \(cluster)"
      }
    }
  }

  public let kind: ResourceKind
  /// The object itself.
  public private(set) var root: Node
  public let kindName: Located<String>
  /// `nil` when it is absent or not a string.
  public let apiVersion: Located<String>?
  /// `nil` when it is absent, not a string, or a placeholder.
  public let name: Located<String>?
  public let namespace: Located<String>?
  public let carrier: Carrier
  /// The document that holds the object.
  public let document: Document
  /// Where it lands.
  public var destination: Destination = .applied
  /// The object's bytes are those of the file, so that it can be edited in place: not what a cluster makes of other
  /// fields, and not quoted text inside of a string.
  public var isEditable = true
  /// Its words stand in the file, perhaps between escapes and folded lines: a word can take the place of another one,
  /// when the bytes at its place are that word.
  public var takesWords = false
  /// How it is written, when it is no object of its own: for people.
  public var writtenAs: WrittenAs?
  /// The document is a patch of an object that stands elsewhere: what it leaves out is not missing.
  public var isPatch = false
  /// A patch whose lists are added to those of the object that is there, which keeps its own: `musthave`.
  public var isMerged = false
  /// What clusters keep of it when it changes or goes; `nil` where nothing is known to stay.
  public var retention: Retention?
  /// What patches took out of it, when it was composed.
  public var removals: [RemovedField] = []

  public init(
    kind: ResourceKind, root: Node, kindName: Located<String>, apiVersion: Located<String>?, name: Located<String>?,
    namespace: Located<String>?, carrier: Carrier, document: Document
  ) {
    self.kind = kind
    self.root = root
    self.kindName = kindName
    self.apiVersion = apiVersion
    self.name = name
    self.namespace = namespace
    self.carrier = carrier
    self.document = document
  }

  public var file: SourceFile { kindName.span.file }

  /// The same object with other content.
  public func replacing(root: Node) -> Resource {
    var result = self
    result.root = root
    return result
  }

  /// Every file that makes it what it is, its own first: those that a part is written in, and those that took one out.
  public var contributingFiles: [SourceFile] {
    var files = root.files
    for removal in removals where !files.contains(where: { $0 === removal.span.file }) {
      files.append(removal.span.file)
    }
    return files
  }
}

extension Resource {
  /// For people: `ImageDigestMirrorSet mirrors`.
  public var title: String { [kindName.value, name?.value].compactMap { $0 }.joined(separator: " ") }
}

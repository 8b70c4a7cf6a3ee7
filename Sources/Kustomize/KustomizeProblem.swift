import SourceText

/// Why a kustomization was not composed. There is never a partial or different result beside it.
public struct KustomizeProblem: Error, Sendable {
  public enum Kind: String, Sendable {
    /// kustomize would compose this, or might; we do not do it faithfully, so we do not do it. `feature` names it.
    case unsupported
    /// The kustomization file itself: unknown field, wrong type, empty, wrong kind, none or several in a folder.
    case kustomization
    /// A file or folder that is named does not exist.
    case missing
    /// Something is there that cannot be read here: it may well be composed elsewhere.
    case unread
    /// A path outside of the repository.
    case outside
    /// A file of the repository outside of the kustomization's folder. kustomize refuses it, unless it is told not to
    /// by `--load-restrictor LoadRestrictionsNone`.
    case restricted
    /// A URL or Git reference: nothing is ever fetched.
    case remote
    /// A folder that is built while it is being built.
    case cycle
    /// YAML or JSON that cannot be read.
    case syntax
    /// A document that is no Kubernetes object: no kind, no name.
    case resource
    /// Two objects with the same group, version, kind, namespace and name.
    case duplicate
    /// A patch that does not apply, or a target that cannot be read.
    case patch
    /// A ConfigMap or Secret that cannot be generated or merged.
    case generator
    /// Any other transformer: namespace, labels, images, replicas, replacements, variables, name references.
    case transformer
    /// The result cannot be written: duplicate keys, keys that are no strings, not-a-number, control characters.
    case output
  }

  public let kind: Kind
  /// What is not composed here, in a few stable words; set when `kind` is `.unsupported`.
  public let feature: String?
  /// One sentence without a full stop.
  public let message: String
  /// Where the cause is written.
  public let span: SourceSpan?

  public init(_ kind: Kind, _ message: String, at span: SourceSpan? = nil) {
    self.kind = kind
    feature = nil
    self.message = message
    self.span = span
  }

  /// The same problem with a place, when it had none.
  func located(at place: SourceSpan?) -> KustomizeProblem {
    guard span == nil, let place else { return self }
    return moved(to: place)
  }

  /// The same problem elsewhere.
  func moved(to place: SourceSpan) -> KustomizeProblem {
    KustomizeProblem(kind: kind, feature: feature, message: message, span: place)
  }

  private init(kind: Kind, feature: String?, message: String, span: SourceSpan?) {
    self.kind = kind
    self.feature = feature
    self.message = message
    self.span = span
  }

  static func unsupported(_ feature: String, _ detail: String? = nil, at span: SourceSpan? = nil) -> KustomizeProblem {
    KustomizeProblem(
      kind: .unsupported, feature: feature,
      message: "\(feature) is not composed here" + (detail.map { ": \($0)" } ?? ""), span: span)
  }
}

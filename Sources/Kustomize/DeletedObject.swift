import SourceText

/// An object that a patch removed from what a kustomization yields (`$patch: delete`).
public struct DeletedObject: Sendable {
  public let kind: String
  /// As the object had them when it was removed; the namespace is empty without one.
  public let namespace: String
  public let name: String
  /// The whole object, where it is written.
  public let object: SourceSpan
  /// What orders it, in the patch.
  public let span: SourceSpan

  init(_ resource: ComposingResource, by span: SourceSpan) {
    kind = resource.kind
    namespace = resource.namespace
    name = resource.name
    object = resource.current.span
    self.span = span
  }
}

import SourceText

/// What a target of a patch or replacement names: each part a regular expression over the whole text.
struct Selector {
  var kind = GroupVersionKind()
  var name = ""
  var namespace = ""
  var annotationSelector = ""
  var labelSelector = ""
  var span: SourceSpan

  /// The selector with its expressions compiled.
  struct Compiled {
    private let group: RegularExpression?
    private let version: RegularExpression?
    private let kind: RegularExpression?
    private let name: RegularExpression?
    private let namespace: RegularExpression?
    private let annotations: LabelSelector
    private let labels: LabelSelector
    /// Whether anything but labels and annotations is named.
    let namesObjects: Bool
    let hasLabelOrAnnotationSelector: Bool

    init(_ selector: Selector) throws(KustomizeProblem) {
      func anchored(_ pattern: String) throws(KustomizeProblem) -> RegularExpression? {
        pattern.isEmpty ? nil : try RegularExpression("^(?:" + pattern + ")$", at: selector.span)
      }
      group = try anchored(selector.kind.group)
      version = try anchored(selector.kind.version)
      kind = try anchored(selector.kind.kind)
      name = try anchored(selector.name)
      namespace = try anchored(selector.namespace)
      annotations = try LabelSelector(selector.annotationSelector, at: selector.span)
      labels = try LabelSelector(selector.labelSelector, at: selector.span)
      namesObjects = group != nil || version != nil || kind != nil || name != nil || namespace != nil
      hasLabelOrAnnotationSelector = !selector.annotationSelector.isEmpty || !selector.labelSelector.isEmpty
    }

    func matches(_ kind: GroupVersionKind) -> Bool {
      (group?.matches(kind.group) ?? true) && (version?.matches(kind.version) ?? true)
        && (self.kind?.matches(kind.kind) ?? true)
    }

    func matchesName(_ text: String) -> Bool { name?.matches(text) ?? true }
    func matchesNamespace(_ text: String) -> Bool { namespace?.matches(text) ?? true }

    func matchesLabelsAndAnnotations(_ resource: ComposingResource) -> Bool {
      annotations.matches(resource.annotations) && labels.matches(resource.labels)
    }
  }
}

extension ResourceSet {
  /// The targets of a patch: names and namespaces fit as they are now or were at first.
  func selected(by selector: Selector) throws(KustomizeProblem) -> [ComposingResource] {
    let compiled = try Selector.Compiled(selector)
    var result: [ComposingResource] = []
    for resource in resources {
      let current = resource.id
      let original = try resource.originalID()
      if compiled.matchesNamespace(original.effectiveNamespace)
        || compiled.matchesNamespace(current.effectiveNamespace),
        compiled.matchesName(original.name) || compiled.matchesName(current.name), compiled.matches(current.kind),
        compiled.matchesLabelsAndAnnotations(resource)
      {
        result.append(resource)
      }
    }
    return result
  }
}

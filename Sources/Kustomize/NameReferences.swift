import SourceText

/// Repairs the names that objects know of each other, after prefixes, suffixes, hashes and namespaces have changed them
/// (kustomize api/filters/nameref). `Image.spec.additionalTrustedCA.name` is none of the built-in fields.
struct NameReferences {
  private let configuration: TransformerConfiguration
  private let set: ResourceSet
  private let facts: [Facts]

  /// What is asked of every candidate again and again; references do not change it.
  private struct Facts {
    let resource: ComposingResource
    let id: ResourceID
    let previous: [ResourceID]
    let original: ResourceID
  }

  init(_ configuration: TransformerConfiguration, in set: ResourceSet) throws(KustomizeProblem) {
    self.configuration = configuration
    self.set = set
    var facts: [Facts] = []
    // Without annotations an object has had no other kind.
    guard set.resources.contains(where: { $0.hasAnnotations || !configuration.isNoReferrer($0.kind) }) else {
      self.facts = []
      return
    }
    for resource in set.resources {
      let previous = try resource.previousIDs()
      facts.append(
        Facts(resource: resource, id: resource.id, previous: previous, original: previous.first ?? resource.id))
    }
    self.facts = facts
  }

  func repair() throws(KustomizeProblem) {
    for referrer in facts where !configuration.isNoReferrer(referrer.original.kind.kind) {
      var candidates: [Facts]?
      for reference in configuration.nameReferences {
        for spec in reference.referrers where referrer.original.kind.isSelected(by: spec.kind) {
          var field = spec
          field.kind = referrer.id.kind
          let filter = FieldSpecFilter(spec: field, creating: nil, span: referrer.resource.source)
          try filter.apply(to: referrer.resource) { node throws(KustomizeProblem) in
            if node.isTaggedNull { return }
            let known: [Facts]
            if let candidates { known = candidates } else { known = try self.candidates(of: referrer) }
            candidates = known
            let search = Search(
              referrer: referrer, target: reference.kind, isRoleReference: spec.path.hasSuffix("roleRef/name"),
              candidates: known)
            try search.set(node)
          }
        }
      }
    }
  }

  /// Objects of the same namespace and cluster-scoped ones; a cluster-scoped object may name anything.
  private func candidates(of referrer: Facts) throws(KustomizeProblem) -> [Facts] {
    if referrer.id.isClusterScoped { return facts }
    let namespaces = try roleBindingNamespaces(referrer.resource)
    return facts.filter { candidate in
      candidate.id.isClusterScoped || candidate.id.effectiveNamespace == referrer.id.effectiveNamespace
        || namespaces.contains(candidate.id.namespace)
    }
  }

  private func roleBindingNamespaces(_ resource: ComposingResource) throws(KustomizeProblem) -> Set<String> {
    guard resource.kind == "RoleBinding", let subjects = resource.root.field("subjects"), subjects.kind == .sequence
    else { return [] }
    var result: Set<String> = []
    for subject in subjects.content {
      guard subject.kind == .mapping else {
        throw KustomizeProblem(.transformer, "a subject must be a mapping", at: subject.span)
      }
      guard let namespace = subject.field("namespace"), subject.field("kind")?.value == "ServiceAccount" else {
        continue
      }
      guard !namespace.isTaggedNull else {
        throw KustomizeProblem(.transformer, "the namespace of a subject is blank", at: namespace.span)
      }
      result.insert(namespace.value)
    }
    return result
  }

  /// One field of one object.
  private struct Search {
    let referrer: Facts
    let target: GroupVersionKind
    let isRoleReference: Bool
    let candidates: [Facts]

    func set(_ node: YNode) throws(KustomizeProblem) {
      switch node.kind {
      case .scalar: try setScalar(node)
      case .mapping: try setMapping(node)
      case .sequence:
        for item in node.content where !item.isTaggedNull {
          switch item.kind {
          case .scalar: try setScalar(item)
          case .mapping: try setMapping(item)
          default: throw KustomizeProblem(.transformer, "a list of names holds a list", at: item.span)
          }
        }
      case .none: throw KustomizeProblem(.transformer, "a name reference is nothing", at: node.span)
      }
    }

    private func setScalar(_ node: YNode) throws(KustomizeProblem) {
      guard let found = try referral(node.value, candidates, withNamespaces: false, node) else { return }
      let name = found.resource.name
      if name != node.value, !name.isEmpty { try node.setScalar(.scalar(name, at: node.span)) }
    }

    private func setMapping(_ node: YNode) throws(KustomizeProblem) {
      guard let nameNode = try node.get("name") else {
        throw KustomizeProblem(.transformer, "a reference has no name", at: node.span)
      }
      var known = candidates
      if let namespace = try node.get("namespace")?.value {
        known = candidates.filter { group($0.original) == namespace }
        if known.isEmpty { known = candidates.filter { group($0.id) == namespace } }
      }
      guard let found = try referral(nameNode.value, known, withNamespaces: true, node) else { return }
      let (name, namespace) = (found.resource.name, found.resource.namespace)
      if name == nameNode.value, namespace.isEmpty { return }
      if !name.isEmpty { try node.set("name", .scalar(name, at: nameNode.span)) }
      if !namespace.isEmpty {
        try node.set("namespace", .scalar(namespace, at: found.resource.namespaceSpan))
      }
    }

    /// The namespace that a candidate is found under; cluster-scoped ones are found under none.
    private func group(_ id: ResourceID) -> String? {
      let namespace = id.effectiveNamespace
      return namespace == ResourceID.noNamespace ? nil : namespace
    }

    private func referral(
      _ name: String, _ candidates: [Facts], withNamespaces: Bool, _ node: YNode
    ) throws(KustomizeProblem) -> Facts? {
      var found = candidates.filter { $0.previous.contains { $0.name == name } }
      found = found.filter { $0.previous.contains { $0.kind.isSelected(by: target) } }
      if isRoleReference, let role = try roleReference() {
        found = found.filter { $0.previous.contains { $0.kind.isSelected(by: role) } }
      }
      if !referrer.id.isClusterScoped {
        found = found.filter { candidate in
          candidate.id.isClusterScoped || candidate.resource.kind == "ServiceAccount"
            || candidate.id.effectiveNamespace == referrer.id.effectiveNamespace
        }
      }
      if found.count == 1 { return found[0] }
      found = found.filter { hasEqualAffixes($0, allowingEmpty: true) }
      if found.count > 1 { found = found.filter { hasEqualAffixes($0, allowingEmpty: false) } }
      guard let first = found.first else { return nil }
      let isSame = found.allSatisfy { candidate in
        candidate.resource.name == first.resource.name
          && (!withNamespaces || candidate.resource.namespace == first.resource.namespace)
      }
      guard isSame else {
        throw KustomizeProblem(.transformer, "the name '\(name)' may refer to \(found.count) objects", at: node.span)
      }
      return first
    }

    private func roleReference() throws(KustomizeProblem) -> GroupVersionKind? {
      guard let role = try referrer.resource.root.lookup("roleRef"), let group = try role.get("apiGroup"),
        let kind = try role.get("kind")
      else { return nil }
      return GroupVersionKind(group: group.value, kind: kind.value)
    }

    private func hasEqualAffixes(_ candidate: Facts, allowingEmpty: Bool) -> Bool {
      [BuildAnnotation.prefixes, BuildAnnotation.suffixes].allSatisfy { annotation in
        let mine = candidate.resource.list(annotation)
        let theirs = referrer.resource.list(annotation)
        if allowingEmpty, mine.isEmpty || theirs.isEmpty { return true }
        let (short, long) = mine.count <= theirs.count ? (mine, theirs) : (theirs, mine)
        return short.isEmpty ? long.isEmpty : Array(long.suffix(short.count)) == short
      }
    }
  }
}

import RegistryConfig
import SourceText

/// Renders what the Machine Config Operator writes on every node of a cluster.
public enum NodeFiles {
  /// Renders the files of a cluster.
  /// - Parameters:
  ///   - resources: everything that meets on the cluster; without an Image named `cluster` its lists are empty.
  ///   - release: decides which kinds exist, which checks are made and how the text looks.
  ///   - releaseImage: the cluster's payload, a reference written in full (`ReleaseImage`).
  /// - Returns: the files to the byte, or the operator's own error; never both.
  ///
  /// Source: machine-config-operator, container_runtime_config_controller.go, `syncImageConfig`.
  public static func render(
    _ resources: ClusterResources, release: Release = .newest, releaseImage: String = ReleaseImage.assumed
  ) -> NodeRendering {
    var rendering = Draft(OperatorInput(resources, release: release), release, releaseImage)
    rendering.certificates = NodeCertificates.files(
      trustedCA: rendering.input.trustedCA, in: resources.certificateConfigMaps)
    do throws(OperatorError) {
      try rendering.fill()
    } catch {
      return rendering.finished(error)
    }
    return rendering.finished(nil)
  }
}

/// A rendering that is being made.
private struct Draft {
  let input: OperatorInput
  let release: Release
  let releaseImage: String
  var certificates: [String: NodeRendering.CertificateFile] = [:]
  var files: [String: NodeRendering.File] = [:]
  var registriesConf = RegistriesConf()
  var policy: PolicyFile
  var namespacedPolicies: [String: PolicyFile] = [:]
  var lists: BlockedAndAllowed?
  var leftOut: [LeftOut]
  var shadowed: [Origin] = []

  init(_ input: OperatorInput, _ release: Release, _ releaseImage: String) {
    self.input = input
    self.release = release
    self.releaseImage = releaseImage
    policy = PolicyFile(base: release)
    leftOut = input.leftOut
  }

  func finished(_ error: OperatorError?) -> NodeRendering {
    NodeRendering(
      release: release, releaseImage: releaseImage, files: error == nil ? files : [:], certificates: certificates,
      error: error, warning: lists?.warning, registriesConf: registriesConf,
      searchRegistries: input.search?.map(\.scope), searchOrigins: input.search?.map(\.origin) ?? [], policy: policy,
      namespacedPolicies: namespacedPolicies, droppedBlockedRegistries: lists?.dropped.map(\.origin) ?? [],
      shadowedImagePolicyScopes: shadowed, unseen: input.unseen, leftOut: leftOut)
  }

  mutating func fill() throws(OperatorError) {
    let payload: ImageReference
    do throws(ImageReference.Problem) {
      payload = try ImageReference(canonical: releaseImage)
    } catch {
      throw OperatorError("error parsing reference of release image", .releaseImage)
    }
    let lists = BlockedAndAllowed(input, releaseImage: payload, release: release)
    self.lists = lists
    let signatures = try SignatureScopes(input.signaturePolicies, release: release, payloadRepository: payload.name)
    leftOut += signatures.leftOut
    shadowed = signatures.shadowed

    files[NodePath.registriesConf] = try renderRegistriesConf(lists)
    files[NodePath.policy] = try renderPolicy(lists, signatures, payload)
    try renderSignatures(lists, signatures)
    if let search = input.search {
      files[NodePath.searchRegistries] = NodeRendering.File(
        kind: .generated, content: RegistriesConf.searchDropIn(search.map(\.scope), release: release))
    }
  }

  private mutating func renderRegistriesConf(_ lists: BlockedAndAllowed) throws(OperatorError) -> NodeRendering.File {
    guard input.insecure != nil || !lists.registriesBlocked.isEmpty || input.hasMirrorObjects else {
      return NodeRendering.File(
        kind: .base, content: "unqualified-search-registries = ['registry.access.redhat.com', 'docker.io']\n")
    }
    let insecure = input.insecure ?? []
    try OperatorValidation(release: release).checkRegistriesConf(
      insecure: insecure, blocked: lists.registriesBlocked, lists: input.digestLists + input.tagLists)
    try registriesConf.edit(
      insecure: insecure, blocked: lists.registriesBlocked, digestMirrors: MergedMirrors.merge(input.digestLists),
      tagMirrors: MergedMirrors.merge(input.tagLists), release: release)
    return NodeRendering.File(kind: .generated, content: registriesConf.text(for: release))
  }

  private mutating func renderPolicy(
    _ lists: BlockedAndAllowed, _ signatures: SignatureScopes, _ payload: ImageReference
  ) throws(OperatorError) -> NodeRendering.File {
    let (blocked, allowed) = (lists.policyBlocked, lists.policyAllowed)
    let isGenerated =
      !blocked.isEmpty || !allowed.isEmpty || !signatures.cluster.isEmpty || !signatures.namespaced.isEmpty
    guard isGenerated else { return NodeRendering.File(kind: .base, content: PolicyFile.baseText) }
    if !allowed.isEmpty, !blocked.isEmpty,
      !(allowed.count == 1 && allowed[0].scope.equalsBytes(payload.name))
    {
      throw OperatorError(
        "invalid images config: only one of AllowedRegistries or BlockedRegistries may be specified", .policy,
        origins: [allowed[0].origin, blocked[0].origin])
    }
    try SignatureScopes.check(
      signatures.cluster.lazy.compactMap { scope, rules in rules.first.map { (scope: scope, origin: $0.origin) } },
      kind: "clusterimagePolicy", allowed: allowed, blocked: blocked)
    if !blocked.isEmpty || !allowed.isEmpty || !signatures.cluster.isEmpty {
      try OperatorValidation(release: release).checkPolicy(blocked: blocked, allowed: allowed)
      policy = PolicyFile(release: release, allowed: allowed, blocked: blocked, signed: signatures.cluster)
    }
    return NodeRendering.File(kind: .generated, content: policy.text(indent: release.policyIndentation))
  }

  private mutating func renderSignatures(
    _ lists: BlockedAndAllowed, _ signatures: SignatureScopes
  ) throws(OperatorError) {
    guard !signatures.cluster.isEmpty || !signatures.namespaced.isEmpty else { return }
    let scopes = signatures.namespaced.values.lazy.flatMap { rules in
      rules.compactMap { scope, rules in rules.first.map { (scope: scope, origin: $0.origin) } }
    }
    try SignatureScopes.check(scopes, kind: "imagePolicy", allowed: lists.policyAllowed, blocked: lists.policyBlocked)
    for (namespace, rules) in signatures.namespaced {
      let file = policy.adding(rules)
      namespacedPolicies[namespace] = file
      files[NodePath.namespacedPolicy(namespace)] = NodeRendering.File(
        kind: .generated, content: file.text(indent: release.namespacedPolicyIndentation))
    }
    let conf = files[NodePath.registriesConf]?.kind == .generated ? registriesConf : nil
    let sigstore = try SigstoreRegistries(signatures.all, conf: conf, release: release)
    files[NodePath.sigstoreRegistries] = NodeRendering.File(kind: .generated, content: sigstore.text)
  }
}

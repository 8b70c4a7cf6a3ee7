import RegistryConfig

/// A containers-policy.json as the operator writes it: which images a node may run.
public struct PolicyFile: Sendable {
  /// What is asked of the images of a scope.
  public struct Rule: Sendable {
    public internal(set) var requirements: [PolicyRequirement]
    /// The manifest entries that it comes from; empty for the default.
    public internal(set) var origins: [Origin]
  }

  /// For images that no scope covers.
  public internal(set) var defaultRequirement: PolicyRequirement = .insecureAcceptAnything
  /// Rules of the `docker` transport by scope.
  private(set) var rules: [Bytewise: Rule] = [:]
  private(set) var scopeLengths = ScopeLengths()
  /// Only the base file has neither the `docker` nor the `atomic` transport.
  private(set) var isBase = true
  private let release: Release

  /// The file that the operator's templates write on every node.
  static let baseText = """
    {
        "default": [
            {
                "type": "insecureAcceptAnything"
            }
        ],
        "transports":
            {
                "docker-daemon":
                    {
                        "": [{"type":"insecureAcceptAnything"}]
                    }
            }
    }
    """

  /// The base file.
  init(base release: Release) {
    self.release = release
  }

  /// The rule of exactly this scope.
  public func rule(of scope: String) -> Rule? { rules[Bytewise(scope)] }

  /// Scopes for which only one of two files has a rule, or for which they have different ones; in no order.
  public func scopes(differingFrom other: PolicyFile) -> [String] {
    let changed = rules.filter { other.rules[$0.key]?.requirements != $0.value.requirements }.keys
    return (changed + other.rules.keys.filter { rules[$0] == nil }).map(\.text)
  }

  public var isWithoutScopes: Bool { rules.isEmpty }

  /// All scopes, sorted by their bytes.
  public var scopes: [String] { rules.keys.sorted().map(\.text) }

  /// Applies allowed and blocked registries and the scopes that need signatures.
  /// Source: machine-config-operator, helpers.go, `updatePolicyJSON`.
  init(
    release: Release, allowed: [ListedScope], blocked: [ListedScope],
    signed: [Bytewise: [SignatureScopes.Requirement]]
  ) {
    self.release = release
    if !allowed.isEmpty {
      defaultRequirement = .reject
      for entry in allowed where signed[Bytewise(entry.scope)] == nil { set(.insecureAcceptAnything, entry) }
    }
    if !blocked.isEmpty {
      defaultRequirement = .insecureAcceptAnything
      for entry in blocked { set(.reject, entry) }
    }
    append(signed)
    isBase = rules.isEmpty
  }

  private mutating func set(_ requirement: PolicyRequirement, _ entry: ListedScope) {
    let key = Bytewise(entry.scope)
    // A scope listed twice keeps its first place; one that is allowed and blocked is blocked.
    if let old = rules[key], case .reject = requirement, case .reject? = old.requirements.first { return }
    if let old = rules[key], case .insecureAcceptAnything = requirement,
      case .insecureAcceptAnything? = old.requirements.first
    {
      return
    }
    rules[key] = Rule(requirements: [requirement], origins: [entry.origin])
    scopeLengths.insert(entry.scope)
  }

  private mutating func append(_ signed: [Bytewise: [SignatureScopes.Requirement]]) {
    for (scope, requirements) in signed {
      var rule = rules[scope] ?? Rule(requirements: [], origins: [])
      rule.requirements += requirements.map { .sigstoreSigned($0.signed) }
      rule.origins += requirements.map(\.origin)
      rules[scope] = rule
      scopeLengths.insert(scope.text)
    }
  }

  /// The file for the pods of one namespace: this file and the scopes of the namespace's ImagePolicies.
  func adding(_ signed: [Bytewise: [SignatureScopes.Requirement]]) -> PolicyFile {
    var file = self
    file.append(signed)
    file.isBase = false
    return file
  }

  // MARK: Text

  /// The text of the file; `indent` spaces a level, or one line.
  func text(indent: Int?) -> String {
    if isBase { return Self.baseText }
    let docker = rules.sorted { $0.key < $1.key }.map { scope, rule in
      (key: scope.text, value: GoJSONValue.array(rule.requirements.map(\.json)))
    }
    let atomic = docker.filter { AtomicPolicyScope.isWritten($0.key, release: release) }
    let accept = GoJSONValue.array([PolicyRequirement.insecureAcceptAnything.json])
    let json = GoJSONValue.object([
      ("default", .array([defaultRequirement.json])),
      (
        "transports",
        .object([
          ("atomic", .object(atomic)), ("docker", .object(docker)), ("docker-daemon", .object([("", accept)])),
        ])
      ),
    ])
    return GoJSON.text(of: json, indent: indent, shortControlEscapes: release.writesShortControlEscapes)
  }

  // MARK: Loading

  /// Scopes for which a node refuses the whole file, so that no image can be pulled at all.
  ///
  /// containers/image checks the scopes of the `atomic` transport where it is compiled in, as in CRI-O; one bad scope
  /// (`reg.io/a:v1`) makes the file unusable. `cases/pull` does not show this.
  /// Source: containers/image, openshift/openshift_transport.go, `scopeRegexp`.
  public var unloadableScopes: [(scope: String, origins: [Origin])] {
    rules.filter { scope, _ in
      AtomicPolicyScope.isWritten(scope.text, release: release) && !AtomicPolicyScope.isLoadable(scope.text)
    }.sorted { $0.key < $1.key }.map { ($0.key.text, $0.value.origins) }
  }
}

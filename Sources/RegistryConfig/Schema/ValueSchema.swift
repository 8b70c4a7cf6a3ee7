/// What the API server accepts in one place of an object: a type, and what else the value must be.
public struct ValueSchema: Sendable {
  /// The structure of a value. `free` is kept as it is and never looked into.
  public indirect enum Shape: Sendable {
    case string
    case boolean
    case integer
    case list(ValueSchema)
    case object([Field])
    /// Any keys, all values alike.
    case map(ValueSchema)
    case free
  }

  /// A key of an object.
  public struct Field: Sendable {
    public let key: String
    public let schema: ValueSchema
    public let isRequired: Bool
    /// The releases whose API knows the key; in others it is pruned.
    public let releases: ReleaseRange

    public init(_ key: String, _ schema: ValueSchema, required: Bool = false, in releases: ReleaseRange = .always) {
      self.key = key
      self.schema = schema
      self.isRequired = required
      self.releases = releases
    }
  }

  /// A constraint and the releases that enforce it.
  public struct Rule: Sendable {
    public let constraint: Constraint
    public let releases: ReleaseRange

    public init(_ constraint: Constraint, in releases: ReleaseRange) {
      self.constraint = constraint
      self.releases = releases
    }
  }

  public let shape: Shape
  public let rules: [Rule]
  /// Go types read null as the empty value; CRDs refuse it.
  public let acceptsNull: Bool

  public init(_ shape: Shape, rules: [Rule] = [], acceptsNull: Bool = false) {
    self.shape = shape
    self.rules = rules
    self.acceptsNull = acceptsNull
  }

  /// The same value with more constraints, held by the given releases.
  public func holding(_ constraints: Constraint..., in releases: ReleaseRange = .always) -> ValueSchema {
    ValueSchema(shape, rules: rules + constraints.map { Rule($0, in: releases) }, acceptsNull: acceptsNull)
  }

  /// The same value, or null.
  public var orNull: ValueSchema { ValueSchema(shape, rules: rules, acceptsNull: true) }

  public static let string = ValueSchema(.string)
  public static let boolean = ValueSchema(.boolean)
  public static let integer = ValueSchema(.integer)
  public static let free = ValueSchema(.free, acceptsNull: true)
  public static func list(_ items: ValueSchema) -> ValueSchema { ValueSchema(.list(items)) }
  public static func object(_ fields: Field...) -> ValueSchema { ValueSchema(.object(fields)) }
  public static func map(_ values: ValueSchema) -> ValueSchema { ValueSchema(.map(values)) }

  /// The name that the API server gives to the type.
  public var type: JSONType {
    switch shape {
    case .string: .string
    case .boolean: .boolean
    case .integer: .integer
    case .list: .array
    case .object, .map, .free: .object
    }
  }
}

/// The types of JSON as the API server names them.
public enum JSONType: String, Hashable, Sendable {
  case string, boolean, integer, number, array, object, null
}

/// What a value must be beside its type.
public enum Constraint: Hashable, Sendable {
  case oneOf([String])
  /// A `pattern` of the CRD.
  case pattern(ValueGrammar)
  /// A CEL rule on a text: a grammar and the CRD's own message. Checked only when the object has no structural error.
  case text(ValueGrammar, message: String)
  /// A CEL rule on an object.
  case object(ObjectRule)
  /// Lengths in characters.
  case minLength(Int)
  case maxLength(Int)
  case minItems(Int)
  case maxItems(Int)
  /// `x-kubernetes-list-type: set`
  case set
  /// `x-kubernetes-list-type: map` with one key.
  case mapKey(String)
  /// The keys of a map.
  case keys(ValueGrammar)
  /// The bytes of all values of a map together.
  case maxTotalBytes(Int)
}

/// The grammars that the schemas name. All are matched in linear time.
public enum ValueGrammar: Hashable, Sendable {
  /// `host[:port][/path]` or `*.host`
  case registrySource
  /// `host[:port][/path]`
  case registryMirror
  /// The grammar of ImageContentPolicy.
  case contentPolicySource
  case scopeDomain, scopeWildcard, scopeImage
  case repositoryWithoutTag, repository
  /// Base64 without line ends.
  case base64
  /// Base64 as Go reads it: line ends are skipped.
  case base64WithLineEnds
  /// Base64 of a text that begins or ends with a PEM marker, which is given without its hyphens and BEGIN or END.
  case pemBegins(String), pemEnds(String), pemMarkersMatch(String)
  case url, email, hostnameOrWildcard
  case objectName, configMapKey

  public func matches(_ text: String) -> Bool {
    switch self {
    case .registrySource: RegistryScope.isSource(text)
    case .registryMirror: RegistryScope.isMirror(text)
    case .contentPolicySource: ContentPolicySource.matches(text)
    case .scopeDomain: SignatureScope.hasDomain(text)
    case .scopeWildcard: !text.utf8.contains(UInt8(ascii: "*")) || RegistryScope.isWildcard(text)
    case .scopeImage: text.utf8.contains(UInt8(ascii: "*")) || SignatureScope.isImageSpecification(text)
    case .repositoryWithoutTag: !SignatureScope.endsWithTag(text)
    case .repository: SignatureScope.isRepository(text)
    case .base64: !text.isEmpty && Base64Text.decode(text) != nil
    case .base64WithLineEnds: Base64Text.decode(text, ignoringLineEnds: true) != nil
    case .pemBegins(let label): PEMText(base64: text)?.begins(label) ?? false
    case .pemEnds(let label): PEMText(base64: text)?.ends(label) ?? false
    case .pemMarkersMatch(let label): PEMText(base64: text)?.markersMatch(label) ?? false
    case .url: WebAddress.isRequestURI(text)
    case .email: WebAddress.isEmail(text)
    case .hostnameOrWildcard: ObjectName.isSubdomain(text.hasPrefix("*.") ? String(text.dropFirst(2)) : text)
    case .objectName: ObjectName.isSubdomain(text)
    case .configMapKey: ObjectName.isConfigMapKey(text)
    }
  }
}

/// CEL rules that relate the keys of an object.
public enum ObjectRule: Hashable, Sendable {
  /// Not both keys, even when their values are empty.
  case atMostOne(String, String, message: String)
  /// `key` must be there exactly when `discriminator` has the value.
  case presentExactlyWhen(key: String, discriminator: String, equals: String)
  case atLeastOne([String], message: String)

  /// The message of the CRD.
  public var message: String {
    switch self {
    case .atMostOne(_, _, let message), .atLeastOne(_, let message): message
    case .presentExactlyWhen(let key, let discriminator, let value):
      "\(key) is required when \(discriminator) is \(value), and forbidden otherwise"
    }
  }
}

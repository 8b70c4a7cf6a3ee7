/// The suffix of generated names: ten digits of the SHA-256 of a JSON text of the data (kustomize api/hasher).
enum NameHash {
  static func suffix(of resource: ComposingResource) throws(KustomizeProblem) -> String {
    // The lookup of "metadata/name" never finds anything, so the name is always empty.
    var members: [JSONValue.Member] = []
    func add(_ key: String, _ value: JSONValue) { members.append(.init(key: key, value: value)) }
    switch resource.kind {
    case "ConfigMap":
      if case .object(let value)? = try field("binaryData", of: resource) { add("binaryData", .object(value)) }
      add("data", try field("data", of: resource) ?? .string(""))
      add("kind", .string("ConfigMap"))
      add("name", .string(""))
    case "Secret":
      add("data", try field("data", of: resource) ?? .string(""))
      add("kind", .string("Secret"))
      add("name", .string(""))
      if case .object(let value)? = try field("stringData", of: resource) { add("stringData", .object(value)) }
      add("type", try field("type", of: resource) ?? .string(""))
    default:
      throw KustomizeProblem.unsupported(
        "a name hash of something else than a ConfigMap or Secret", at: resource.root.span)
    }
    let digest = SHA256.hash(Array(JSONValue.object(members).goText.utf8))
    let hex = Array("0123456789abcdef".utf8)
    let digits = digest.prefix(5).flatMap { [hex[Int($0 >> 4)], hex[Int($0 & 15)]] }
    return String(
      decoding: digits.map { digit in
        switch digit {
        case UInt8(ascii: "0"): UInt8(ascii: "g")
        case UInt8(ascii: "1"): UInt8(ascii: "h")
        case UInt8(ascii: "3"): UInt8(ascii: "k")
        case UInt8(ascii: "a"): UInt8(ascii: "m")
        case UInt8(ascii: "e"): UInt8(ascii: "t")
        default: digit
        }
      }, as: UTF8.self)
  }

  private static func field(_ name: String, of resource: ComposingResource) throws(KustomizeProblem) -> JSONValue? {
    guard let node = try resource.root.lookup(name) else { return nil }
    switch node.kind {
    case .scalar, .none: return .string(node.value)
    case .mapping: return floats(try Output.json(node))
    case .sequence: throw KustomizeProblem.unsupported("a list as the data of a generated object", at: node.span)
    }
  }

  /// Numbers pass through float64.
  private static func floats(_ value: JSONValue) -> JSONValue {
    switch value {
    case .number(let text): .number(Double(text).map(GoNumber.json) ?? text)
    case .array(let items): .array(items.map(floats))
    case .object(let members): .object(members.map { .init(key: $0.key, value: floats($0.value)) })
    default: value
    }
  }
}

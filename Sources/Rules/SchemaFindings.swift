import RegistryConfig
import SourceText
import YAMLSyntax

/// The violations of a resource, each given to the one rule that speaks of it.
///
/// One cause is one diagnostic: what follows from another violation is absorbed by it.
public struct SchemaFindings: Sendable {
  /// Which rule speaks.
  public enum Owner: Hashable, Sendable {
    case unknownField, wrongType, wrongGroupOrVersion, wrongEnumCase, missingRequired, duplicateKey, hostPortMap
    case whitespaceInEntry, invalidObjectName, kindNotServed, refusedValue
    /// A rule of images, mirrors or CAs that looks at the value itself.
    case subjectRule
    /// Said by the diagnostic of another violation.
    case absorbed
  }

  public let violations: [SchemaViolation]
  public let owners: [Owner]
  /// By the field of a missing key: the unknown key that was meant to be it, by its place in `violations`.
  private let misspelt: [String: Int]
  /// By the field of an unknown key: the empty key that it was meant to be.
  private let emptyTwins: [String: Int]
  /// By the field of an object: its keys without value, by their places in `violations`.
  private let emptyKeys: [String: [Int]]
  private let refused: Set<SourceSpan>

  public init(_ resource: Resource, release: Release) {
    self.init(SchemaValidator.validate(resource: resource, release: release), resource, release)
  }

  init(_ violations: [SchemaViolation], _ resource: Resource, _ release: Release) {
    var owners = violations.map { Self.owner(of: $0, kind: resource.kind, release: release) }
    var misspelt: [String: Int] = [:]
    var emptyTwins: [String: Int] = [:]
    var missing: Set<String> = []
    var incomplete: Set<String> = []
    var empty: [String: Int] = [:]
    var emptyKeys: [String: [Int]] = [:]
    var spoken: Set<ByteRange> = []
    for (index, violation) in violations.enumerated() {
      switch violation.problem {
      case .requiredMissing:
        missing.insert(violation.field)
        incomplete.insert(violation.parentField)
      case .wrongType(_, .null):
        empty[violation.field] = index
        emptyKeys[violation.parentField, default: []].append(index)
      case .pattern, .text:
        // Several rules of a CRD on one value are one cause.
        if !spoken.insert(violation.span.range).inserted { owners[index] = .absorbed }
      default: break
      }
    }
    for (index, violation) in violations.enumerated() {
      switch violation.problem {
      case .wrongType(_, .null) where incomplete.contains(violation.parentField):
        if owners[index] == .wrongType { owners[index] = .absorbed }
      case .unknownField(let suggestions):
        guard let meant = suggestions.only, meant.place == .here else { break }
        let field = violation.parentField.isEmpty ? meant.key : violation.parentField + "." + meant.key
        if missing.contains(field), misspelt[field] == nil {
          misspelt[field] = index
          owners[index] = .absorbed
        } else if let twin = empty[field], owners[twin] == .wrongType {
          emptyTwins[violation.field] = twin
          owners[twin] = .absorbed
        }
      default: break
      }
    }
    self.violations = violations
    self.owners = owners
    self.misspelt = misspelt
    self.emptyTwins = emptyTwins
    self.emptyKeys = emptyKeys
    refused = Set(violations.lazy.filter(\.isRefusal).map(\.span))
  }

  /// The violations that a rule speaks of.
  public func violations(of owner: Owner) -> [SchemaViolation] {
    zip(violations, owners).compactMap { $1 == owner ? $0 : nil }
  }

  /// The unknown key that was meant to be a missing one.
  public func misspelling(of missing: SchemaViolation) -> SchemaViolation? {
    misspelt[missing.field].map { violations[$0] }
  }

  /// The key without value that an unknown key was meant to be.
  public func emptyTwin(of unknown: SchemaViolation) -> SchemaViolation? {
    emptyTwins[unknown.field].map { violations[$0] }
  }

  /// The keys without value in an object that misses others.
  public func emptyKeys(in parentField: String) -> [SchemaViolation] {
    (emptyKeys[parentField] ?? []).map { violations[$0] }
  }

  /// Whether the API server refuses the value that stands there.
  public func refuses(_ span: SourceSpan) -> Bool {
    refused.contains(span)
  }

  private static func owner(of violation: SchemaViolation, kind: ResourceKind, release: Release) -> Owner {
    let field = violation.fieldPattern
    let isRegistryList = field.hasPrefix("spec.registrySources.")
    let hasBlank = violation.value?.string.map { RegistryEntryForm($0) == .whitespace } ?? false
    switch violation.problem {
    case .notServed(let reason):
      switch reason.reason {
      case .apiVersion: return .wrongGroupOrVersion
      // idms-before-4.13
      case .release: return kind.isMirrorSet ? .subjectRule : .kindNotServed
      // cip-v1alpha1
      case .techPreview, .removed: return release >= Release(4, 20) ? .subjectRule : .kindNotServed
      }
    case .requiredMissing: return field == "spec.additionalTrustedCA.name" ? .subjectRule : .missingRequired
    case .wrongType(let expected, _):
      if field == "spec.additionalTrustedCA" { return .subjectRule }
      return expected == .string && violation.value?.hostAndPort != nil ? .hostPortMap : .wrongType
    case .unsupportedValue: return .wrongEnumCase
    case .pattern(.objectName): return kind == .image ? .subjectRule : .invalidObjectName
    case .pattern(.registrySource), .pattern(.registryMirror): return hasBlank ? .whitespaceInEntry : .subjectRule
    case .text(.registrySource): return hasBlank ? .whitespaceInEntry : .subjectRule
    case .text(.scopeImage), .text(.scopeDomain), .text(.scopeWildcard):
      return hasBlank ? .whitespaceInEntry : .refusedValue
    case .pattern, .text: return .refusedValue
    case .key: return .subjectRule
    case .object(.atMostOne): return .subjectRule
    case .object(.presentExactlyWhen(let key, _, _)):
      return violation.value?[key] == nil ? .missingRequired : .refusedValue
    case .object(.atLeastOne): return .missingRequired
    case .tooLong: return isRegistryList || field == "data" ? .subjectRule : .refusedValue
    case .tooShort, .tooManyItems: return isRegistryList ? .subjectRule : .refusedValue
    case .tooFewItems: return .missingRequired
    case .duplicate: return field == "spec.scopes[]" || kind == .imageContentPolicy ? .refusedValue : .subjectRule
    case .keyInBothMaps: return .duplicateKey
    case .unknownField: return .unknownField
    }
  }
}

extension SchemaViolation {
  /// The field of the object that holds the value: `spec.imageDigestMirrors[0]` of `spec.imageDigestMirrors[0].source`.
  var parentField: String {
    guard let dot = field.utf8.lastIndex(of: UInt8(ascii: ".")) else { return "" }
    return String(field[..<dot])
  }

  /// The last key of the field, without index.
  var keyName: String {
    if let text = key?.keyText { return text }
    let last = field.utf8.lastIndex(of: UInt8(ascii: ".")).map { field.utf8.index(after: $0) } ?? field.startIndex
    return String(field[last...].prefix { $0 != "[" })
  }
}

extension Array {
  /// The element of an array that has one.
  var only: Element? { count == 1 ? first : nil }
}

extension Node {
  /// The key and value of `reg.io: 5000` or `reg.io:`, which YAML reads as a mapping where `reg.io:5000` was meant.
  var hostAndPort: Entry? {
    guard case .mapping(let entries) = content, let entry = entries.only, let host = entry.key.scalar?.text,
      RegistryScope.isMirror(host), host.utf8.contains(UInt8(ascii: ".")) || host == "localhost"
    else { return nil }
    if entry.value.isNull { return entry }
    guard let port = entry.value.scalar?.text.utf8.prefix(while: { $0 != UInt8(ascii: "/") }), !port.isEmpty,
      port.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return entry
  }
}

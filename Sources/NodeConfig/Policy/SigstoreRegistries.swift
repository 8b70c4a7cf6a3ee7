import RegistryConfig
import YAMLSyntax

/// `/etc/containers/registries.d/sigstore-registries.yaml`: where nodes look for signatures attached to images.
/// Source: machine-config-operator, helpers.go, `generateSigstoreRegistriesdConfig`.
struct SigstoreRegistries {
  private(set) var scopes: Set<Bytewise>

  /// `conf` is `nil` when the operator does not write registries.conf.
  init(_ policyScopes: Set<Bytewise>, conf: RegistriesConf?, release: Release) throws(OperatorError) {
    scopes = policyScopes
    guard let conf, release.addsMirrorsToSigstoreRegistries, !policyScopes.isEmpty else { return }
    let loaded: LoadedRegistries
    do throws(LoadedRegistries.Problem) {
      loaded = try LoadedRegistries(conf, release: release)
    } catch {
      throw OperatorError(
        "loading registries configuration \"/tmp/regtemp\": \(error.message)", .sigstoreRegistries,
        origins: error.origins)
    }
    var index = ScopeIndex<Bool>()
    for scope in policyScopes.sorted() {
      index.insert(scope.text, true)
      try add(scope.text, of: scope.text, loaded)
    }
    for registry in conf.registries {
      let scope = registry.scope
      var enclosing: String?
      index.forEachEnclosing(scope) { candidate, _ in
        if enclosing == nil, !candidate.equalsBytes(scope) { enclosing = candidate }
      }
      if let enclosing { try add(scope, of: enclosing, loaded) }
    }
  }

  /// Adds the endpoints that images of a scope are pulled from, found by asking for a made-up image of it.
  private mutating func add(
    _ scope: String, of policyScope: String, _ loaded: LoadedRegistries
  ) throws(OperatorError) {
    guard let entry = loaded.find(scope) else { return }
    func refuse(_ message: String) -> OperatorError {
      OperatorError(
        "error adding clusterimagepolicy scope \(policyScope) relevant mirrors: \(message)", .sigstoreRegistries)
    }
    var probe = scope
    if Scope.isWildcard(probe) { probe = "matched" + String(decoding: probe.utf8.dropFirst(), as: UTF8.self) }
    let hasPath = probe.utf8.contains(UInt8(ascii: "/"))
    if !hasPath { probe += "/a" }
    let parsed: ImageReference
    do throws(ImageReference.Problem) {
      parsed = try ImageReference.parse(probe)
    } catch {
      throw refuse("error parsing scope \(probe): \(error.message)")
    }
    let digest = "sha256:" + String(repeating: "a", count: 64)
    for (kind, reference) in [
      ("digest", ImageReference(name: parsed.name, domain: parsed.domain, tag: nil, digest: digest)),
      ("tag", ImageReference(name: parsed.name, domain: parsed.domain, tag: "aaa", digest: nil)),
    ] {
      do throws(ImageReference.Problem) {
        for source in try LoadedRegistries.pullSources(entry, reference) where source.hasLocation {
          var endpoint = source.reference.name
          if !hasPath, endpoint.utf8.suffix(2).elementsEqual("/a".utf8) {
            endpoint = String(decoding: endpoint.utf8.dropLast(2), as: UTF8.self)
          }
          scopes.insert(Bytewise(endpoint))
        }
      } catch {
        throw refuse("error getting \(kind) sources for scope \(probe): \(error.message)")
      }
    }
  }

  // MARK: Text

  /// The file as go-yaml v2 writes it.
  var text: String {
    var text = "docker:\n"
    for scope in scopes.map(\.text).sorted(by: GoYAML.keyPrecedes) {
      let key = GoYAML.scalar(scope)
      // A key longer than 128 bytes is no simple key.
      text += key.utf8.count > 128 ? "  ? \(key)\n  : " : "  \(key):\n    "
      text += "use-sigstore-attachments: true\n"
    }
    return text
  }
}

/// What go-yaml v2 makes of the keys of a map: their order and their quotes. Source: gopkg.in/yaml.v2, sorter.go.
enum GoYAML {
  /// Letters after everything else, numbers by value.
  static func keyPrecedes(_ left: String, _ right: String) -> Bool {
    let left = Array(left.unicodeScalars)
    let right = Array(right.unicodeScalars)
    guard let index = zip(left, right).enumerated().first(where: { $1.0 != $1.1 })?.offset else {
      return left.count < right.count
    }
    let (leftIsLetter, rightIsLetter) = (left[index].properties.isAlphabetic, right[index].properties.isAlphabetic)
    if leftIsLetter, rightIsLetter { return left[index].value < right[index].value }
    if leftIsLetter || rightIsLetter { return rightIsLetter }
    var start: UInt64 = 0
    if left[index] == "0" || right[index] == "0" {
      var before = index - 1
      while before >= 0, let digit = digit(left[before]) {
        if digit != 0 {
          start = 1
          break
        }
        before -= 1
      }
    }
    let (leftNumber, leftEnd) = number(in: left, from: index, start: start)
    let (rightNumber, rightEnd) = number(in: right, from: index, start: start)
    if leftNumber != rightNumber { return leftNumber < rightNumber }
    if leftEnd != rightEnd { return leftEnd < rightEnd }
    return left[index].value < right[index].value
  }

  private static func number(in text: [Unicode.Scalar], from: Int, start: UInt64) -> (value: UInt64, end: Int) {
    var value = start
    var index = from
    while index < text.count, let digit = digit(text[index]) {
      value = value &* 10 &+ digit
      index += 1
    }
    return (value, index)
  }

  private static func digit(_ scalar: Unicode.Scalar) -> UInt64? {
    ("0"..."9").contains(scalar) ? UInt64(scalar.value - 48) : nil
  }

  /// A key, quoted where a plain one would be read as something else.
  static func scalar(_ text: String) -> String {
    guard case .string = ScalarValue(plain: text), !isBase60(text), !isDate(text) else { return "\"" + text + "\"" }
    let bytes = Array(text.utf8)
    guard let first = bytes.first, let last = bytes.last else { return "\"\"" }
    let isIndicator =
      "*&!|>%@`'\"#,[]{}".utf8.contains(first) || (bytes.count == 1 && "-?:".utf8.contains(first))
      || bytes.starts(with: "---".utf8) || bytes.starts(with: "...".utf8)
    let isPlain = !isIndicator && last != UInt8(ascii: ":") && bytes.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    return isPlain ? text : "'" + text + "'"
  }

  /// `2001-01-31`
  private static func isDate(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts.allSatisfy({ $0.allSatisfy(\.isDigit) }) else { return false }
    return (1...2).contains(parts[1].count) && (1...2).contains(parts[2].count)
  }

  /// `^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$`: a number to YAML 1.1, such as `1:30`.
  private static func isBase60(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, first.first?.isDigit == true,
      first.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: "_") })
    else { return false }
    for (index, part) in parts.dropFirst().enumerated() {
      var digits = part
      if index == parts.count - 2, let dot = part.firstIndex(of: UInt8(ascii: ".")) {
        guard part[dot...].dropFirst().allSatisfy({ $0.isDigit || $0 == UInt8(ascii: "_") }) else { return false }
        digits = part[..<dot]
      }
      guard (1...2).contains(digits.count), digits.allSatisfy(\.isDigit) else { return false }
      if digits.count == 2, let tens = digits.first, tens > UInt8(ascii: "5") { return false }
    }
    return true
  }
}

import RegistryConfig

/// registries.conf as containers/image sees it after loading: checked, trimmed, sorted, one entry a prefix.
/// Source: containers/image, pkg/sysregistriesv2.
struct LoadedRegistries: Sendable {
  /// What makes the whole file unusable, in the library's words.
  struct Problem: Error, Sendable {
    let message: String
    let origins: [Origin]

    init(_ message: String, origins: [Origin] = []) {
      self.message = message
      self.origins = origins
    }
  }

  /// A usable entry: `prefix` is set even where the file leaves it empty.
  struct Entry: Sendable {
    let prefix: String
    let registry: RegistriesConf.Registry
  }

  /// An endpoint to try and the reference it is asked for.
  struct PullSource: Sendable {
    let reference: ImageReference
    /// `nil` for the registry's own endpoint.
    let mirror: RegistriesConf.Mirror?
    let isInsecure: Bool
    /// The location of a wildcard entry is empty.
    let hasLocation: Bool
  }

  private let entries: [Bytewise: Entry]
  private let hasWildcards: Bool
  /// Of the prefixes.
  private let lengths: ScopeLengths
  let searchRegistries: [String]

  /// Loads the model of a file. Any one bad entry refuses it all.
  init(_ conf: RegistriesConf, release: Release) throws(Problem) {
    var registries = conf.registries
    for index in registries.indices { try Self.normalise(&registries[index], release) }
    try Self.checkConflicts(registries)
    searchRegistries = try Self.searchRegistries(conf.unqualifiedSearchRegistries, origins: [])
    var entries: [Bytewise: Entry] = [:]
    var hasWildcards = false
    var badWildcard: Entry?
    for registry in registries {
      let prefix = registry.scope
      guard entries[Bytewise(prefix)] == nil else { continue }
      let entry = Entry(prefix: prefix, registry: registry)
      entries[Bytewise(prefix)] = entry
      guard Scope.isWildcard(prefix) else { continue }
      hasWildcards = true
      if prefix.utf8.contains(where: { "/@:".utf8.contains($0) }),
        badWildcard.map({ Bytewise(prefix) < Bytewise($0.prefix) }) ?? true
      {
        badWildcard = entry
      }
    }
    if let badWildcard {
      throw Problem(
        "Wildcarded prefix should be in the format: *.example.com. Current prefix "
          + "\(GoQuoting.quote(badWildcard.prefix)) is incorrectly formatted", origins: badWildcard.registry.origins)
    }
    self.entries = entries
    self.hasWildcards = hasWildcards
    lengths = entries.keys.reduce(into: ScopeLengths()) { $0.insert($1.text) }
  }

  /// The search list of a file or drop-in, each entry checked to be `host[:port]`.
  static func searchRegistries(_ list: [String], origins: [Origin]) throws(Problem) -> [String] {
    var result: [String] = []
    for (index, entry) in list.enumerated() {
      let origin = index < origins.count ? [origins[index]] : []
      let trimmed = try location(entry, origins: origin)
      guard ScopeGrammar.isDomain(trimmed.utf8) else {
        throw Problem("Invalid unqualified-search-registries entry \(GoQuoting.quote(trimmed))", origins: origin)
      }
      result.append(trimmed)
    }
    return result
  }

  private static func location(_ text: String, origins: [Origin]) throws(Problem) -> String {
    let trimmed = text.withoutTrailingSlashes
    guard !trimmed.startsWithBytes("http://"), !trimmed.startsWithBytes("https://") else {
      throw Problem("invalid location '\(text)': URI schemes are not supported", origins: origins)
    }
    return trimmed
  }

  private static func normalise(_ registry: inout RegistriesConf.Registry, _ release: Release) throws(Problem) {
    let origins = registry.origins
    registry.location = try location(registry.location, origins: origins)
    if registry.prefix.isEmpty {
      guard !registry.location.isEmpty else {
        throw Problem("invalid condition: both location and prefix are unset", origins: origins)
      }
    } else {
      registry.prefix = try location(registry.prefix, origins: origins)
      guard Scope.isWildcard(registry.prefix) || !registry.location.isEmpty else {
        throw Problem(
          "invalid condition: location is unset and prefix is not in the format: *.example.com", origins: origins)
      }
    }
    for index in registry.mirrors.indices {
      let mirror = registry.mirrors[index]
      let trimmed = try location(mirror.location, origins: mirror.origins)
      guard !trimmed.isEmpty else {
        throw Problem("invalid condition: mirror location is unset", origins: mirror.origins)
      }
      if release.trimsMirrorLocations { registry.mirrors[index].location = trimmed }
    }
  }

  /// Entries that trimming made equal must agree on insecure and blocked.
  private static func checkConflicts(_ registries: [RegistriesConf.Registry]) throws(Problem) {
    var groups: [Bytewise: [Int]] = [:]
    for (index, registry) in registries.enumerated() {
      groups[Bytewise(registry.location.isEmpty ? registry.prefix : registry.location), default: []].append(index)
    }
    guard groups.count < registries.count else { return }
    for registry in registries {
      guard let group = groups[Bytewise(registry.location.isEmpty ? registry.prefix : registry.location)],
        group.count > 1
      else { continue }
      for index in group {
        let other = registries[index]
        let setting =
          registry.isInsecure != other.isInsecure
          ? "insecure" : registry.isBlocked != other.isBlocked ? "blocked" : nil
        guard let setting else { continue }
        throw Problem(
          "registry '\(registry.location)' is defined multiple times with conflicting '\(setting)' setting",
          origins: Array((registry.origins.prefix(1) + other.origins.prefix(1))))
      }
      // All equal, so no later entry of the group can differ either.
      groups[Bytewise(registry.location.isEmpty ? registry.prefix : registry.location)] = []
    }
  }

  // MARK: Matching

  /// The entry with the longest prefix of a repository name, host or reference (`FindRegistry`).
  ///
  /// A plain prefix must end where the text ends or before `/`, `:` or `@`, so `m.io` matches `m.io:5000/x`. Equally
  /// long prefixes: the smaller one in byte order, so a wildcard wins over a one-letter label.
  func find(_ text: String) -> Entry? {
    var best: Entry?
    func consider(_ candidate: String) {
      guard let entry = entries[Bytewise(candidate)],
        !Scope.isWildcard(candidate) || Self.matchLength(of: candidate, in: text) != nil
      else { return }
      if let old = best {
        let (oldLength, length) = (old.prefix.utf8.count, entry.prefix.utf8.count)
        if length < oldLength || (length == oldLength && Bytewise(old.prefix) < Bytewise(entry.prefix)) { return }
      }
      best = entry
    }
    var name = text
    name.withUTF8 { bytes in
      for end in bytes.indices where Self.endsPrefix(bytes[end]) && lengths.mayHold(end) {
        consider(String(decoding: bytes[..<end], as: UTF8.self))
      }
      if lengths.mayHold(bytes.count) { consider(text) }
      guard hasWildcards else { return }
      let hostEnd = bytes.firstIndex(where: Self.endsPrefix) ?? bytes.count
      for index in 0..<hostEnd where bytes[index] == UInt8(ascii: ".") && lengths.mayHold(1 + hostEnd - index) {
        consider("*" + String(decoding: bytes[index..<hostEnd], as: UTF8.self))
      }
    }
    return best
  }

  /// How many bytes of `name` a prefix covers, `nil` when it does not match (`refMatchingPrefix`).
  ///
  /// Of a wildcard only the first occurrence of its domain counts: `*.io` does not match `foo.io.example.io`.
  static func matchLength(of prefix: String, in name: String) -> Int? {
    if !Scope.isWildcard(prefix), !name.startsWithBytes(prefix) { return nil }
    var name = name
    return name.withUTF8 { name in
      var end = prefix.utf8.count
      if Scope.isWildcard(prefix) {
        let domain = Array(prefix.utf8.dropFirst())
        guard let start = firstOccurrence(of: domain, in: name), !name[..<start].contains(UInt8(ascii: "/")) else {
          return nil
        }
        end = start + domain.count
      }
      return end == name.count || endsPrefix(name[end]) ? end : nil
    }
  }

  private static func endsPrefix(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "/") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "@")
  }

  private static func firstOccurrence(of part: [UInt8], in text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard text.count >= part.count else { return nil }
    return (0...(text.count - part.count)).first { text[$0...].starts(with: part) }
  }

  /// The endpoints for a reference in the order they are tried, the registry itself last
  /// (`PullSourcesFromReference`). One rewriting that gives no reference refuses the whole pull.
  static func pullSources(
    _ entry: Entry, _ reference: ImageReference
  ) throws(ImageReference.Problem) -> [PullSource] {
    let text = reference.text
    guard let matched = matchLength(of: entry.prefix, in: text) else {
      throw ImageReference.Problem(message: "invalid prefix '\(entry.prefix)' for reference '\(text)'")
    }
    let remainder = String(decoding: text.utf8.dropFirst(matched), as: UTF8.self)
    let isDigested = reference.digest != nil
    var sources: [PullSource] = []
    for mirror in entry.registry.mirrors {
      switch mirror.pullMode {
      case .digestOnly where !isDigested: continue
      case .tagOnly where isDigested: continue
      case nil where entry.registry.mirrorByDigestOnly && !isDigested: continue
      default: break
      }
      sources.append(
        PullSource(
          reference: try rewrite(mirror.location + remainder), mirror: mirror, isInsecure: mirror.isInsecure,
          hasLocation: true))
    }
    let own = entry.registry.location.isEmpty ? reference : try rewrite(entry.registry.location + remainder)
    sources.append(
      PullSource(
        reference: own, mirror: nil, isInsecure: entry.registry.isInsecure,
        hasLocation: !entry.registry.location.isEmpty))
    return sources
  }

  private static func rewrite(_ text: String) throws(ImageReference.Problem) -> ImageReference {
    do throws(ImageReference.Problem) {
      return try ImageReference(canonical: text)
    } catch {
      throw ImageReference.Problem(message: "rewriting reference: " + error.message)
    }
  }
}

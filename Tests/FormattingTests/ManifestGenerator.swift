import SourceText

/// The same numbers on every run and platform (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Writes manifests as people might, and worse.
struct ManifestGenerator {
  private(set) var random: SeededGenerator
  private var serial = 0
  private var isTemplated = false

  init(seed: UInt64) {
    random = SeededGenerator(state: seed)
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  mutating func pick<T>(_ values: [T]) -> T { values[number(0...(values.count - 1))] }

  /// A file of one to three documents.
  mutating func file() -> String {
    isTemplated = chance(15)
    var text = chance(20) ? "# before everything\n" : ""
    let count = chance(25) ? 2 : 1
    for index in 0..<count {
      if index > 0 || chance(40) { text += "---\n" }
      if chance(30) { text += "# head of the document\n" }
      let lines = chance(15) ? list() : resource()
      text += lines.map { $0 + "\n" }.joined()
      if chance(10) { text += "  # deep at the end\n" }
      if chance(10) { text += "# at the end\n" }
    }
    if chance(15) { text = text.replacing("\n", with: "\r\n") }
    if chance(5) { text = "\u{FEFF}" + text }
    if chance(25), text.hasSuffix("\n") { text.removeLast() }
    return text
  }

  /// What a hand slips into: lines lost, repeated, swapped, indented, commented out, comments and blanks anywhere.
  mutating func mutated(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for _ in 0..<number(1...4) {
      let place = number(0...(lines.count - 1))
      switch number(0...10) {
      case 0: lines.remove(at: place)
      case 1: lines.insert(lines[place], at: place)
      case 2: lines.swapAt(place, number(0...(lines.count - 1)))
      case 3: lines[place] = " " + lines[place]
      case 4: if lines[place].hasPrefix(" ") { lines[place].removeFirst() }
      case 5: lines[place] = "#" + lines[place]
      case 6: lines.insert("", at: place)
      case 7: lines.insert(String(repeating: " ", count: number(0...8)), at: place)
      case 8: lines.insert(String(repeating: " ", count: number(0...8)) + "# slip \(number(0...99))", at: place)
      case 9: lines.insert(String(repeating: " ", count: number(0...8)) + "# - slip.example.com", at: place)
      default: lines[place] += pick([" # behind", "  #", " |", " x", ":", " &a", " *a", "\t"])
      }
      if lines.isEmpty { lines = [""] }
    }
    return lines.joined(separator: "\n")
  }

  // MARK: Resources

  private mutating func list() -> [String] {
    var lines = ["kind: List", "items:"]
    for _ in 0..<number(1...2) {
      let resource = resource()
      lines.append("- " + resource[0])
      lines += resource.dropFirst().map { $0.isEmpty ? "" : "  " + $0 }
    }
    if chance(50) { lines.append("apiVersion: v1") }
    return lines
  }

  private mutating func resource() -> [String] {
    let kind = pick(["Image", "Image", "ImageDigestMirrorSet", "ImageDigestMirrorSet", "ConfigMap", "Deployment"])
    var parts: [[String]] = [
      ["apiVersion: \(kind == "ConfigMap" ? "v1" : "config.openshift.io/v1")"], ["kind: \(kind)"],
      block("metadata", metadata(), 2),
    ]
    switch kind {
    case "Image": parts.append(block("spec", imageSpec(), 2))
    case "ConfigMap": parts.append(block("data", certificates(), pick([1, 2, 4])))
    default: parts.append(block("spec", mirrors(), 2))
    }
    if chance(15) { parts.append(["status: {}"]) }
    if chance(10) { parts.append(["extra:"]) }
    return joined(shuffled(parts), comments: 12)
  }

  private mutating func metadata() -> [String] {
    var parts = [["name: cluster"], ["namespace: openshift-config"]]
    if chance(40) { parts.append(block("labels", ["z: a", "a: b"], 2)) }
    if isTemplated, chance(50) { parts.append(["generateName: {{ .Release.Name }}"]) }
    return joined(shuffled(parts), comments: 8)
  }

  private mutating func imageSpec() -> [String] {
    var parts: [[String]] = []
    for name in ["insecureRegistries", "blockedRegistries", "containerRuntimeSearchRegistries"] where chance(60) {
      parts.append(registryList(name))
    }
    var spec = [block("registrySources", joined(shuffled(parts), comments: 10), 2)]
    if chance(30) {
      let domains = (0..<number(1...4)).map { _ in
        let host = registry()
        return chance(50) ? ["- domainName: \(host)", "  insecure: true"] : ["- insecure: false", "  domainName: \(host)"]
      }
      spec.append(block("allowedRegistriesForImport", joined(domains, comments: 15), pick([0, 2])))
    }
    if chance(30) { spec.append(["additionalTrustedCA:", "  name: cluster"]) }
    return joined(shuffled(spec), comments: 10)
  }

  private mutating func registryList(_ name: String) -> [String] {
    let anchor = chance(4) ? " &list" : ""
    if chance(20) {
      let items = (0..<number(0...5)).map { _ in chance(30) ? "\"\(registry())\"" : registry() }
      return ["\(name):\(anchor) [" + items.joined(separator: pick([", ", ",", " , "])) + "]"]
    }
    var items = (0..<number(0...6)).map { _ in ["- " + item()] }
    if chance(40), !items.isEmpty { items.append(pick(items)) }
    return block("\(name)", joined(items, comments: 20), pick([0, 2, 4]), anchor)
  }

  private mutating func item() -> String {
    serial += 1
    if isTemplated, chance(20) { return pick(["{{ .Values.a }}", "${HOST}/a", "<registry>"]) }
    let text = registry()
    let quoted = chance(15) ? "\"\(text)\"" : chance(10) ? "'\(text)'" : text
    let anchor = chance(2) ? "&a " : ""
    let tail = chance(15) ? pick([" # own-\(serial)", "   # own \(serial)", " #"]) : ""
    return chance(2) ? pick(["", "null", "5000", "*a"]) : anchor + quoted + tail
  }

  private mutating func registry() -> String {
    pick([
      "quay.io", "docker.io", "example.com", "'*.example.com'", "a.example.com", "registry.example.com:5000",
      "registry.example.com:10000", "10.0.0.1", "localhost:5000/x", "quay.io/a/b", "quay.io/a-b", "bücher.example😀",
    ]).replacing("'", with: "")
      .replacing("*.", with: "x.")
  }

  private mutating func mirrors() -> [String] {
    let indentation = pick([0, 0, 2])
    var entries: [[String]] = (0..<number(0...4)).map { _ in entry() }
    if chance(30), !entries.isEmpty { entries.append(pick(entries)) }
    if chance(8) { return ["imageDigestMirrors: [" + (chance(50) ? "{source: b.io, mirrors: [z, a]}, {source: a.io}" : "") + "]"] }
    return block("imageDigestMirrors", joined(entries, comments: 20), indentation)
  }

  private mutating func entry() -> [String] {
    var parts = [["source: " + registry() + (chance(15) ? " # own source" : "")]]
    let mirrors = (0..<number(1...2)).map { _ in ["- " + item()] }
    parts.append(
      chance(20) ? ["mirrors: [z.io, a.io]"] : block("mirrors", joined(mirrors, comments: 8), pick([0, 2])))
    if chance(25) { parts.append(["mirrorSourcePolicy: NeverContactSource"]) }
    if chance(10) { parts.append(["# mirrorSourcePolicy: NeverContactSource"]) }
    let lines = joined(shuffled(parts), comments: 5)
    if lines[0].hasPrefix("#") || chance(5) { return ["-"] + lines.map { "  " + $0 } }
    return ["- " + lines[0]] + lines.dropFirst().map { $0.isEmpty ? "" : "  " + $0 }
  }

  private mutating func certificates() -> [String] {
    let entries = (0..<number(1...4)).map { index -> [String] in
      let key = pick(["quay.io", "registry.example.com..5000", "registry.example.com..443", "a.example.com"])
      let style = pick(["|", "|", "|-", "|+", ">-", "|2"])
      let indentation = style == "|2" ? "  " : pick(["  ", "    "])
      var lines = ["\(key): \(style)" + (chance(10) ? " # header" : "")]
      lines += ["-----BEGIN CERTIFICATE-----", "# data \(index)", "-----END CERTIFICATE-----"].map { indentation + $0 }
      if chance(15) { lines.append(pick(["", "      ", indentation])) }
      return lines
    }
    return joined(entries, comments: 15)
  }

  // MARK: Text

  private mutating func shuffled<T>(_ values: [T]) -> [T] { chance(50) ? values : values.shuffled(using: &random) }

  private mutating func block(_ key: String, _ lines: [String], _ indentation: Int, _ anchor: String = "") -> [String] {
    let trail = chance(6) ? " # of \(key)" : ""
    // Below a key a mapping must be indented; a list need not be.
    let needed = lines.contains { !$0.hasPrefix("-") && !$0.hasPrefix(" ") && !$0.hasPrefix("#") && !$0.isEmpty }
    let indent = String(repeating: " ", count: needed ? max(indentation, 1) : indentation)
    return ["\(key):\(anchor)\(trail)"] + lines.map { $0.isEmpty ? "" : indent + $0 }
  }

  private mutating func joined(_ parts: [[String]], comments percent: Int) -> [String] {
    let isSpaced = chance(12)
    let isTitled = chance(15)
    let isCommented = chance(8)
    var lines: [String] = []
    for (index, part) in parts.enumerated() {
      serial += 1
      if isSpaced, index > 0 { lines.append("") }
      if isTitled, index > 0, chance(30) { lines += ["", "# title \(serial)"] }
      if isCommented { lines.append("# above \(serial)") }
      if chance(percent) {
        lines += pick([
          ["# comment \(serial)"], ["# - disabled.example.com"], ["  # deeper \(serial)"], [""], ["# one", "", "# two"],
          ["#----", "# banner", "#----"], ["# registrylint:ignore a -- why"], ["  #insecure: true"], ["   "],
        ])
      }
      lines += part
      if isTemplated, chance(4) { lines += ["{{- if .Values.x }}", "{{- end }}"] }
    }
    if chance(percent / 2) { lines += pick([["# - last.example.com"], ["  # deep"], ["", "# end \(serial)"]]) }
    return lines
  }
}

import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// Imports go through a mirror that imports are not allowed from.
public struct ImportMissesMirror: Rule {
  public static let documentation = RuleDocumentation(
    id: "import-misses-mirror", code: "IMG132", category: .image, severity: .warning, effect: .pullsFail,
    fixing: .unsafe,
    summary: "`allowedRegistriesForImport` lists a mirrored registry, but not its mirror.",
    why: """
      Image stream imports use the mirrors too. When the list does not hold the mirror's host and port, the import \
      through the mirror is refused, and where the source cannot be reached it fails.
      """,
    instead: "Add an entry with the mirror's `host:port` to `allowedRegistriesForImport`.",
    sources: [
      "openshift-apiserver pkg/image/apis/image/validation/whitelist/whitelister.go",
      "cluster-samples-operator issue 385",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "the mirror is missing", example("⟦allowedRegistriesForImport⟧: [{domainName: registry.redhat.io}]"),
      message: "lists 'registry.redhat.io', but not its mirror 'mirror.lab:5000'"),
    .bad(
      "in block style", example("⟦allowedRegistriesForImport⟧:\n- domainName: registry.redhat.io # theirs"),
      fixed: example(
        "allowedRegistriesForImport:\n- domainName: registry.redhat.io # theirs\n- domainName: mirror.lab:5000"),
      testOnly: true),
    .good(
      "both", example("allowedRegistriesForImport: [{domainName: registry.redhat.io}, {domainName: '*.lab:*'}]")),
    .good("nothing is imported from the source", example("allowedRegistriesForImport: [{domainName: quay.io}]")),
    .good(
      "not known yet",
      example("allowedRegistriesForImport: [{domainName: registry.redhat.io}, {domainName: '${MIRROR}'}]"),
      testOnly: true),
  ]

  private static func example(_ imports: String) -> String {
    """
    \(ImageExample.spec(imports))
    ---
    apiVersion: config.openshift.io/v1
    kind: ImageTagMirrorSet
    metadata:
      name: mirrors
    spec:
      imageTagMirrors:
      - source: registry.redhat.io
        mirrors: ['mirror.lab:5000/redhat']
    """
  }

  public init() {}

  public func check(_ cluster: LintedCluster, _ findings: inout Findings) {
    guard let image = cluster.image, !image.resource.isPatch, let domains = image.allowedRegistriesForImport,
      !domains.isEmpty, let entry = image.resource.spec?.entry("allowedRegistriesForImport"), !entry.value.isIncomplete,
      domains.allSatisfy({ $0.domainName != nil && $0.domainName?.value.isEmpty == false })
    else { return }
    let patterns = domains.compactMap { domain in
      domain.domainName.map { ImportDomainPattern($0.value, insecure: domain.insecure) }
    }
    var known: [String: Bool] = [:]
    func isListed(_ registry: String) -> Bool {
      if let answer = known[registry] { return answer }
      let answer = patterns.contains { $0.matches(registry) }
      known[registry] = answer
      return answer
    }
    var reported: Set<String> = []
    for mirrored in cluster.mirrorSets.flatMap(\.entries) {
      guard let source = mirrored.source, RegistryScope.isMirror(source.value) else { continue }
      let sourceRegistry = ImageName(source.value).registry
      for mirror in mirrored.mirrors where RegistryScope.isMirror(mirror.value) {
        let registry = ImageName(mirror.value).registry
        guard !reported.contains(registry), !isListed(registry), isListed(sourceRegistry) else { continue }
        reported.insert(registry)
        findings.report(
          "allowedRegistriesForImport lists '\(sourceRegistry)', but not its mirror '\(registry)'", at: entry.key.span,
          field: "spec.allowedRegistriesForImport", resource: image.resource,
          related: [Label("the mirror", at: mirror.span)],
          help: "imports through the mirror are refused (\"not allowed by whitelist\"); add domainName: \(registry)",
          fixes: entry.value.items.last.flatMap {
            ItemInsertion.edit(behind: $0, lines: ["domainName: \(ScalarReplacement.scalar(registry))"])
          }.map { [Fix("Allow imports from the mirror", safety: .unsafe, in: entry.key.span.file, [$0])] } ?? [])
      }
    }
  }
}

/// A `domainName` as openshift-apiserver compares it: a glob for the host and one for the port.
struct ImportDomainPattern {
  private let host: [UInt8]
  private let port: [UInt8]

  init(_ domain: String, insecure: Bool) {
    let parts = domain.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    host = Array(parts[0])
    port = parts.count > 1 ? Array(parts[1]) : Array((insecure ? "80" : "443").utf8)
  }

  /// Whether imports from `host[:port]` are allowed; without port 443 is asked for, and 80 when the import is insecure.
  func matches(_ registry: String) -> Bool {
    let name = ImageName(registry)
    guard Self.glob(host, Array(name.host.utf8)) else { return false }
    return (name.port.map { [$0] } ?? ["443", "80"]).contains { Self.glob(port, Array($0.utf8)) }
  }

  /// `*` stands for any run of bytes, `?` for one.
  private static func glob(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
    var place = 0
    var index = 0
    var star: (pattern: Int, text: Int)?
    while index < text.count {
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        star = (place, index)
        place += 1
      } else if place < pattern.count, pattern[place] == UInt8(ascii: "?") || pattern[place] == text[index] {
        place += 1
        index += 1
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        place = last.pattern + 1
        index = last.text + 1
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}

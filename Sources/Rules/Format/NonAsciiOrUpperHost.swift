import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// A host with capitals, or characters that only look like those of a name.
public struct NonAsciiOrUpperHost: Rule {
  public static let documentation = RuleDocumentation(
    id: "non-ascii-or-upper-host", code: "FMT313", category: .format, severity: .warning, effect: .notApplied,
    fixing: .both,
    summary: "A registry whose host has upper-case letters, or that holds characters outside of ASCII.",
    why: """
      Nodes compare names byte by byte. Image references are written with lower-case hosts, so `Quay.io/team` matches \
      none of them. A letter of another alphabet, a zero-width blank or a long dash that came along with copied text \
      looks right and matches nothing either; CRDs with a grammar refuse it.
      """,
    instead: "Type the host anew, in lower case.",
    sources: [
      "containers/image pkg/sysregistriesv2 refMatchingSubdomainPrefix and refMatchingPrefix (byte comparison)",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "capitals",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          allowedRegistries:
          - ⟦Quay.IO/team⟧
          - registry.redhat.io
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          registrySources:
            allowedRegistries:
            - quay.io/team
            - registry.redhat.io
        """, message: "the host of 'Quay.IO/team' has upper-case letters"),
    .bad(
      "a letter of another alphabet",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - source: ⟦qu\u{0430}y.io/team⟧
          mirrors:
          - ⟦mirror.lab\u{200B}/team⟧
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: mirrors
        spec:
          imageDigestMirrors:
          - source: quay.io/team
            mirrors:
            - mirror.lab/team
        """, message: "'qu\u{0430}y.io/team' holds U+0430, which only looks like 'a'"),
    .good(
      "lower case",
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:
        - source: xn--bcher-kva.example.com/team
          mirrors: [10.0.0.1:5000/team]
      """),
    .good(
      "a tag may have capitals, and other findings speak of it",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          allowedRegistries:
          - quay.io/team/app:V1
      """),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    for entry in resource.registryTexts {
      // Blanks and secrets have rules of their own.
      if entry.text.utf8.contains(where: WhitespaceInEntry.isBlank) || ImageName(entry.text).hasSecret { continue }
      if let odd = entry.text.unicodeScalars.first(where: { !$0.isASCII }) {
        if !Self.isMatterOfAnotherRule(entry) { reportCharacter(odd, entry, resource, &findings) }
      } else {
        reportCapitals(entry, &findings)
      }
    }
  }

  /// The rules of search lists, host names, import domains and scopes say what must stand there; a scheme or a
  /// misplaced wildcard is a cause of its own.
  private static func isMatterOfAnotherRule(_ entry: RegistryText) -> Bool {
    switch entry.role {
    case .search, .externalHostname, .scope: return true
    case .importDomain: return entry.text.utf8.contains(UInt8(ascii: "/"))
    case .source, .mirror: return false
    case .allowed, .blocked, .insecure:
      let form = RegistryEntryForm(entry.text)
      return form == .scheme || form == .wildcard
    }
  }

  private func reportCharacter(
    _ odd: Unicode.Scalar, _ entry: RegistryText, _ resource: LintedResource, _ findings: inout Findings
  ) {
    let isRefused = resource.schema.refuses(entry.node.span)
    let isFrozen = resource.resource.kind == .imageContentSourcePolicy && resource.settings.release >= Release(4, 16)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - String(odd.value, radix: 16).utf8.count))
      + String(odd.value, radix: 16, uppercase: true)
    let meaning: String
    if let twin = Self.twins[odd] {
      meaning = twin.isEmpty ? ", which cannot be seen" : ", which only looks like '\(twin)'"
    } else {
      meaning = ", which no registry name has"
    }
    findings.report(
      "'\(entry.text.shortened())' holds \(code)\(meaning)", at: entry.node.span, field: entry.field, severity: .error,
      effect: isRefused ? .refused : isFrozen ? .frozen : .notApplied,
      help: isRefused
        ? "the API server refuses the whole object; type the name anew"
        : isFrozen
          ? "the operator stops with 'invalid format' and all nodes keep their old configuration; type the name anew"
          : "no image has this name, so the entry matches nothing; type the name anew",
      fixes: characterFix(entry).map { [$0] } ?? [])
  }

  private func characterFix(_ entry: RegistryText) -> Fix? {
    var text = ""
    for scalar in entry.text.unicodeScalars {
      if scalar.isASCII {
        text.unicodeScalars.append(scalar)
      } else {
        guard let twin = Self.twins[scalar] else { return nil }
        text += twin
      }
    }
    return entry.node.rewritten(as: text).map {
      Fix("Write \(text)", safety: .unsafe, in: entry.node.span.file, [$0])
    }
  }

  private func reportCapitals(_ entry: RegistryText, _ findings: inout Findings) {
    guard RegistryScope.isSource(entry.text) else { return }
    let host = entry.text.utf8.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") }
    guard host.contains(where: { (0x41...0x5A).contains($0) }) else { return }
    let end = host.endIndex
    let lower = entry.text[..<end].lowercased() + entry.text[end...]
    let isMirror = entry.role == .mirror
    findings.report(
      "the host of '\(entry.text.shortened())' has upper-case letters", at: entry.node.span, field: entry.field,
      effect: isMirror ? Effect.none : nil,
      help: isMirror
        ? "nodes reach the host all the same, but look for its certificates and credentials under this spelling; write "
          + "'\(lower)'"
        : "nodes compare names byte by byte and images are named in lower case, so the entry matches none; write "
          + "'\(lower)'",
      fixes: entry.node.rewritten(as: lower).map {
        [Fix("Write the host in lower case", safety: .safe, in: entry.node.span.file, [$0])]
      } ?? [])
  }

  /// Characters that copied text brings along, and what they stand for. Source: Unicode confusables (UTS 39), the
  /// letters of host names only.
  private static let twins: [Unicode.Scalar: String] = [
    "\u{0430}": "a", "\u{0435}": "e", "\u{043E}": "o", "\u{0440}": "p", "\u{0441}": "c", "\u{0443}": "y",
    "\u{0445}": "x", "\u{0456}": "i", "\u{0458}": "j", "\u{0455}": "s", "\u{04BB}": "h", "\u{0501}": "d",
    "\u{051B}": "q", "\u{051D}": "w", "\u{03BF}": "o", "\u{03C1}": "p", "\u{0131}": "i", "\u{0261}": "g",
    "\u{2010}": "-", "\u{2011}": "-", "\u{2012}": "-", "\u{2013}": "-", "\u{2014}": "-", "\u{2212}": "-",
    "\u{2024}": ".", "\u{3002}": ".", "\u{FF0E}": ".", "\u{2215}": "/", "\u{2044}": "/", "\u{A789}": ":",
    "\u{FF1A}": ":", "\u{200B}": "", "\u{200C}": "", "\u{200D}": "", "\u{2060}": "", "\u{FEFF}": "", "\u{00AD}": "",
    "\u{00A0}": "", "\u{202F}": "",
  ]
}

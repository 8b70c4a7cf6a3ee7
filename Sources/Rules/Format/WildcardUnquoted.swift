import Diagnostics
import SourceText
import YAMLSyntax

/// `- *.example.com` without quotes, which YAML reads as an alias.
public struct WildcardUnquoted: Rule {
  public static let documentation = RuleDocumentation(
    id: "wildcard-unquoted", code: "FMT310", category: .format, severity: .error, effect: .refused, fixing: .safe,
    summary: "A wildcard without quotes: `- *.example.com` is a YAML alias.",
    why: "A plain `*` begins an alias, and no anchor has such a name: nothing reads the document, so nothing of it is "
      + "applied.",
    instead: "Put the wildcard in quotes: `- \"*.example.com\"`.",
    sources: ["YAML 1.1 section 7.1 (alias nodes)"])

  public static let examples: [RuleExample] = [
    .bad(
      "a list of wildcards",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          allowedRegistries:
          - quay.io
          - ⟦*.example.com⟧
          - *.lab # all of the lab
      """,
      fixed: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          registrySources:
            allowedRegistries:
            - quay.io
            - "*.example.com"
            - "*.lab" # all of the lab
        """, message: "'*.example.com' is read as an alias"),
    .good(
      "in quotes",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          allowedRegistries:
          - "*.example.com"
      """),
    .good(
      "an alias",
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          allowedRegistries: &all
          - quay.io
          insecureRegistries: *all
      """),
  ]

  public init() {}

  public func check(_ file: LintedFile, _ findings: inout Findings) {
    for document in file.stream.documents where !document.isTemplated {
      guard let problem = document.problem, problem.isWildcard else { continue }
      findings.report(
        problem.message, at: problem.span,
        help: "nothing can read the document, so the cluster gets nothing of it; \(problem.hint ?? "put it in quotes")",
        fixes: fix(problem, in: document).map { [$0] } ?? [])
    }
  }

  /// Quotes around this wildcard and around every item of the document that is one.
  private func fix(_ problem: SyntaxProblem, in document: Document) -> Fix? {
    let file = document.file
    var ranges: Set<ByteRange> = [problem.span.range]
    let last = file.lines.lineIndex(of: max(document.range.lowerBound, document.range.upperBound - 1))
    for line in file.lines.lineIndex(of: document.range.lowerBound)...last {
      if let item = wildcardItem(file.lineRange(line), file) { ranges.insert(item) }
    }
    let edits = ranges.sorted { $0.lowerBound < $1.lowerBound }.map {
      TextEdit(range: $0, replacement: "\"\(file.text($0))\"")
    }
    let fixed = edits.applied(to: file.bytes).map { YAMLStream(SourceFile(path: file.path, bytes: $0)) }
    guard let fixed, fixed.documents.count >= document.index + 1, fixed.documents[document.index].problem == nil else {
      return nil
    }
    return Fix(edits.count == 1 ? "Quote the wildcard" : "Quote the wildcards", safety: .safe, in: file, edits)
  }

  /// The text of `- *.host` up to a comment.
  private func wildcardItem(_ line: ByteRange, _ file: SourceFile) -> ByteRange? {
    var index = line.lowerBound
    let bytes = file.bytes
    while index < line.upperBound, bytes[index] == UInt8(ascii: " ") { index += 1 }
    guard index < line.upperBound, bytes[index] == UInt8(ascii: "-") else { return nil }
    index += 1
    while index < line.upperBound, bytes[index] == UInt8(ascii: " ") { index += 1 }
    guard index + 1 < line.upperBound, bytes[index] == UInt8(ascii: "*"), bytes[index + 1] == UInt8(ascii: ".") else {
      return nil
    }
    var end = index
    while end < line.upperBound, bytes[end] > 0x20 { end += 1 }
    // Something else than a comment behind it: not for us to say what was meant.
    let rest = bytes[end..<line.upperBound].first { $0 > 0x20 }
    return rest == nil || rest == UInt8(ascii: "#") ? index..<end : nil
  }
}

extension SyntaxProblem {
  /// The document cannot be read because a plain value begins with `*`.
  var isWildcard: Bool {
    kind == .syntax && span.file.bytes.indices.contains(span.range.lowerBound)
      && span.file.bytes[span.range.lowerBound] == UInt8(ascii: "*") && message.contains("alias")
  }
}

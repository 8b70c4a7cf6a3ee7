import Diagnostics
import GitStore
import RegistryConfig
import Rules
import SourceText
import YAMLSyntax

/// Applies the fixes of a lint run in rounds, until nothing changes.
public struct FixRun: Sendable {
  /// What is left to say of the input as it is after the fixes.
  public let outcome: Linter.Outcome
  public let changes: [FileChange]
  /// Findings that were repaired.
  public let fixedCount: Int
  /// After ten rounds fixes still followed each other.
  public let isUnsettled: Bool
  /// Fixes that would have broken their file and were dropped: bugs of their rules.
  public let defects: [String]

  private static let mostRounds = 10

  /// - Parameter unsafe: Whether suggestions are applied too.
  public init(_ request: LintRequest, unsafe: Bool) async throws {
    let run = try PreparedRun(request)
    var input = try await ManifestInput(request, run)
    let original = Dictionary(uniqueKeysWithValues: input.files.map { ($0.file.path, $0.file.bytes) })
    var fixed = 0
    var round = 0
    var defects: [String] = []
    var barred: Set<String> = []
    var outcome = await Linter().judge(request, run, input)
    while round < Self.mostRounds {
      let chosen = Self.choose(outcome.findings, unsafe: unsafe, barred: barred)
      guard !chosen.isEmpty else { break }
      var files: [RepositoryPath: [UInt8]] = [:]
      for (path, fixes) in chosen {
        guard let file = input.files.first(where: { $0.file.path == path }) else { continue }
        let edits = fixes.flatMap(\.edits)
        guard let bytes = edits.applied(to: file.file.bytes), Self.isReadable(bytes, like: file) else {
          // One of them breaks the file: none is applied, and they are not tried again.
          for fix in fixes { barred.insert(fix.key) }
          defects.append("\(path): " + fixes.map(\.description).joined(separator: ", "))
          continue
        }
        files[path] = bytes
        fixed += fixes.count
      }
      guard !files.isEmpty else { break }
      input = input.replacing(files, settings: run.settings)
      outcome = await Linter().judge(request, run, input)
      round += 1
    }
    isUnsettled = round == Self.mostRounds && !Self.choose(outcome.findings, unsafe: unsafe, barred: barred).isEmpty
    self.outcome = outcome
    self.defects = defects
    fixedCount = fixed
    changes = input.files.compactMap { file in
      guard let old = original[file.file.path], old != file.file.bytes else { return nil }
      return FileChange(file.file.path, from: old, to: file.file.bytes, in: run.tree)
    }
  }

  private struct Chosen {
    let description: String
    let edits: [TextEdit]
    /// What makes a fix the same in the next round.
    let key: String
  }

  /// The fixes of a round, by file: of each finding the first that may be applied; those that touch what another one
  /// changes wait for the next round. A fix over several files is applied when all of its edits can be.
  private static func choose(
    _ findings: [Diagnostic], unsafe: Bool, barred: Set<String>
  ) -> [RepositoryPath: [Chosen]] {
    var chosen: [RepositoryPath: [Chosen]] = [:]
    var taken: [RepositoryPath: [ByteRange]] = [:]
    for finding in findings where finding.suppression == nil {
      guard let fix = finding.fixes.first(where: { $0.safety == .safe || unsafe }) else { continue }
      let key = "\(finding.rule)\u{0}\(finding.span.file.path.text)\u{0}\(finding.span.text)\u{0}\(fix.description)"
      guard !barred.contains(key), !fix.edits.isEmpty else { continue }
      let isFree = fix.edits.allSatisfy { item in
        !(taken[item.file.path] ?? []).contains { Self.touch($0, item.edit.range) }
      }
      guard isFree else { continue }
      for path in Set(fix.edits.map(\.file.path)) {
        let edits = fix.edits.filter { $0.file.path == path }.map(\.edit)
        taken[path, default: []] += edits.map(\.range)
        chosen[path, default: []].append(Chosen(description: fix.description, edits: edits, key: key))
      }
    }
    return chosen
  }

  /// Whether two edits are too near to be applied together: they share a byte or a border.
  private static func touch(_ one: ByteRange, _ other: ByteRange) -> Bool {
    one.lowerBound <= other.upperBound && other.lowerBound <= one.upperBound
  }

  /// A fix never makes a document unreadable that could be read.
  private static func isReadable(_ bytes: [UInt8], like file: LintedFile) -> Bool {
    let broken = YAMLStream(SourceFile(path: file.file.path, bytes: bytes)).documents.filter { $0.problem != nil }.count
    return broken <= file.stream.documents.filter { $0.problem != nil }.count
  }
}

extension ManifestInput {
  /// The input with other bytes in some files.
  func replacing(_ bytes: [RepositoryPath: [UInt8]], settings: RuleSettings) -> ManifestInput {
    var result = self
    result.files = files.map { file in
      guard let new = bytes[file.file.path] else { return file }
      let isPatch = file.resources.contains { $0.resource.isPatch }
      let parsed = LintedFile(SourceFile(path: file.file.path, bytes: new), settings: settings)
      return isPatch ? parsed.asPatch() : parsed
    }
    return result
  }
}

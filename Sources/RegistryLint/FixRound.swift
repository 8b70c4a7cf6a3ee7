import Diagnostics
import Rules
import SourceText
import YAMLSyntax

/// The fixes that are applied together: of each finding the first that may be applied; those that touch what another
/// one changes wait for the next round. A fix over several files is applied to all of them or to none.
struct FixRound {
  struct ChosenFix {
    let rule: String
    let description: String
    /// Where the finding is, for people.
    let place: String
    let edits: [RepositoryPath: [TextEdit]]
    /// What makes a fix the same in the next round.
    let key: String
    /// What it would have broken: a bug of its rule.
    var defect = ""
  }

  private(set) var fixes: [ChosenFix] = []
  /// Fixes that would have changed more than they say, each for itself; they are not tried again.
  private(set) var refused: [ChosenFix] = []

  init(_ findings: [Diagnostic], unsafe: Bool, barred: Set<String>) {
    var taken: [RepositoryPath: TakenRanges] = [:]
    for finding in findings where finding.suppression == nil {
      guard let fix = finding.fixes.first(where: { $0.safety == .safe || unsafe }) else { continue }
      let path = finding.span.file.path.text
      let key = "\(finding.rule)\u{0}\(path)\u{0}\(finding.span.text)\u{0}\(fix.description)"
      guard !barred.contains(key), !fix.edits.isEmpty else { continue }
      // Entries that one rule adds behind the same place are added one after the other.
      let inserter = fix.edits.count == 1 && fix.edits[0].edit.range.isEmpty ? finding.rule : nil
      guard fix.edits.allSatisfy({ taken[$0.file.path]?.isFree($0.edit, inserter) ?? true }) else { continue }
      for item in fix.edits { taken[item.file.path, default: TakenRanges()].take(item.edit, inserter) }
      fixes.append(
        ChosenFix(
          rule: finding.rule, description: fix.description, place: "\(path):\(finding.span.start.line)",
          edits: Dictionary(grouping: fix.edits, by: \.file.path).mapValues { $0.map(\.edit) }, key: key))
    }
  }

  /// The new bytes of every file that changes. Fixes that break a file are taken out of the round first: for good when
  /// they do it alone, until the next round when they do it together.
  mutating func applied(to files: [LintedFile]) -> [RepositoryPath: [UInt8]] {
    let streams = Dictionary(files.map { ($0.file.path, $0.stream) }) { first, _ in first }
    var good: [RepositoryPath: [UInt8]] = [:]
    var pending = Set(fixes.flatMap(\.edits.keys))
    while let path = pending.min() {
      pending.remove(path)
      let here = fixes.indices.filter { fixes[$0].edits[path] != nil }
      guard !here.isEmpty, let stream = streams[path] else {
        good[path] = nil
        continue
      }
      switch Self.apply(here.flatMap { fixes[$0].edits[path] ?? [] }, to: stream) {
      case .success(let bytes): good[path] = bytes
      case .failure(let together):
        var dropped: [Int] = []
        for index in here {
          if here.count == 1 {
            fixes[index].defect = together.why
            dropped = here
          } else if case .failure(let alone) = Self.apply(fixes[index].edits[path] ?? [], to: stream) {
            fixes[index].defect = alone.why
            dropped.append(index)
          }
        }
        let isMutual = dropped.isEmpty
        if isMutual { dropped = Array(here.dropFirst()) }
        for index in dropped.reversed() {
          let fix = fixes.remove(at: index)
          if !isMutual { refused.append(fix) }
          pending.formUnion(fix.edits.keys)
        }
      }
    }
    return good
  }

  private static func apply(_ edits: [TextEdit], to stream: YAMLStream) -> Result<[UInt8], FixDefect> {
    guard let bytes = edits.applied(to: stream.file.bytes) else {
      return .failure(FixDefect(why: "its edits overlap"))
    }
    let new = YAMLStream(SourceFile(path: stream.file.path, bytes: bytes))
    if let why = FixVerification(edits, of: stream.file).problem(old: stream, new: new) {
      return .failure(FixDefect(why: why))
    }
    return .success(bytes)
  }
}

/// A fix that changes more than it says.
struct FixDefect: Error {
  let why: String
}

/// The ranges of one file that a round changes already.
private struct TakenRanges {
  private struct Item {
    let range: ByteRange
    /// The rule, when nothing but insertions of one rule are here.
    let inserter: String?
    var texts: [[UInt8]]
  }

  /// In order, apart from each other.
  private var items: [Item] = []

  /// The number of items that begin before the end of a range or at it.
  private func count(upTo range: ByteRange) -> Int {
    var (low, high) = (0, items.count)
    while low < high {
      let middle = (low + high) / 2
      if items[middle].range.lowerBound <= range.upperBound { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Whether an edit shares no byte and no border with another one; insertions of different texts by one rule may
  /// share their place.
  func isFree(_ edit: TextEdit, _ inserter: String?) -> Bool {
    let count = count(upTo: edit.range)
    guard count > 0 else { return true }
    let last = items[count - 1]
    if let inserter, last.inserter == inserter, last.range == edit.range {
      return !last.texts.contains(edit.replacement)
    }
    return last.range.upperBound < edit.range.lowerBound
  }

  mutating func take(_ edit: TextEdit, _ inserter: String?) {
    let count = count(upTo: edit.range)
    if count > 0, inserter != nil, items[count - 1].range == edit.range {
      items[count - 1].texts.append(edit.replacement)
    } else {
      items.insert(Item(range: edit.range, inserter: inserter, texts: [edit.replacement]), at: count)
    }
  }
}

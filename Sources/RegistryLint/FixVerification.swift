import SourceText
import YAMLSyntax

/// Holds the promise of fixes: what an edit does not touch says what it said, in the same place of the document, and
/// comments that it does not touch are comments still.
struct FixVerification {
  /// In order, without overlap; ranges of the file as it was.
  private let edits: [TextEdit]
  /// Where the replacements are in the new file, one for each edit.
  private let replaced: [ByteRange]

  init(_ edits: [TextEdit], of file: SourceFile) {
    self.edits = edits.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var replaced: [ByteRange] = []
    var shift = 0
    for edit in self.edits {
      let start = edit.range.lowerBound + shift
      replaced.append(start..<(start + edit.replacement.count))
      shift += edit.replacement.count - edit.range.count
    }
    self.replaced = replaced
  }

  /// What the edits break; `nil` when they hold the promise.
  func problem(old: YAMLStream, new: YAMLStream) -> String? {
    func unreadable(_ stream: YAMLStream) -> Int { stream.documents.count { $0.problem != nil } }
    guard unreadable(new) <= unreadable(old) else { return "the text could not be read any more" }
    let before = WrittenScalar.all(in: old)
    let after = Dictionary(WrittenScalar.all(in: new).map { ($0.range.lowerBound, $0) }) { first, _ in first }
    var images: Set<Int> = []
    for scalar in before {
      guard let place = image(of: scalar.range) else { continue }
      images.insert(place)
      guard let same = after[place], same.text == scalar.text, same.isQuoted == scalar.isQuoted else {
        return "'\(String(scalar.text.prefix(60)))' would be read as something else"
      }
      guard hasSameKey(scalar, same) else {
        return "'\(String(scalar.text.prefix(60)))' would belong to another key"
      }
    }
    // What was not written by an edit and was not there before comes from text that is read otherwise now.
    if unreadable(old) == 0 {
      for scalar in after.values where !images.contains(scalar.range.lowerBound) && !isReplaced(scalar.range) {
        return "'\(String(scalar.text.prefix(60)))' would be new"
      }
    }
    let comments = Dictionary(YAMLStream.comments(in: new.file).map { ($0.range.lowerBound, $0.range) }) { first, _ in
      first
    }
    for comment in YAMLStream.comments(in: old.file) {
      guard let place = image(of: comment.range) else { continue }
      guard let same = comments[place], new.file.bytes[same] == old.file.bytes[comment.range] else {
        return "a comment would be lost"
      }
    }
    return nil
  }

  private func hasSameKey(_ old: WrittenScalar, _ new: WrittenScalar) -> Bool {
    // A key that an edit wrote or rewrote is what the fix means to change.
    if let key = new.key, isReplaced(key) { return true }
    guard let key = old.key else { return new.key == nil }
    return image(of: key).map { $0 == new.key?.lowerBound } ?? false
  }

  /// Where a range begins that no edit touches; `nil` when one shares a byte or a border with it.
  private func image(of range: ByteRange) -> Int? {
    let next = Self.first(edits.count) { edits[$0].range.upperBound >= range.lowerBound }
    if next < edits.count, edits[next].range.lowerBound <= range.upperBound { return nil }
    guard next > 0 else { return range.lowerBound }
    return range.lowerBound + replaced[next - 1].upperBound - edits[next - 1].range.upperBound
  }

  private func isReplaced(_ range: ByteRange) -> Bool {
    let next = Self.first(replaced.count) { replaced[$0].upperBound >= range.lowerBound }
    return next < replaced.count && replaced[next].lowerBound <= range.upperBound
  }

  /// The first index from which on `isBehind` holds.
  private static func first(_ count: Int, where isBehind: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// A key or value that is no collection, where it is written.
private struct WrittenScalar {
  let range: ByteRange
  let text: String
  let isQuoted: Bool
  /// The nearest key above it.
  let key: ByteRange?

  /// Those with text, outside of templates; what an alias repeats counts where its anchor is.
  static func all(in stream: YAMLStream) -> [WrittenScalar] {
    var result: [WrittenScalar] = []
    func add(_ node: Node, _ key: ByteRange?) {
      guard !node.isAlias else { return }
      switch node.content {
      case .scalar(let scalar):
        guard !node.isUnknown, !node.span.range.isEmpty else { return }
        result.append(
          WrittenScalar(range: node.span.range, text: scalar.text, isQuoted: scalar.style != .plain, key: key))
      case .sequence(let items):
        for item in items { add(item, key) }
      case .mapping(let entries):
        for entry in entries {
          add(entry.key, key)
          add(entry.value, entry.key.span.range)
        }
      }
    }
    for document in stream.documents { if let root = document.root { add(root, nil) } }
    return result
  }
}

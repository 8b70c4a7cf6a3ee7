import SourceText
import YAMLSyntax

/// Holds the promise of the formatter: the same data, the same comments.
enum Verification {
  /// Throws when `new` says anything else than `old`.
  static func check(
    old: YAMLStream, oldShapes: [Int: CanonicalShape], oldComments: [Comment],
    new: YAMLStream, newShapes: [Int: CanonicalShape], newComments: [Comment]
  ) throws(FormattingDefect) {
    func defect(_ why: String, _ range: ByteRange) -> FormattingDefect {
      FormattingDefect(file: old.file, span: SourceSpan(file: old.file, range: range), why: why)
    }
    guard old.documents.count == new.documents.count, oldShapes.count == newShapes.count else {
      throw defect("the number of documents or resources changed", 0..<0)
    }
    for (before, after) in zip(old.documents, new.documents) {
      guard (before.problem == nil) == (after.problem == nil), (before.root == nil) == (after.root == nil) else {
        throw defect("a document became unreadable", before.range)
      }
      guard let beforeRoot = before.root, let afterRoot = after.root else {
        if old.file.bytes[before.range] != new.file.bytes[after.range] {
          throw defect("a document without data changed", before.range)
        }
        continue
      }
      let comparison = DataComparison(oldShapes: oldShapes, newShapes: newShapes)
      guard comparison.isSame(beforeRoot, afterRoot, .asWritten) else {
        throw defect("the data of a document changed", before.range)
      }
    }
    func texts(_ comments: [Comment], _ file: SourceFile) -> [ArraySlice<UInt8>: Int] {
      var counts: [ArraySlice<UInt8>: Int] = [:]
      for comment in comments { counts[file.bytes[comment.range], default: 0] += 1 }
      return counts
    }
    guard texts(oldComments, old.file) == texts(newComments, new.file) else {
      throw defect("a comment changed or was lost", 0..<0)
    }
  }
}

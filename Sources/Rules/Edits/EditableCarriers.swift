import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

extension Resource {
  /// Whether a fix of the object can be applied where it is written: nothing outside of a carried object is changed,
  /// such as the parameters of a template, which other places use too, and no reference to them.
  func takes(_ fix: Fix) -> Bool {
    guard isEditable else { return false }
    switch carrier {
    case .document, .list: return true
    case .object, .text, .derived: return fix.edits.allSatisfy { isInside($0) }
    }
  }

  private func isInside(_ item: Fix.FileEdit) -> Bool {
    let span = root.span
    guard item.file === span.file else { return true }
    let line = item.file.lines.lineIndex(of: span.range.lowerBound)
    let range = item.file.lines.starts[line]...(span.range.upperBound + 2)
    guard range.contains(item.edit.range.lowerBound), range.contains(item.edit.range.upperBound) else { return false }
    return !item.file.text(item.edit.range).contains("${")
  }
}

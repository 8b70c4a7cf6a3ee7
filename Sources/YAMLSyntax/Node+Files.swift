import SourceText

extension Node {
  /// Every file that a part of this value was written in, the value's own first: patches may have supplied some.
  public var files: [SourceFile] {
    var result: [SourceFile] = []
    collectFiles(into: &result)
    return result
  }

  private func collectFiles(into result: inout [SourceFile]) {
    if !result.contains(where: { $0 === span.file }) { result.append(span.file) }
    switch content {
    case .scalar: break
    case .sequence(let items): for item in items { item.collectFiles(into: &result) }
    case .mapping(let entries):
      for entry in entries {
        entry.key.collectFiles(into: &result)
        entry.value.collectFiles(into: &result)
      }
    }
  }
}

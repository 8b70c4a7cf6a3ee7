/// Unified diffs that `git apply` accepts.
public enum UnifiedDiff {
  /// The diff of two versions of a file, with Git's header; empty when they are equal.
  ///
  /// Lines end at LF and keep their bytes, a CR before it and invalid UTF-8 included; a last line without an end is
  /// followed by `\ No newline at end of file`. Paths are quoted as Git quotes them.
  /// - Parameters:
  ///   - oldPath: `nil` for a file that did not exist.
  ///   - newPath: `nil` for a file that exists no more; another path than `oldPath` is written as a rename.
  ///   - context: equal lines around each change.
  public static func render(
    old: [UInt8], new: [UInt8], oldPath: RepositoryPath?, newPath: RepositoryPath?, context: Int = 3
  ) -> [UInt8] {
    guard oldPath != nil || newPath != nil, old != new || oldPath != newPath else { return [] }
    return header(oldPath, newPath, hasHunks: old != new) + body(old: old, new: new, context: context)
  }

  /// The diff of a text that is no file: `patch FILE` takes it, `git apply` cannot know what it is for.
  /// - Parameter name: for people, as `<standard input>`.
  public static func render(old: [UInt8], new: [UInt8], named name: String, context: Int = 3) -> [UInt8] {
    old == new ? [] : Array("--- \(name)\n+++ \(name)\n".utf8) + body(old: old, new: new, context: context)
  }

  private static func body(old: [UInt8], new: [UInt8], context: Int) -> [UInt8] {
    guard old != new else { return [] }
    var out: [UInt8] = []
    let oldLines = lines(of: old)
    let newLines = lines(of: new)
    let script = LineDifference(old: old, oldLines: oldLines, new: new, newLines: newLines)
    for hunk in hunks(script.changes, oldLines.count, newLines.count, max(context, 0)) {
      out += "@@ -\(place(hunk.old)) +\(place(hunk.new)) @@\n".utf8
      var position = hunk.old.lowerBound
      for change in hunk.changes {
        for line in oldLines[position..<change.old.lowerBound] { add(" ", old, line, to: &out) }
        for line in oldLines[change.old] { add("-", old, line, to: &out) }
        for line in newLines[change.new] { add("+", new, line, to: &out) }
        position = change.old.upperBound
      }
      for line in oldLines[position..<hunk.old.upperBound] { add(" ", old, line, to: &out) }
    }
    return out
  }

  // MARK: Header

  private static func header(_ oldPath: RepositoryPath?, _ newPath: RepositoryPath?, hasHunks: Bool) -> [UInt8] {
    var out: [UInt8] = []
    let old = oldPath ?? newPath
    let new = newPath ?? oldPath
    guard let old, let new else { return [] }
    out += Array("diff --git ".utf8) + quoted("a/", old) + Array(" ".utf8) + quoted("b/", new) + Array("\n".utf8)
    if oldPath == nil { out += "new file mode 100644\n".utf8 }
    if newPath == nil { out += "deleted file mode 100644\n".utf8 }
    if oldPath != nil, newPath != nil, old != new {
      out += Array("rename from ".utf8) + quoted("", old) + Array("\nrename to ".utf8) + quoted("", new)
      out += "\n".utf8
    }
    guard hasHunks else { return out }
    out += Array("--- ".utf8) + (oldPath.map { name("a/", $0) } ?? Array("/dev/null".utf8)) + Array("\n".utf8)
    out += Array("+++ ".utf8) + (newPath.map { name("b/", $0) } ?? Array("/dev/null".utf8)) + Array("\n".utf8)
    return out
  }

  /// The path on a `---` or `+++` line: Git ends one that holds a space with a tab, to tell it from a date.
  private static func name(_ prefix: String, _ path: RepositoryPath) -> [UInt8] {
    let text = quoted(prefix, path)
    return text.first != UInt8(ascii: "\"") && text.contains(UInt8(ascii: " ")) ? text + [UInt8(ascii: "\t")] : text
  }

  /// As Git's quote_c_style with core.quotePath: control bytes, `"`, `\` and all that is not ASCII are escaped.
  private static func quoted(_ prefix: String, _ path: RepositoryPath) -> [UInt8] {
    let isOdd = path.bytes.contains { $0 < 0x20 || $0 >= 0x7F || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
    guard isOdd else { return Array(prefix.utf8) + path.bytes }
    var out = Array("\"\(prefix)".utf8)
    for byte in path.bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
      case 0x0A: out += "\\n".utf8
      case 0x09: out += "\\t".utf8
      case 0x0D: out += "\\r".utf8
      case 0x20..<0x7F: out.append(byte)
      default:
        out.append(UInt8(ascii: "\\"))
        for shift in [6, 3, 0] { out.append(UInt8(ascii: "0") + (byte >> UInt8(shift)) & 7) }
      }
    }
    out.append(UInt8(ascii: "\""))
    return out
  }

  // MARK: Hunks

  private struct Hunk {
    var changes: [LineDifference.Change]
    var old: Range<Int>
    var new: Range<Int>
  }

  /// Changes with their context; those whose contexts touch share a hunk.
  private static func hunks(
    _ changes: [LineDifference.Change], _ oldCount: Int, _ newCount: Int, _ context: Int
  ) -> [Hunk] {
    var hunks: [Hunk] = []
    for change in changes {
      let before = min(context, change.old.lowerBound)
      let after = min(context, oldCount - change.old.upperBound)
      let old = (change.old.lowerBound - before)..<(change.old.upperBound + after)
      let new = (change.new.lowerBound - before)..<(change.new.upperBound + after)
      if let last = hunks.last, last.old.upperBound >= old.lowerBound {
        hunks[hunks.count - 1].changes.append(change)
        hunks[hunks.count - 1].old = last.old.lowerBound..<old.upperBound
        hunks[hunks.count - 1].new = last.new.lowerBound..<new.upperBound
      } else {
        hunks.append(Hunk(changes: [change], old: old, new: new))
      }
    }
    return hunks
  }

  /// `start,count` from 1; an empty range names the line before it.
  private static func place(_ range: Range<Int>) -> String {
    switch range.count {
    case 0: "\(range.lowerBound),0"
    case 1: "\(range.lowerBound + 1)"
    default: "\(range.lowerBound + 1),\(range.count)"
    }
  }

  private static func add(_ sign: String, _ bytes: [UInt8], _ line: ByteRange, to out: inout [UInt8]) {
    out += sign.utf8
    out += bytes[line]
    if bytes[line.upperBound - 1] != UInt8(ascii: "\n") { out += "\n\\ No newline at end of file\n".utf8 }
  }

  private static func lines(of bytes: [UInt8]) -> [ByteRange] {
    bytes.withUnsafeBufferPointer { bytes in
      var lines: [ByteRange] = []
      var start = 0
      while start < bytes.count {
        let end = min(bytes.offset(of: UInt8(ascii: "\n"), from: start) + 1, bytes.count)
        lines.append(start..<end)
        start = end
      }
      return lines
    }
  }
}

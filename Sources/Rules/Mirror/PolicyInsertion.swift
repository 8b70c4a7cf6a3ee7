import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

/// Writing a `mirrorSourcePolicy` into an entry that has none.
enum PolicyInsertion {
  /// Puts the line behind the line of the source, indented as the source is.
  /// - Returns: `nil` for a kind without policies, for flow style, and where other text stands before the key.
  static func edit(_ policy: MirrorSet.SourcePolicy, into entry: MirrorSet.Entry, of set: MirrorSet) -> Fix.FileEdit? {
    guard set.hasPolicies, let node = set.node(entry), node.collectionStyle == .block, !node.isAlias,
      node["mirrorSourcePolicy"] == nil, let source = node.entry("source"),
      source.key.span.file === source.value.span.file
    else { return nil }
    let file = source.key.span.file
    let key = source.key.span.range
    let start = file.lineRange(file.lines.lineIndex(of: key.lowerBound)).lowerBound
    var indentation: [UInt8] = []
    for byte in file.bytes[start..<key.lowerBound] {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "-"): indentation.append(UInt8(ascii: " "))
      default: return nil
      }
    }
    let end = file.lineRange(file.lines.lineIndex(of: source.value.span.range.upperBound)).upperBound
    let lineEnd = end < file.bytes.count && file.bytes[end] == UInt8(ascii: "\r") ? "\r\n" : "\n"
    let text = lineEnd + String(decoding: indentation, as: UTF8.self) + "mirrorSourcePolicy: \(policy.rawValue)"
    return Fix.FileEdit(file: file, edit: .insert(text, at: end))
  }
}

import Certificates
import Diagnostics
import RegistryConfig
import SourceText
import YAMLSyntax

extension RegistryCertificates {
  /// A suggestion that writes the certificates of this key a second time, under another key behind it.
  /// - Returns: Nothing where the key is taken, or where key and value cannot be copied as they stand: flow style,
  ///   aliases and anchors, `binaryData`, text inside of other text.
  func copying(to name: String, _ description: String) -> [Fix] {
    let isTaken = [CertificateConfigMap.Entry.Section.data, .binaryData].contains {
      configMap.root[$0.rawValue]?.entry(name) != nil
    }
    guard !isTaken, RegistryCertificateKey(name).isLegal, !entry.isUnknown, entry.section == .data,
      configMap.isEditable,
      let edit = copy(as: name)
    else { return [] }
    return [Fix(description, safety: .unsafe, edits: [Fix.FileEdit(file: entry.key.span.file, edit: edit)])]
  }

  private func copy(as name: String) -> TextEdit? {
    let (key, node) = (entry.key.span, entry.node)
    let file = key.file
    guard node.span.file === file, !node.isAlias, node.anchor == nil, node.tag == nil,
      configMap.root["data"]?.collectionStyle == .block, let newKey = ScalarReplacement.edit(key, with: name),
      let blanks = LineIndentation.blanks(before: key.range.lowerBound, in: file)
    else { return nil }
    // From the key to the end of the value, with the new key in place of the old one.
    var text = Array(file.bytes[key.range.lowerBound..<newKey.range.lowerBound]) + newKey.replacement
    text += file.bytes[newKey.range.upperBound..<node.span.range.upperBound]
    let indentation = [UInt8](repeating: UInt8(ascii: " "), count: blanks)
    let lineEnd = LineIndentation.lineEnd(at: key, in: file)
    let end = node.span.range.upperBound
    if file.bytes[end - 1] == UInt8(ascii: "\n") {
      return TextEdit(range: end..<end, replacement: indentation + text)
    }
    let line = file.lineRange(file.lines.lineIndex(of: end)).upperBound
    return TextEdit(range: line..<line, replacement: lineEnd + indentation + text)
  }
}

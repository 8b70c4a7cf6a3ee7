/// Trees that kustomize writes as JSON and reads again.
enum JSONRoundTrip {
  /// An item of a List: `json.Marshal`, then read as YAML. Texts are double-quoted, numbers as JSON has them.
  static func text(_ node: YNode) throws(KustomizeProblem) -> YNode {
    switch node.kind {
    case .sequence:
      let result = YNode(kind: .sequence, tag: YNode.Tag.sequence, style: .flow, span: node.span)
      for item in node.content { result.content.append(try text(item)) }
      return result
    case .mapping:
      let result = YNode(kind: .mapping, tag: YNode.Tag.mapping, style: .flow, span: node.span)
      for member in try Output.members(node) {
        result.content.append(quoted(member.key, member.keyNode))
        result.content.append(try text(member.value))
      }
      return result
    case .scalar, .none:
      switch try Output.scalar(node, inFlow: false) {
      case .null: return YNode(kind: .scalar, tag: YNode.Tag.null, value: "null", span: node.span)
      case .bool(let value):
        return YNode(kind: .scalar, tag: YNode.Tag.bool, value: value ? "true" : "false", span: node.span)
      case .int(let value): return number(String(value), node)
      case .uint(let value): return number(String(value), node)
      case .float(let value): return number(GoNumber.json(value), node)
      case .string(let value): return quoted(value, node)
      }
    }
  }

  private static func number(_ text: String, _ node: YNode) -> YNode {
    YNode(kind: .scalar, tag: ScalarResolution(of: text).tag, value: text, span: node.span)
  }

  private static func quoted(_ text: String, _ node: YNode) -> YNode {
    YNode(kind: .scalar, tag: YNode.Tag.string, value: text, style: .double, span: node.span)
  }

  /// The result of a JSON patch: all numbers are floats, then yaml.v3 writes and reads it.
  static func patched(_ document: JSONDocument) throws(KustomizeProblem) -> YNode {
    switch document.content {
    case .null: return YNode(kind: .scalar, tag: YNode.Tag.null, value: "null", span: document.span)
    case .bool(let value):
      return YNode(kind: .scalar, tag: YNode.Tag.bool, value: value ? "true" : "false", span: document.span)
    case .number(let text):
      guard let value = Double(text), value.isFinite else {
        throw KustomizeProblem(.patch, "the number \(text) is out of range", at: document.span)
      }
      let written = GoNumber.general(value)
      return YNode(kind: .scalar, tag: ScalarResolution(of: written).tag, value: written, span: document.span)
    case .string(let text, _):
      let result = YNode(kind: .scalar, tag: YNode.Tag.string, value: text, span: document.span)
      result.style = style(of: text)
      return result
    case .array(let items):
      let result = YNode(kind: .sequence, tag: YNode.Tag.sequence, span: document.span)
      for item in items { result.content.append(try patched(item)) }
      return result
    case .object(let members):
      let result = YNode(kind: .mapping, tag: YNode.Tag.mapping, span: document.span)
      for (key, member) in members.sorted(by: { byteOrder($0.key, $1.key) }) {
        let keyNode = YNode(
          kind: .scalar, tag: YNode.Tag.string, value: key, style: style(of: key), span: member.keySpan)
        result.content.append(keyNode)
        result.content.append(try patched(member.value))
      }
      return result
    }
  }

  /// How yaml.v3 writes a Go string.
  private static func style(of text: String) -> YNode.Style {
    if text.utf8.contains(UInt8(ascii: "\n")) { return .literal }
    guard ScalarResolution(of: text).tag == YNode.Tag.string else { return .double }
    switch text {
    case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF":
      return .double
    default: break
    }
    if isBase60(text) { return .double }
    return PlainText.isAllowedInBlock(text) ? [] : .single
  }

  /// `^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$`
  static func isBase60(_ text: String) -> Bool {
    var bytes = Substring(text).utf8
    if let first = bytes.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") { bytes.removeFirst() }
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
    guard let first = bytes.first, isDigit(first) else { return false }
    while let byte = bytes.first, isDigit(byte) || byte == UInt8(ascii: "_") { bytes.removeFirst() }
    var groups = 0
    while bytes.first == UInt8(ascii: ":") {
      bytes.removeFirst()
      guard let one = bytes.first, isDigit(one) else { return false }
      bytes.removeFirst()
      if one <= UInt8(ascii: "5"), let other = bytes.first, isDigit(other) { bytes.removeFirst() }
      groups += 1
    }
    guard groups > 0 else { return false }
    if bytes.first == UInt8(ascii: ".") {
      bytes.removeFirst()
      while let byte = bytes.first, isDigit(byte) || byte == UInt8(ascii: "_") { bytes.removeFirst() }
    }
    return bytes.isEmpty
  }
}

/// Which texts a YAML writer leaves without quotes (libyaml's `yaml_emitter_analyze_scalar`, as go-yaml has it).
enum PlainText {
  /// Whether the text may stand plain as a value in block context. Its type is not looked at.
  static func isAllowedInBlock(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    guard let first = scalars.first, let last = scalars.last else { return true }
    if text.hasPrefix("---") || text.hasPrefix("...") { return false }
    if first == " " || last == " " || first == "\n" || last == "\n" { return false }
    for (index, scalar) in scalars.enumerated() {
      let isLast = index + 1 == scalars.count
      let followedByBlank = isLast || " \t\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains(scalars[index + 1])
      if index == 0 {
        switch scalar {
        case "#", ",", "[", "]", "{", "}", "&", "*", "!", "|", ">", "'", "\"", "%", "@", "`": return false
        case "?", ":", "-": if followedByBlank { return false }
        default: break
        }
      } else if scalar == ":" {
        if followedByBlank { return false }
      } else if scalar == "#" {
        if " \t\n\r\u{85}\u{2028}\u{2029}".unicodeScalars.contains(scalars[index - 1]) { return false }
      }
      switch scalar.value {
      case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: return false
      case 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: break
      case 0x09: return false
      default: return false
      }
    }
    return true
  }
}

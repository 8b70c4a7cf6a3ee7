import CLibyaml
import SourceText

/// Builds nodes from libyaml's events for one piece of a stream (between two `---` lines).
struct Composer {
  let file: SourceFile
  let mask: TemplateMask
  let text: UnsafeBufferPointer<UInt8>
  /// Offset of the piece in the file.
  let base: Int
  let limits: ParseLimits
  var nodeBudget: Int
  /// What libyaml is given: the text without its gaps.
  private let parsed: UnsafeBufferPointer<UInt8>
  private let gaps: TextGaps
  private var offsets: ScalarOffsets
  private var anchors: [String: Node] = [:]
  /// Anchors of collections that are not closed yet: an alias to one would contain itself.
  private var openAnchors: Set<String> = []
  private var stack: [Frame] = []

  private struct Frame {
    let isMapping: Bool
    let style: Node.CollectionStyle
    let anchor: String?
    let tag: String?
    let outerStart: Int
    let start: Int
    var items: [Node] = []
    var entries: [Node.Entry] = []
    var pendingKey: Node?
    var weight = 1
    var end: Int
  }

  /// - Parameter parsed: What is left of `text` without its gaps.
  init(
    file: SourceFile, mask: TemplateMask, text: UnsafeBufferPointer<UInt8>, base: Int, limits: ParseLimits,
    nodeBudget: Int, parsed: UnsafeBufferPointer<UInt8>, gaps: TextGaps
  ) {
    self.file = file
    self.mask = mask
    self.text = text
    self.base = base
    self.limits = limits
    self.nodeBudget = nodeBudget
    self.parsed = parsed
    self.gaps = gaps
    offsets = ScalarOffsets(parsed)
  }

  /// Where a mark of libyaml stands in the file.
  private mutating func place(_ mark: yaml_mark_t) -> Int { place(ofScalar: Int(mark.index)) }

  private mutating func place(ofScalar index: Int) -> Int {
    base + gaps.offset(ofLeft: offsets.byteOffset(ofScalar: index))
  }

  /// Thrown when reading must stop for a reason that is not libyaml's.
  private struct Stop: Error {
    let problem: SyntaxProblem
  }

  private var range: ByteRange { base..<(base + text.count) }

  /// The documents of the piece: one, or several when `...` stands between them. A piece without content gives none.
  mutating func documents(firstIndex: Int) -> [Document] {
    var documents: [Document] = []
    var start = base
    do {
      guard let parser = LibyamlParser(parsed) else { throw Stop(problem: problem(.limit, "out of memory", base)) }
      var isDone = false
      while !isDone {
        let step: Step = try parser.withNextEvent { event throws in try take(event) }
        switch step {
        case .more: break
        case .document(let root, let end):
          documents.append(document(root, index: firstIndex + documents.count, range: start..<end))
          start = end
        case .end: isDone = true
        }
      }
      if let last = documents.last {
        documents[documents.count - 1] = document(
          last.root, index: last.index, range: last.range.lowerBound..<range.upperBound)
      }
    } catch {
      documents.append(broken(error, index: firstIndex + documents.count, range: start..<range.upperBound))
    }
    return documents
  }

  private func document(_ root: Node?, index: Int, range: ByteRange) -> Document {
    Document(
      file: file, index: index, range: range, root: root, isTemplated: mask.isReplaced(in: range),
      hasTemplateControl: mask.overlapsControl(range))
  }

  private mutating func broken(_ error: any Error, index: Int, range: ByteRange) -> Document {
    let problem: SyntaxProblem =
      switch error {
      case let stop as Stop: stop.problem
      case let failure as LibyamlParser.Failure:
        SyntaxExplanation(file: file, range: range).explain(
          failure, at: place(ofScalar: failure.problemIndex), context: failure.contextIndex.map { place(ofScalar: $0) },
          readerOffset: base + gaps.offset(ofLeft: failure.byteOffset))
      default: self.problem(.syntax, "\(error)", range.lowerBound)
      }
    return Document(
      file: file, index: index, range: range, root: nil, isTemplated: mask.isReplaced(in: range),
      hasTemplateControl: mask.overlapsControl(range), problem: problem)
  }

  // MARK: Events

  private enum Step {
    case more
    case document(Node?, end: Int)
    case end
  }

  private var root: Node?

  private mutating func take(_ event: borrowing yaml_event_t) throws -> Step {
    switch event.type {
    case YAML_STREAM_END_EVENT:
      return .end
    case YAML_DOCUMENT_START_EVENT:
      root = nil
      anchors = [:]
      openAnchors = []
    case YAML_DOCUMENT_END_EVENT:
      return .document(root, end: place(event.end_mark))
    case YAML_SCALAR_EVENT:
      try add(try scalar(event))
    case YAML_ALIAS_EVENT:
      try add(try alias(event))
    case YAML_SEQUENCE_START_EVENT, YAML_MAPPING_START_EVENT:
      try open(event)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
      try close(event)
    default: break
    }
    return .more
  }

  private mutating func spend(at offset: Int) throws {
    nodeBudget -= 1
    if nodeBudget < 0 {
      throw Stop(
        problem: problem(.limit, "the file holds more than \(limits.nodes) values; the rest is not read", offset))
    }
  }

  private mutating func add(_ node: Node) throws {
    if let anchor = node.anchor, !node.isAlias { anchors[anchor] = node }
    guard !stack.isEmpty else {
      root = node
      return
    }
    let top = stack.count - 1
    stack[top].end = max(stack[top].end, node.span.range.upperBound)
    let (weight, overflow) = stack[top].weight.addingReportingOverflow(node.weight)
    if overflow || weight > limits.expandedNodes {
      throw Stop(
        problem: problem(
          .limit, "the aliases of this document expand to more than \(limits.expandedNodes) values; it is not read",
          node.span.range.lowerBound))
    }
    stack[top].weight = weight
    if stack[top].isMapping {
      if let key = stack[top].pendingKey {
        stack[top].entries.append(Node.Entry(key: key, value: node))
        stack[top].pendingKey = nil
      } else {
        stack[top].pendingKey = node
      }
    } else {
      stack[top].items.append(node)
    }
  }

  private mutating func scalar(_ event: borrowing yaml_event_t) throws -> Node {
    let outerStart = place(event.start_mark)
    var end = place(event.end_mark)
    try spend(at: outerStart)
    let data = event.data.scalar
    let value = String(
      decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self)
    let anchor = Self.name(data.anchor)
    let tag = Self.name(data.tag)
    let start = anchor == nil && tag == nil ? outerStart : valueStart(from: outerStart, to: end)
    let style: Scalar.Style =
      switch data.style {
      case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
      case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
      case YAML_LITERAL_SCALAR_STYLE: .literal
      case YAML_FOLDED_SCALAR_STYLE: .folded
      default: .plain
      }
    if style == .literal || style == .folded { end = blockScalarEnd(from: start, to: end) }
    if end < start { end = start }
    var isUnknown = mask.overlapsUnknown(outerStart..<max(end, outerStart))
    if start == end { isUnknown = isUnknown || templateFollows(end) }
    return Node(
      content: .scalar(Scalar(text: value, style: style)), span: SourceSpan(file: file, range: start..<end),
      outerRange: outerStart..<max(end, outerStart), anchor: anchor, tag: tag, isUnknown: isUnknown)
  }

  private mutating func alias(_ event: borrowing yaml_event_t) throws -> Node {
    let start = place(event.start_mark)
    let end = place(event.end_mark)
    try spend(at: start)
    let name = Self.name(event.data.alias.anchor) ?? ""
    guard var node = anchors[name] else {
      let span = SourceSpan(file: file, range: start..<end)
      if openAnchors.contains(name) {
        throw Stop(
          problem: SyntaxProblem(
            kind: .syntax, message: "the value of anchor '\(name)' contains itself", hint: nil, span: span))
      }
      throw Stop(
        problem: SyntaxProblem(
          kind: .syntax, message: "the alias '*\(name)' names an anchor that does not exist",
          hint: "a value that begins with '*' must be quoted", span: span))
    }
    node.span = SourceSpan(file: file, range: start..<end)
    node.outerRange = start..<end
    node.isAlias = true
    return node
  }

  private mutating func open(_ event: borrowing yaml_event_t) throws {
    let outerStart = place(event.start_mark)
    try spend(at: outerStart)
    guard stack.count < limits.depth else {
      throw Stop(
        problem: problem(
          .limit, "values are nested deeper than \(limits.depth) levels; the document is not read", outerStart))
    }
    let isMapping = event.type == YAML_MAPPING_START_EVENT
    let anchor = Self.name(isMapping ? event.data.mapping_start.anchor : event.data.sequence_start.anchor)
    let tag = Self.name(isMapping ? event.data.mapping_start.tag : event.data.sequence_start.tag)
    let isFlow =
      isMapping
      ? event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
      : event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
    let start = anchor == nil && tag == nil ? outerStart : valueStart(from: outerStart, to: base + text.count)
    if let anchor { openAnchors.insert(anchor) }
    stack.append(
      Frame(
        isMapping: isMapping, style: isFlow ? .flow : .block, anchor: anchor, tag: tag, outerStart: outerStart,
        start: start, end: start))
  }

  private mutating func close(_ event: borrowing yaml_event_t) throws {
    let frame = stack.removeLast()
    // libyaml ends a block collection at the next token, behind comments: it ends with its last child.
    let end =
      frame.style == .flow ? place(event.end_mark) : max(frame.end, frame.start)
    if let anchor = frame.anchor { openAnchors.remove(anchor) }
    let node = Node(
      content: frame.isMapping ? .mapping(frame.entries) : .sequence(frame.items),
      span: SourceSpan(file: file, range: frame.start..<end), outerRange: frame.outerStart..<end,
      collectionStyle: frame.style, anchor: frame.anchor, tag: frame.tag,
      isIncomplete: mask.control.isEmpty ? false : mask.overlapsControl(withBlankLines(frame.start..<end)),
      weight: frame.weight)
    try add(node)
  }

  // MARK: Places in the text

  private static func name(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private func problem(_ kind: SyntaxProblem.Kind, _ message: String, _ offset: Int) -> SyntaxProblem {
    SyntaxProblem(
      kind: kind, message: message, hint: nil,
      span: SourceSpan(file: file, range: offset..<min(offset + 1, range.upperBound)))
  }

  /// Behind anchor and tag: libyaml's range of a node begins with its properties.
  private func valueStart(from start: Int, to end: Int) -> Int {
    var index = start
    while index < end {
      switch text[index - base] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): index += 1
      case UInt8(ascii: "#"):
        while index < end, text[index - base] != UInt8(ascii: "\n") { index += 1 }
      case UInt8(ascii: "&"), UInt8(ascii: "!"):
        while index < end, ![0x20, 0x09, 0x0A, 0x0D].contains(text[index - base]) { index += 1 }
      default: return index
      }
    }
    return end
  }

  /// libyaml ends a block scalar at the next line with other indentation; its text ends with its last line.
  private func blockScalarEnd(from start: Int, to end: Int) -> Int {
    var end = end
    while end > start, [0x20, 0x09, 0x0A, 0x0D].contains(text[end - 1 - base]) { end -= 1 }
    return end
  }

  /// An empty value before a blanked template line: the template may well write the value.
  private func templateFollows(_ offset: Int) -> Bool {
    guard !mask.control.isEmpty else { return false }
    return mask.overlapsControl(offset..<endOfBlankLines(from: offset))
  }

  private func endOfBlankLines(from offset: Int) -> Int {
    var index = offset
    var isComment = false
    while index < range.upperBound {
      let byte = text[index - base]
      if byte == UInt8(ascii: "\n") {
        isComment = false
      } else if byte == UInt8(ascii: "#") {
        isComment = true
      } else if !isComment, byte != UInt8(ascii: " "), byte != UInt8(ascii: "\r"), byte != UInt8(ascii: "\t") {
        break
      }
      index += 1
    }
    return index
  }

  /// The range with the blank (and blanked) lines around it.
  private func withBlankLines(_ inner: ByteRange) -> ByteRange {
    var start = inner.lowerBound
    while start > base, [0x20, 0x09, 0x0A, 0x0D, 0x2D].contains(text[start - 1 - base]) { start -= 1 }
    return start..<max(inner.upperBound, endOfBlankLines(from: inner.upperBound))
  }
}

import SourceText
import YAMLSyntax

/// Reads the objects of a file or of an inline patch as kustomize does (kyaml/kio, api/resource/factory.go).
enum ResourceReading {
  /// The objects of a file.
  static func objects(of file: SourceFile, _ files: FileAccess) throws(KustomizeProblem) -> [YNode] {
    try checkSeparators(file)
    return try objects(of: files.documents(of: file), in: file.bytes)
  }

  /// The objects of an inline text.
  /// - Parameter range: The part of the text to read.
  static func objects(embedded node: Node, range: ByteRange) throws(KustomizeProblem) -> [YNode] {
    let bytes = Array((node.scalar?.text ?? "").utf8)
    let text = SourceFile(path: node.span.file.path, bytes: Array(bytes[range]))
    do {
      try checkSeparators(text)
    } catch {
      throw error.moved(to: node.span)
    }
    guard let embedded = EmbeddedYAML(node, range: range, masking: false) else { return [] }
    // Which documents follow a `...` is seen in the text by itself.
    let plain = YAMLStream(text, limits: .embedded, masking: false).documents
    let first = zip(embedded.documents, plain).filter { isFirstOfPiece($1, in: text.bytes) }.map(\.0)
    return try objects(read(first), pieces: pieces(of: text.bytes))
  }

  private static func objects(
    of documents: [Document], in bytes: [UInt8]
  ) throws(KustomizeProblem) -> [YNode] {
    let first = documents.filter { isFirstOfPiece($0, in: bytes) }
    return try objects(read(first), pieces: pieces(of: bytes))
  }

  private static func read(_ documents: [Document]) throws(KustomizeProblem) -> [YNode] {
    var result: [YNode] = []
    for document in documents {
      guard let root = try GoYAML.root(of: document) else { continue }
      let node = try YNode.reading(root)
      if node.isTaggedNull { continue }
      result.append(node)
    }
    return result
  }

  /// After a bare `...` the rest of a piece is lost, in silence, in kustomize too.
  private static func isFirstOfPiece(_ document: Document, in bytes: [UInt8]) -> Bool {
    let start = document.range.lowerBound
    if start == 0 || (start == 3 && bytes.starts(with: [0xEF, 0xBB, 0xBF])) { return true }
    return start + 3 <= bytes.count && bytes[start..<(start + 3)].elementsEqual("---".utf8)
  }

  /// The number of pieces kustomize cuts the text into: a List is unwrapped in place only when there is one.
  private static func pieces(of bytes: [UInt8]) -> Int {
    var count = 1
    forEachSeparator(bytes) { _, _ in count += 1 }
    return count
  }

  /// Lines that begin with `---`, but for one that is the first line or the last without a line end.
  private static func forEachSeparator(_ bytes: [UInt8], _ body: (Int, Int) -> Void) {
    var line = 0
    var canSeparate = false
    while line < bytes.count {
      var end = line
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      let isDashes = end - line >= 3 && bytes[line..<(line + 3)].elementsEqual("---".utf8)
      if isDashes, canSeparate, end < bytes.count {
        body(line, end)
        // The line end is used up: a separator on the next line is content.
        canSeparate = false
      } else {
        canSeparate = true
      }
      line = end + 1
    }
  }

  private static func checkSeparators(_ file: SourceFile) throws(KustomizeProblem) {
    var problem: KustomizeProblem?
    let bytes = file.bytes
    forEachSeparator(bytes) { start, end in
      var index = start + 3
      while index < end, [0x20, 0x09, 0x0D, 0x0B, 0x0C].contains(bytes[index]) { index += 1 }
      if index < end, bytes[index] != UInt8(ascii: "#"), problem == nil {
        problem = KustomizeProblem(
          .syntax, "invalid document separator: only a comment may follow '---'",
          at: SourceSpan(file: file, range: start..<end))
      }
    }
    if let problem { throw problem }
    if let last = bytes.lastIndex(of: UInt8(ascii: "\n")), bytes[(last + 1)...].starts(with: "---".utf8),
      !bytes[(last + 4)...].allSatisfy({ $0 == 0x20 || $0 == 0x0D })
    {
      throw KustomizeProblem.unsupported(
        "a last document without a line end", at: SourceSpan(file: file, range: (last + 1)..<bytes.count))
    }
    // Directives: kustomize cuts the text before its YAML reader sees what they belong to.
    var line = file.byteOrderMarkLength
    while line < bytes.count {
      var end = line
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      if line > 0, bytes[line] == 0xEF, bytes[line...].starts(with: [0xEF, 0xBB, 0xBF]) {
        throw KustomizeProblem.unsupported(
          "a byte order mark inside of a file", at: SourceSpan(file: file, range: line..<(line + 3)))
      }
      if bytes[line] == UInt8(ascii: "%") {
        throw KustomizeProblem(
          .syntax, "a YAML directive cannot be read", at: SourceSpan(file: file, range: line..<end))
      }
      line = end + 1
    }
  }

  // MARK: Objects

  private static func objects(_ documents: [YNode], pieces: Int) throws(KustomizeProblem) -> [YNode] {
    var nodes: [YNode] = []
    for document in documents {
      let kind = document.kind == .mapping ? document.fieldValue("kind") : ""
      if pieces == 1, kind == "List" || kind == "ResourceList",
        document.field("items") != nil || document.field("functionConfig") != nil
      {
        nodes += document.field("items")?.content ?? []
      } else {
        nodes.append(document)
      }
    }
    var queue = try valid(nodes)
    var result: [YNode] = []
    var index = 0
    while index < queue.count {
      let node = queue[index]
      index += 1
      guard node.fieldValue("kind").hasSuffix("List"), let items = node.firstValue("items") else {
        result.append(node)
        continue
      }
      // The whole list must be readable as a map.
      _ = try Output.json(node)
      if items.isTaggedNull { continue }
      guard items.kind == .sequence else {
        throw KustomizeProblem(.resource, "the items of a \(node.fieldValue("kind")) must be a list", at: items.span)
      }
      queue += try valid(items.content.map { item throws(KustomizeProblem) in try JSONRoundTrip.text(item) })
    }
    return result
  }

  /// Drops what is empty and refuses what has no kind or name.
  private static func valid(_ nodes: [YNode]) throws(KustomizeProblem) -> [YNode] {
    var result: [YNode] = []
    for node in nodes where !node.isEmpty {
      let kind = node.kind == .mapping ? node.field("kind") : nil
      guard let kind, !kind.isEmpty, !kind.value.isEmpty else {
        throw KustomizeProblem(.resource, "an object without a kind", at: node.span)
      }
      if !kind.value.hasSuffix("List") {
        let metadata = node.field("metadata")
        let name = metadata.flatMap { $0.isEmpty ? nil : $0.field("name") }
        guard let name, !name.isEmpty, !name.value.isEmpty else {
          throw KustomizeProblem(.resource, "an object of kind \(kind.value) without metadata.name", at: node.span)
        }
      }
      result.append(node)
    }
    return result
  }
}

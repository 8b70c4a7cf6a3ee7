import SourceText

/// The documents of a file, read with libyaml as Kubernetes' reader (a port of it) reads them.
public struct YAMLStream: Sendable {
  public let file: SourceFile
  public let documents: [Document]
  /// False when documents or stretches of text were left out that were not asked for.
  public let isWhole: Bool

  /// Reads all documents. A broken document has a `problem` in place of its `root`; the others are read all the same.
  /// - Parameter masking: Whether template text (`{{ … }}`, `${…}`) is hidden from the parser. Off where it is literal
  ///   text to whoever reads the file in earnest, as for kustomize.
  /// - Parameter abridgement: What is not read.
  /// - Parameter isWanted: Decides on the bytes of a document whether it is read.
  public init(
    _ file: SourceFile, limits: ParseLimits = .standard, masking: Bool = true,
    abridged abridgement: Abridgement = Abridgement(),
    where isWanted: (UnsafeRawBufferPointer) -> Bool = { _ in true }
  ) {
    self.file = file
    if let problem = Self.encodingProblem(of: file) {
      documents = [
        Document(file: file, index: 0, range: 0..<file.bytes.count, root: nil, problem: problem)
      ]
      isWhole = true
      return
    }
    let mask = masking ? TemplateMask(file.bytes) : TemplateMask(unmasked: file.bytes)
    (documents, isWhole) = mask.bytes.withUnsafeBufferPointer { text in
      var documents: [Document] = []
      var isWhole = true
      var nodeBudget = limits.nodes
      let leftOut = abridgement.seams.contains { mask.overlapsUnknown($0 - 1..<$0) } ? [] : abridgement.leftOut
      // `oc create` reads such a stream of JSON, as catalogues are; kustomize does not.
      let pieces = DocumentPieces(of: text, from: file.byteOrderMarkLength, splitsJSON: masking)
      for range in pieces.ranges {
        guard isWanted(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: text[range]))) else {
          isWhole = false
          continue
        }
        guard documents.count < limits.documents else {
          documents.append(
            Document(
              file: file, index: documents.count, range: range.lowerBound..<file.bytes.count, root: nil,
              problem: SyntaxProblem(
                kind: .limit, message: "the file holds more than \(limits.documents) documents; the rest is not read",
                hint: nil, span: SourceSpan(file: file, range: range.lowerBound..<range.lowerBound))))
          break
        }
        let piece = UnsafeBufferPointer(rebasing: text[range])
        func read(_ parsed: UnsafeBufferPointer<UInt8>, _ gaps: TextGaps) {
          var composer = Composer(
            file: file, mask: mask, text: piece, base: range.lowerBound, limits: limits, nodeBudget: nodeBudget,
            parsed: parsed, gaps: gaps)
          documents += composer.documents(firstIndex: documents.count)
          nodeBudget = composer.nodeBudget
        }
        let gaps = TextGaps(leftOut, in: range)
        if gaps.isEmpty {
          read(piece, gaps)
        } else {
          gaps.rest(of: piece).withUnsafeBufferPointer { read($0, gaps) }
          isWhole = false
        }
      }
      return (documents, isWhole)
    }
  }

  private static func encodingProblem(of file: SourceFile) -> SyntaxProblem? {
    let start = file.bytes.prefix(2)
    guard start.elementsEqual([0xFF, 0xFE]) || start.elementsEqual([0xFE, 0xFF]) else { return nil }
    return SyntaxProblem(
      kind: .encoding, message: "the file is encoded as UTF-16", hint: "save it as UTF-8",
      span: SourceSpan(file: file, range: 0..<2))
  }
}

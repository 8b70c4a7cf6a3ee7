import SourceText
import YAMLSyntax

/// The text of an OpenShift Template, cut at its objects.
///
/// Objects of a Template are read one by one, each by itself and by the parameters. So those that hold nothing for this
/// program need not be read, as long as that is known.
public struct TemplateText: Sendable {
  /// What need not be read of an object.
  public struct Barren: Sendable {
    /// From the first byte of the object's first line.
    public let ranges: [ByteRange]
    /// The number of nodes that stand there.
    public let weight: Int
  }

  private let file: SourceFile
  /// Whole lines: from that with the dash of each to that with the next one.
  public let objects: [ByteRange]
  /// Of the dashes.
  private let indentation: Int

  /// `nil` for what does not look like one, with a block list of objects that is most of it.
  public init?(_ file: SourceFile) {
    self.file = file
    (objects, indentation) = file.bytes.withUnsafeBufferPointer { Self.items(of: "objects:", in: $0) }
    // Each object may be read together with everything that is no object.
    guard let first = objects.first, let last = objects.last,
      (first.lowerBound + file.bytes.count - last.upperBound) * objects.count <= file.bytes.count
    else { return nil }
    // Nor does template text that begins in an object end behind the last one.
    guard !["}}", "%}", "#}"].contains(where: { frame[1].contains(subsequence: Array($0.utf8)) }) else { return nil }
  }

  /// Everything that is no object.
  public var frame: [ArraySlice<UInt8>] {
    [file.bytes[..<(objects.first?.lowerBound ?? 0)], file.bytes[(objects.last?.upperBound ?? 0)...]]
  }

  /// What need not be read of an object, whatever the others are. Items of lists leave their dashes behind, so that
  /// every other one is where it was.
  /// - Returns: `nil` for an object that cannot be read by itself: broken, cut at the wrong place, or with anchors.
  public func barren(of object: ByteRange) -> Barren? {
    let start = frame[0].count
    let alone = SourceFile(path: file.path, bytes: Array([frame[0], file.bytes[object], frame[1]].joined()))
    let stream = YAMLStream(alone)
    guard stream.documents.count == 1, let root = stream.documents[0].root,
      root["kind"]?.string == CarrierWalk.templateKind, CarrierWalk.isTemplate(group: CarrierWalk.group(of: root)),
      let items = root["objects"]?.items, items.count == 1, items[0].outerRange.lowerBound > start,
      items[0].outerRange.upperBound <= start + object.count, !items[0].hasAnchors
    else { return nil }
    let parameters = TemplateParameters(root)
    func holdsNothing(_ item: Node, _ context: CarrierContext) -> Bool {
      var walk = CarrierWalk(stream.documents[0], Surroundings())
      walk.read(parameters.substituted(item), context)
      return walk.reading.resources.isEmpty && walk.reading.carriers.isEmpty
    }
    let context = CarrierContext().inside(.object(CarrierWalk.templateKind))
    if holdsNothing(items[0], context) {
      // All but the dash and the last line end.
      return Barren(ranges: [indentation + 1..<max(indentation + 1, object.count - 1)], weight: items[0].weight)
    }
    // Resources of a SyncSet are read one by one, too. Where the last one ends, the list does.
    guard let kind = items[0]["kind"]?.string, CarrierWalk.isSyncSet(group: CarrierWalk.group(of: items[0]), kind),
      let resources = items[0].at("spec", "resources"), resources.collectionStyle == .block
    else { return Barren(ranges: [], weight: 0) }
    let barren = resources.items.dropLast().filter { holdsNothing($0, context.inside(.object(kind))) }
    return Barren(
      ranges: barren.map { $0.outerRange.lowerBound - start..<$0.outerRange.upperBound - start },
      weight: barren.reduce(0) { $0 + $1.weight })
  }

  /// The lines of the items of the block list behind a line.
  private static func items(
    of key: StaticString, in text: UnsafeBufferPointer<UInt8>
  ) -> (items: [ByteRange], indentation: Int) {
    let key = UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount)
    var starts: [Int] = []
    var indentation: Int?
    var isInside = false
    var line = 0
    while line < text.count {
      let end = text.offset(of: UInt8(ascii: "\n"), from: line)
      defer { line = end + 1 }
      guard isInside else {
        isInside = text[line..<end].starts(with: key) && isBlank(text, line + key.count, end)
        continue
      }
      var start = line
      while start < end, text[start] == UInt8(ascii: " ") { start += 1 }
      if isBlank(text, start, end) || text[start] == UInt8(ascii: "#") || start - line > indentation ?? .max {
        continue
      }
      guard start - line == indentation ?? start - line, text[start] == UInt8(ascii: "-"),
        isBlank(text, start + 1, min(start + 2, end))
      else { return (ranges(starts, end: line), indentation ?? 0) }
      indentation = start - line
      starts.append(line)
    }
    return (ranges(starts, end: text.count), indentation ?? 0)
  }

  private static func ranges(_ starts: [Int], end: Int) -> [ByteRange] {
    starts.indices.map { starts[$0]..<($0 + 1 < starts.count ? starts[$0 + 1] : end) }
  }

  private static func isBlank(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
    text[start..<end].allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
  }
}

extension Node {
  /// Whether an anchor or an alias is in it.
  fileprivate var hasAnchors: Bool {
    if anchor != nil || isAlias { return true }
    return switch content {
    case .scalar: false
    case .sequence(let items): items.contains(where: \.hasAnchors)
    case .mapping(let entries): entries.contains { $0.key.hasAnchors || $0.value.hasAnchors }
    }
  }
}

import Foundation
import SourceText
import Testing
import YAMLSyntax

/// Stretches of a document that are left out change nothing of what stands around them.
@Suite struct TextGapsTests {
  private let text = """
    # é
    kind: List
    items:
    - name: é one
      list: [1, 2]
    - name: |
        two
        more
    - name: "three é"
    - name: four
    tail: é

    """

  /// Behind the dash of an item, up to its last line end.
  private func body(_ item: String) throws -> ByteRange {
    let range = try #require(text.range(of: item))
    let start = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
    return start + 1..<start + item.utf8.count
  }

  @Test(arguments: [[0], [1], [2], [0, 1], [1, 2], [0, 1, 2], [0, 2]]) func theRestStandsWhereItStood(left: [Int]) throws {
    let items = ["- name: é one\n  list: [1, 2]", "- name: |\n    two\n    more", "- name: \"three é\""]
    let file = SourceFile(path: "a.yaml", text: text)
    let whole = YAMLStream(file)
    var abridgement = Abridgement()
    abridgement.leftOut = try left.map { try body(items[$0]) }
    let stream = YAMLStream(file, abridged: abridgement)
    #expect(whole.isWhole && !stream.isWhole && stream.documents.count == 1)
    let (old, new) = (try #require(whole.documents[0].root), try #require(stream.documents[0].root))
    #expect(new.span == old.span && stream.documents[0].range == whole.documents[0].range)
    #expect(new["tail"]?.span == old["tail"]?.span && new["tail"]?.string == "é")
    let (oldItems, newItems) = (try #require(old["items"]), try #require(new["items"]))
    #expect(newItems.span == oldItems.span && newItems.items.count == 4)
    for index in 0..<4 {
      if left.contains(index) {
        #expect(newItems.items[index].isNull)
      } else {
        #expect(places(of: newItems.items[index]) == places(of: oldItems.items[index]))
      }
    }
  }

  private func places(of node: Node) -> [String] {
    let own = ["\(node.outerRange) \(node.span.text)"]
    let inner = node.items + node.entries.flatMap { [$0.key, $0.value] }
    return own + inner.flatMap { places(of: $0) }
  }

  /// What a template hides may begin in one item and end in the next one.
  @Test(arguments: [("- a: {{ x }}\n- b: y\n", false), ("- a: {{ x\n- b: y }}\n", true)])
  func whereTemplateTextReachesOverASeamAllIsRead(items: String, isRead: Bool) throws {
    let file = SourceFile(path: "a.yaml", text: "items:\n- a: 1\n\(items)- c: 1\n")
    var abridgement = Abridgement()
    abridgement.leftOut = [8..<13]
    abridgement.seams = [7, 14, 14 + items.utf8.count - (isRead ? 8 : 7)]
    let stream = YAMLStream(file, abridged: abridgement)
    #expect(stream.isWhole == isRead)
    #expect(try #require(stream.documents[0].root?["items"]).items[0].isNull != isRead)
  }
}

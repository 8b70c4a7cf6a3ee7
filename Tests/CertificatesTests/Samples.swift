import Certificates
import Foundation
import SourceText
import YAMLSyntax

/// Texts for the tests, taken from the cases.
enum Samples {
  /// The value of the only key of a case.
  static func value(_ name: String) -> String {
    let input = CaseTests.folder.appendingPathComponent(name).appendingPathComponent("input.yaml")
    guard let text = try? String(contentsOf: input, encoding: .utf8) else { return "" }
    let root = YAMLStream(SourceFile(path: "input.yaml", text: text)).documents.first?.root
    return (root?["data"] ?? root?["binaryData"])?.entries.first?.value.scalar?.text ?? ""
  }

  /// One P-256 CA: eleven lines, the last with a line feed.
  static let certificate = value("054-value-p256-ca")

  static func der(_ name: String) -> [UInt8] {
    PEMBundle(decoding: Array(value(name).utf8)).blocks.first?.der ?? []
  }
}

extension PEMBundle {
  init(_ text: String) { self.init(decoding: Array(text.utf8)) }
}

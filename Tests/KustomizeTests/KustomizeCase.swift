import Foundation
import SourceText

@testable import Kustomize

/// A tree of files in memory.
struct MemoryFiles: KustomizeFiles {
  var files: [String: [UInt8]] = [:]
  var links: [String: String] = [:]
  private(set) var folders: Set<String> = [""]

  init(_ texts: [String: String] = [:], links: [String: String] = [:], folders: [String] = []) {
    self.init(bytes: texts.mapValues { Array($0.utf8) }, links: links, folders: folders)
  }

  init(bytes: [String: [UInt8]], links: [String: String], folders: [String]) {
    files = bytes
    self.links = links
    for path in Array(bytes.keys) + Array(links.keys) + folders.map({ $0 + "/x" }) {
      var parts = path.split(separator: "/").dropLast()
      while !parts.isEmpty {
        self.folders.insert(parts.joined(separator: "/"))
        parts = parts.dropLast()
      }
    }
  }

  func contents(of path: RepositoryPath) -> [UInt8]? { files[path.text] }
  func isFolder(_ path: RepositoryPath) -> Bool { folders.contains(path.text) }
  func linkTarget(of path: RepositoryPath) -> [UInt8]? { links[path.text].map { Array($0.utf8) } }
}

/// A line of Tests/Fixtures/cases/kustomize.jsonl: a tree and what kustomize v5.8.1 made of it.
struct KustomizeCase {
  let name: String
  let root: String
  let files: MemoryFiles
  /// Canonical texts of the objects, sorted; `nil` when kustomize refuses.
  let expected: [String]?
  /// kustomize's output to the byte.
  let output: String
  let error: String

  static func all() throws -> [KustomizeCase] {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/cases/kustomize.jsonl")
    let data = try Data(contentsOf: url)
    return try data.split(separator: UInt8(ascii: "\n")).map { try KustomizeCase(line: Array($0)) }
  }

  init(line: [UInt8]) throws {
    let file = SourceFile(path: RepositoryPath("kustomize.jsonl"), bytes: line)
    let document = try JSONReader.read(line) { SourceSpan(file: file, range: $0) }
    let fields = document.members
    name = fields["name"]?.text ?? ""
    root = fields["root"]?.text ?? ""
    var bytes: [String: [UInt8]] = [:]
    for (path, value) in fields["files"]?.members ?? [:] {
      bytes[path] =
        value.text.map { Array($0.utf8) } ?? value.members["base64"]?.text.flatMap { Base64.decode(Array($0.utf8)) }
        ?? []
    }
    files = MemoryFiles(
      bytes: bytes, links: (fields["links"]?.members ?? [:]).compactMapValues(\.text),
      folders: fields["folders"]?.items.compactMap(\.text) ?? [])
    expected = fields["expected"].map { $0.items.map(\.canonical).sorted() }
    output = fields["output"]?.text ?? ""
    error = fields["error"]?.text ?? ""
  }
}

extension JSONDocument {
  var members: [String: JSONDocument] {
    if case .object(let members) = content { members.mapValues(\.value) } else { [:] }
  }

  var items: [JSONDocument] { if case .array(let items) = content { items } else { [] } }
  var text: String? { if case .string(let text, _) = content { text } else { nil } }

  /// Keys sorted, numbers by value.
  var canonical: String {
    switch content {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let text): JSONDocument.canonicalNumber(text)
    case .string(let text, _): JSONValue.string(text).text
    case .array(let items): "[" + items.map(\.canonical).joined(separator: ",") + "]"
    case .object(let members):
      "{"
        + members.sorted { byteOrder($0.key, $1.key) }
        .map { JSONValue.string($0.key).text + ":" + $0.value.value.canonical }.joined(separator: ",") + "}"
    }
  }

  static func canonicalNumber(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }) { return text }
    guard let value = Double(text) else { return text }
    return value == value.rounded() && value.magnitude < 9_007_199_254_740_992 ? String(Int(value)) : "\(value)"
  }
}

extension JSONValue {
  var canonical: String {
    switch self {
    case .number(let text): JSONDocument.canonicalNumber(text)
    case .array(let items): "[" + items.map(\.canonical).joined(separator: ",") + "]"
    case .object(let members):
      "{"
        + members.sorted { byteOrder($0.key, $1.key) }
        .map { JSONValue.string($0.key).text + ":" + $0.value.canonical }.joined(separator: ",") + "}"
    default: text
    }
  }
}

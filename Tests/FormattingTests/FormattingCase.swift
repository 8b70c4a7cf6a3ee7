import SourceText
import Testing

@testable import Formatting

/// A file and what the formatter should make of it.
struct FormattingCase: Sendable, CustomTestStringConvertible {
  let name: String
  let before: String
  let after: String
  /// Parts of the reasons that should be given, in order.
  var notes: [String] = []

  var testDescription: String { name }

  /// An Image with one list; `lines` stand below `allowedRegistries:`.
  static func list(_ name: String, _ before: String, _ after: String, notes: [String] = []) -> FormattingCase {
    func wrap(_ lines: String) -> String {
      """
      apiVersion: config.openshift.io/v1
      kind: Image
      metadata:
        name: cluster
      spec:
        registrySources:
          allowedRegistries:

      """ + lines
    }
    return FormattingCase(name: name, before: wrap(before), after: wrap(after), notes: notes)
  }

  /// A mirror set; `lines` stand below `imageDigestMirrors:`.
  static func mirrors(_ name: String, _ before: String, _ after: String, notes: [String] = []) -> FormattingCase {
    func wrap(_ lines: String) -> String {
      """
      apiVersion: config.openshift.io/v1
      kind: ImageDigestMirrorSet
      metadata:
        name: mirrors
      spec:
        imageDigestMirrors:

      """ + lines
    }
    return FormattingCase(name: name, before: wrap(before), after: wrap(after), notes: notes)
  }
}

func format(_ text: String) throws -> (text: String, notes: [String]) {
  let formatted = try Formatter.format(file: SourceFile(path: "a.yaml", text: text))
  return (String(decoding: formatted.bytes, as: UTF8.self), formatted.notes.map(\.why))
}

import Diagnostics

extension Diagnostic {
  /// Many, for the changes that made a finding stand behind what it always speaks of.
  private static let mostPlaces = 10

  /// The related places in words, for formats that have none: `see prod/cas.yaml:1: since main: ConfigMap cas removed`.
  var relatedWords: [String] {
    let places = related.prefix(Self.mostPlaces).map { label in
      "see \(label.span.file.path.text):\(label.span.start.line)" + (label.message.isEmpty ? "" : ": \(label.message)")
    }
    let more = related.count - places.count
    return more > 0 ? places + ["and \(more) more \(more == 1 ? "place" : "places")"] : places
  }
}

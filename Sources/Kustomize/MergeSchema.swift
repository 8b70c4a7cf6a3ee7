/// Which lists a strategic merge patch merges, and by which keys. Kinds without built-in schema (every OpenShift kind)
/// have none: all their lists are replaced.
struct MergeSchema {
  /// A place in a schema: the type of the value there.
  struct Place {
    var type: String?
    var isList = false
    /// Keys of a list that is merged; empty when it is merged by value; `nil` when the list is replaced.
    var mergeKeys: [String]?
  }

  private let fields: [String: [String: Place]]
  private let typeOfKind: [String: String]

  static let builtIn = MergeSchema()

  private init() {
    var fields: [String: [String: Place]] = [:]
    for line in Self.types.split(separator: "\n") {
      let words = line.split(separator: " ")
      let type = String(words[0].dropLast())
      for word in words.dropFirst() {
        var place = Place()
        var rest = word
        if let arrow = rest.firstIndex(of: ">") {
          place.type = String(rest[rest.index(after: arrow)...])
          rest = rest[..<arrow]
        }
        if let star = rest.firstIndex(of: "*") {
          place.mergeKeys = rest[rest.index(after: star)...].split(separator: ",").map(String.init)
          rest = rest[..<star]
        }
        if rest.hasSuffix("[]") {
          place.isList = true
          rest = rest.dropLast(2)
        }
        fields[type, default: [:]][String(rest)] = place
      }
    }
    self.fields = fields
    var typeOfKind: [String: String] = [:]
    for line in Self.kinds.split(separator: "\n") {
      let words = line.split(separator: " ")
      for kind in words.dropFirst() { typeOfKind[String(kind)] = String(words[0].dropLast()) }
    }
    self.typeOfKind = typeOfKind
  }

  func root(apiVersion: String, kind: String) -> Place? {
    typeOfKind[apiVersion + "/" + kind].map { Place(type: $0) }
  }

  func field(_ name: String, of place: Place) -> Place? {
    guard !place.isList, let type = place.type else { return nil }
    return fields[type]?[name]
  }

  func items(of place: Place) -> Place? {
    place.isList ? place.type.map { Place(type: $0) } : nil
  }
}

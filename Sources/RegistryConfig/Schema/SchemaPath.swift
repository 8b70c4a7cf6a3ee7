/// The path to a value while an object is walked; written out only when something is said of it.
struct SchemaPath {
  enum Step {
    case key(String)
    /// A key of a map, which Kubernetes writes in brackets: `data[ca.crt]`.
    case mapKey(String)
    case index(Int)
  }

  var steps: [Step] = []

  var text: String { text(of: steps[...]) }

  func appending(_ key: String) -> String {
    steps.isEmpty ? key : text + "." + key
  }

  private func text(of steps: ArraySlice<Step>) -> String {
    var text = ""
    for step in steps {
      switch step {
      case .key(let key): text += text.isEmpty ? key : "." + key
      case .mapKey(let key): text += "[\(key)]"
      case .index(let index): text += "[\(index)]"
      }
    }
    return text
  }
}

extension String {
  /// The text in double quotes as Go's `%q` writes it, in which the API server shows values.
  var quotedLikeGo: String {
    var result = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if scalar == " " || scalar.isPrintableInGo {
          result.unicodeScalars.append(scalar)
        } else {
          let (prefix, width) = scalar.value < 0x80 ? ("\\x", 2) : scalar.value < 0x10000 ? ("\\u", 4) : ("\\U", 8)
          let digits = String(scalar.value, radix: 16)
          result += prefix + String(repeating: "0", count: width - digits.utf8.count) + digits
        }
      }
    }
    return result + "\""
  }
}

extension Unicode.Scalar {
  fileprivate var isPrintableInGo: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
      false
    default: true
    }
  }
}

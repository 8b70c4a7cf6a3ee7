import GitStore

extension ManifestSource {
  /// What a user types to have this input linted.
  var lintCommand: String {
    switch self {
    case .standardInput: Self.lintCommand("-")
    case .files(.workingTree(let paths)): Self.lintCommand(paths)
    case .files(.index(let paths)): Self.lintCommand(["--staged"] + paths)
    case .files(.revision(let name, let paths)): Self.lintCommand(["--rev", name] + paths)
    }
  }

  static func lintCommand(_ arguments: String...) -> String { lintCommand(arguments) }

  private static func lintCommand(_ arguments: [String]) -> String {
    (["registrylint", "lint"] + arguments.map(quoted)).joined(separator: " ")
  }

  /// A word for a shell.
  private static func quoted(_ word: String) -> String {
    let isPlain = !word.isEmpty && word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...: true
      default: "@%+=:,./-_^~".utf8.contains(byte)
      }
    }
    return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}

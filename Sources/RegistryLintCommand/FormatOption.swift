import ArgumentParser

/// The `--format` of a command that prints one report: the first of its formats by default.
struct FormatOption<Format>: ParsableArguments
where Format: RawRepresentable<String> & CaseIterable & ExpressibleByArgument & Sendable {
  @Option(name: .customLong("format"), help: ArgumentHelp(stringLiteral: Self.help))
  var all: [Format] = []

  private static var usual: Format { Format.allCases[Format.allCases.startIndex] }

  /// `text, json or sarif; text by default.`
  private static var help: String {
    let names = Format.allCases.map(\.rawValue)
    let list = [names.dropLast().joined(separator: ", "), names.last ?? ""].joined(separator: " or ")
    return "\(list); \(usual.rawValue) by default."
  }

  var wanted: Format { all.last ?? Self.usual }

  /// Of two formats one wish would be lost and nobody told.
  func validate() throws {
    let names = all.map(\.rawValue)
    guard let first = names.first, let other = names.first(where: { $0 != first }) else { return }
    throw ValidationError(
      "--format \(first) and --format \(other) exclude each other: this command prints one report")
  }
}

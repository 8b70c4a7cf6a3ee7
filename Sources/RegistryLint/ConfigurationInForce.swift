import Rules
import SourceText

/// The settings that a run would use, as a configuration file.
public struct ConfigurationInForce {
  public let text: String

  public init(_ request: LintRequest) throws {
    let run = try PreparedRun(request)
    var text = "release: \"\(run.settings.release)\"\n"
    if let image = run.settings.releaseImage { text += "release-image: \(JSONText.string(image).text(indented: false))\n" }
    text += "fail-on: \((request.failOn ?? run.configuration.failOn ?? .error).rawValue)\n"
    func list(_ key: String, _ items: [String]) {
      text += "\(key): [\(items.joined(separator: ", "))]\n"
    }
    list("select", run.configuration.select)
    list("ignore", run.configuration.ignore)
    text += "severity:\(run.configuration.severity.isEmpty ? " {}" : "")\n"
    for (rule, level) in run.configuration.severity.sorted(by: { $0.key < $1.key }) {
      text += "  \(rule): \(level.rawValue)\n"
    }
    list("exclude", run.configuration.exclude.map { JSONText.string($0.text).text(indented: false) })
    text += "# \(run.selection.rules.count) of \(RuleRegistry.all.count) rules run\n"
    self.text = text
  }
}

/// The JSON schema of `.registrylint.yaml`, for editors.
public enum ConfigurationSchema {
  public static var text: String {
    let rule = JSONText.object([("enum", .array(RuleRegistry.documentation.map(\.id).sorted().map { .string($0) }))])
    let rules = JSONText.object([("type", .string("array")), ("items", rule)])
    func words(_ values: [String]) -> JSONText { .object([("enum", .array(values.map { .string($0) }))]) }
    let properties: [(String, JSONText)] = [
      ("release", .object([("type", .string("string")), ("pattern", .string("^v?[0-9]+\\.[0-9]+(\\.[0-9]+)?$"))])),
      ("release-image", .object([("type", .string("string"))])), ("select", rules), ("ignore", rules),
      (
        "severity",
        .object([
          ("type", .string("object")), ("propertyNames", rule),
          ("additionalProperties", words(Configuration.Level.allCases.map(\.rawValue))),
        ])
      ),
      ("fail-on", words(FailOn.allCases.map(\.rawValue))),
      (
        "exclude",
        .object([("type", .string("array")), ("items", .object([("type", .string("string"))]))])
      ),
    ]
    return JSONText.object([
      ("$schema", .string("http://json-schema.org/draft-07/schema#")),
      ("title", .string("Configuration of registrylint")), ("type", .string("object")),
      ("additionalProperties", .bool(false)), ("properties", .object(properties)),
    ]).text(indented: true) + "\n"
  }
}

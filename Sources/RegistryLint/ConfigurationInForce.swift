import Rules
import SourceText

/// The settings that a run would use, as a configuration file.
public struct ConfigurationInForce {
  public let text: String

  public init(_ request: LintRequest) throws {
    let run = try PreparedRun(request)
    var text = "release: \"\(run.settings.release)\"\n"
    if let image = run.settings.releaseImage {
      text += "release-image: \(JSONText.string(image).text(indented: false))\n"
    }
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
    text += run.configuration.clusters.isEmpty ? "clusters: []\n" : "clusters:\n"
    for cluster in run.configuration.clusters {
      text += "  - name: \(JSONText.string(cluster.name).text(indented: false))\n"
      let paths = cluster.paths.map {
        JSONText.string($0.pattern.text.isEmpty ? "." : $0.pattern.text).text(indented: false)
      }
      text += "    paths: [\(paths.joined(separator: ", "))]\n"
      if let release = cluster.release { text += "    release: \"\(release)\"\n" }
      if let image = cluster.releaseImage {
        text += "    release-image: \(JSONText.string(image).text(indented: false))\n"
      }
    }
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
    let release = JSONText.object([
      ("type", .string("string")), ("pattern", .string("^v?[0-9]+\\.[0-9]+(\\.[0-9]+)?$")),
    ])
    let text = JSONText.object([("type", .string("string")), ("minLength", .int(1))])
    let cluster: [(String, JSONText)] = [
      ("name", text),
      ("paths", .object([("type", .string("array")), ("minItems", .int(1)), ("items", text)])),
      ("release", release), ("release-image", text),
    ]
    let properties: [(String, JSONText)] = [
      ("release", release),
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
      (
        "clusters",
        .object([
          ("type", .string("array")),
          (
            "items",
            .object([
              ("type", .string("object")), ("additionalProperties", .bool(false)), ("properties", .object(cluster)),
              ("required", .array([.string("name"), .string("paths")])),
            ])
          ),
        ])
      ),
    ]
    return JSONText.object([
      ("$schema", .string("http://json-schema.org/draft-07/schema#")),
      ("title", .string("Configuration of registrylint")), ("type", .string("object")),
      ("additionalProperties", .bool(false)), ("properties", .object(properties)),
    ]).text(indented: true) + "\n"
  }
}

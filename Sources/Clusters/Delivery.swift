import SourceText
import YAMLSyntax

/// A folder of a repository that Argo CD or Flux applies to a cluster, as an object of theirs says it.
public struct Delivery: Sendable {
  public enum Tool: String, Sendable {
    case application = "Argo CD Application"
    case applicationSet = "Argo CD ApplicationSet"
    case flux = "Flux Kustomization"
  }

  public let tool: Tool
  public let name: String
  /// Where the path, or what makes it not plain, is written.
  public let span: SourceSpan
  /// From the root of the repository that the object names, which may be another one; a pattern for an ApplicationSet.
  public let path: PathPattern?
  /// Folders that an ApplicationSet leaves out.
  public let excluded: [PathPattern]
  /// Folders below are applied too.
  public let isRecursive: Bool
  /// Why what is applied is not what the folder says, or is not known; `nil` when it is plain.
  public let obstacle: String?

  /// Byte strings of which one stands in every file that holds a delivery.
  public static let needles = ["argoproj.io/", "kustomize.toolkit.fluxcd.io/"]

  /// The deliveries of all documents, in the order of the text.
  public static func deliveries(in stream: YAMLStream) -> [Delivery] {
    stream.documents.compactMap(\.root).flatMap { deliveries(in: $0) }
  }

  /// The deliveries of one document.
  public static func deliveries(in root: Node) -> [Delivery] {
    guard let kind = root["kind"]?.string, let group = root["apiVersion"]?.string else { return [] }
    switch kind {
    case "Application" where group.hasPrefix("argoproj.io/"):
      let sources = sources(of: root["spec"])
      return sources.all.compactMap { argo($0, .application, root, areSeveral: sources.areSeveral, patterns: nil) }
    case "ApplicationSet" where group.hasPrefix("argoproj.io/"):
      let patterns = folders(of: root["spec"])
      let sources = sources(of: root.at("spec", "template", "spec"))
      return sources.all.flatMap { source in
        let patterns = patterns.included.isEmpty ? [nil] : patterns.included.map { ($0, patterns.excluded) }
        return patterns.compactMap {
          argo(source, .applicationSet, root, areSeveral: sources.areSeveral, patterns: $0)
        }
      }
    case "Kustomization" where group.hasPrefix("kustomize.toolkit.fluxcd.io/"):
      return flux(root).map { [$0] } ?? []
    default: return []
    }
  }

  /// A text as it is written, with its template text.
  private static func text(_ node: Node) -> String? {
    guard let scalar = node.scalar else { return nil }
    guard node.isUnknown else { return scalar.text }
    var written = node.span.text[...]
    for quote in ["'", "\""] where written.count > 1 && written.hasPrefix(quote) && written.hasSuffix(quote) {
      written = written.dropFirst().dropLast()
    }
    return String(written)
  }

  /// The sources of an Application, and whether several of them are folders.
  private static func sources(of spec: Node?) -> (all: [Node], areSeveral: Bool) {
    let all = (spec?["sources"]?.items ?? []) + (spec?["source"].map { [$0] } ?? [])
    return (all, all.filter { $0["path"] != nil && $0["chart"] == nil }.count > 1)
  }

  /// The folders of a git generator.
  private static func folders(of spec: Node?) -> (included: [Node], excluded: [PathPattern]) {
    var included: [Node] = []
    var excluded: [PathPattern] = []
    for generator in spec?["generators"]?.items ?? [] {
      for folder in generator.at("git", "directories")?.items ?? [] {
        guard let path = folder["path"], let text = path.string else { continue }
        if folder["exclude"]?.bool == true {
          excluded.append(PathPattern(text, isAnchored: true))
        } else {
          included.append(path)
        }
      }
    }
    return (included, excluded)
  }

  private static func argo(
    _ source: Node, _ tool: Tool, _ root: Node, areSeveral: Bool, patterns: (path: Node, excluded: [PathPattern])?
  ) -> Delivery? {
    guard let path = source["path"], let written = text(path), source["chart"] == nil else { return nil }
    var obstacle: (String, SourceSpan)?
    var text = written
    var place = path.span
    if let patterns {
      let plain = written.filter { $0 != " " && $0 != "'" && $0 != "\"" }
      if ["{{path}}", "{{.path.path}}"].contains(plain) {
        text = self.text(patterns.path) ?? ""
        place = patterns.path.span
      } else {
        obstacle = ("its path is a template", path.span)
      }
    }
    if obstacle == nil, isTemplate(text) { obstacle = ("its path is a template", path.span) }
    // What several sources apply meets on one cluster, and no single folder is all of it.
    if obstacle == nil, areSeveral { obstacle = ("it is one of several sources that are applied together", place) }
    for key in ["helm", "plugin"] where obstacle == nil {
      if let entry = source.entry(key) { obstacle = ("it sets source.\(key)", entry.key.span) }
    }
    if obstacle == nil, let parameters = source["kustomize"] {
      // Images of workloads, labels and annotations touch nothing that nodes are given.
      let harmless: Set = [
        "version", "images", "commonLabels", "commonAnnotations", "forceCommonLabels", "forceCommonAnnotations",
      ]
      if let entry = parameters.entries.first(where: { !harmless.contains($0.key.keyText ?? "") }) {
        obstacle = ("it sets source.kustomize.\(entry.key.keyText ?? "")", entry.key.span)
      }
    }
    if obstacle == nil, let directory = source["directory"] {
      if let entry = directory.entries.first(where: {
        ["include", "exclude", "jsonnet"].contains($0.key.keyText ?? "")
      }) {
        obstacle = ("it sets source.directory.\(entry.key.keyText ?? "")", entry.key.span)
      }
    }
    return Delivery(
      tool: tool, name: root.at("metadata", "name").flatMap(Self.text) ?? "", span: obstacle?.1 ?? place,
      path: pattern(text), excluded: patterns?.excluded ?? [],
      isRecursive: source.at("directory", "recurse")?.bool == true, obstacle: obstacle?.0)
  }

  private static func flux(_ root: Node) -> Delivery? {
    guard let spec = root["spec"], let path = spec["path"], let text = text(path) else { return nil }
    var obstacle: (String, SourceSpan)?
    if isTemplate(text) { obstacle = ("its path is a template", path.span) }
    let changes: Set = [
      "patches", "patchesStrategicMerge", "patchesJson6902", "targetNamespace", "namePrefix", "nameSuffix",
      "components",
      "postBuild",
    ]
    if obstacle == nil, let entry = spec.entries.first(where: { changes.contains($0.key.keyText ?? "") }) {
      obstacle = ("it sets \(entry.key.keyText ?? "")", entry.key.span)
    }
    return Delivery(
      tool: .flux, name: root.at("metadata", "name").flatMap(Self.text) ?? "", span: obstacle?.1 ?? path.span,
      path: pattern(text), excluded: [], isRecursive: true, obstacle: obstacle?.0)
  }

  /// `nil` for templates, and for the root: of another repository it would be the whole of this one.
  private static func pattern(_ text: String) -> PathPattern? {
    guard !isTemplate(text) else { return nil }
    let pattern = PathPattern(text, isAnchored: true)
    return pattern.plainPath?.bytes.isEmpty == true || pattern.text == "." || pattern.text == "./" ? nil : pattern
  }

  private static func isTemplate(_ text: String) -> Bool {
    text.contains("{{") || text.contains("${") || text.contains("<")
  }
}

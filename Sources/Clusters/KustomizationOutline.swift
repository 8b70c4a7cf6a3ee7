import Kustomize
import SourceText
import YAMLSyntax

/// What a kustomization names, by its text alone: enough to know what belongs together without composing it. A function
/// of one file.
public struct KustomizationOutline: Sendable {
  /// The folder of the kustomization.
  public let folder: RepositoryPath
  public let file: SourceFile
  public let isComponent: Bool
  /// What `resources`, `bases` and `components` name.
  public let included: [RepositoryPath]
  /// Files of patches.
  public let patches: [RepositoryPath]
  /// Files of generators, replacements, configurations and so on.
  public let others: [RepositoryPath]
  /// It has patches, components, replacements: what its resources say may not be what comes out.
  public let changesObjects: Bool
  /// The images of workloads may come out as other ones.
  let changesImages: Bool
  /// It makes ConfigMaps for openshift-config, so that it matters without any manifest that does.
  public let generatesForRegistries: Bool

  /// The file as it was read, when it was to be kept for composing.
  public let stream: YAMLStream?

  /// - Parameter file: A file named `kustomization.yaml`, `kustomization.yml` or `Kustomization`.
  public init(_ file: SourceFile, keepsStream: Bool = false) {
    let stream = YAMLStream(file, masking: false)
    self.stream = keepsStream ? stream : nil
    self.file = file
    let folder = file.path.folder
    self.folder = folder
    var fields: [String: Node] = [:]
    for entry in stream.documents.first?.root?.entries ?? [] {
      // Field names are matched as Go's JSON reader does.
      if let key = entry.key.keyText { fields[key.lowercased()] = entry.value }
    }
    isComponent = fields["kind"]?.string == "Component"
    func items(_ key: String) -> [Node] { fields[key]?.items ?? [] }
    func path(_ node: Node?) -> RepositoryPath? {
      guard let text = node?.string, !text.utf8.contains(UInt8(ascii: "\n")), !Self.holdsScheme(text) else {
        return nil
      }
      return folder.resolving(text)
    }
    included = ["resources", "bases", "components"].flatMap { key in items(key).compactMap { path($0) } }
    patches =
      (items("patches") + items("patchesjson6902")).compactMap { path($0["path"]) }
      + items("patchesstrategicmerge").compactMap { path($0) }
    var others: [RepositoryPath] = []
    for generator in items("configmapgenerator") + items("secretgenerator") {
      for key in ["files", "envs"] {
        for item in generator[key]?.items ?? [] {
          guard let text = item.string else { continue }
          let equals = key == "files" ? text.firstIndex(of: "=").map { text.index(after: $0) } : nil
          if let path = folder.resolving(String(text[(equals ?? text.startIndex)...])) { others.append(path) }
        }
      }
      if let path = path(generator["env"]) { others.append(path) }
    }
    others += items("replacements").compactMap { path($0["path"]) }
    for key in ["configurations", "crds", "transformers", "generators", "validators"] {
      others += items(key).compactMap { path($0) }
    }
    if let path = path(fields["openapi"]?["path"]) { others.append(path) }
    self.others = others
    changesObjects = [
      "patches", "patchesjson6902", "patchesstrategicmerge", "replacements", "components", "transformers", "vars",
    ].contains { fields[$0]?.items.isEmpty == false }
    changesImages = changesObjects || ["images", "imagetags"].contains { fields[$0]?.items.isEmpty == false }
    generatesForRegistries =
      !items("configmapgenerator").isEmpty && (
        fields["namespace"]?.string == Self.namespace
          || items("configmapgenerator").contains { $0["namespace"]?.string == Self.namespace })
  }

  private static func holdsScheme(_ text: String) -> Bool {
    text.utf8.contains(UInt8(ascii: ":")) && text.contains("://")
  }

  private static let namespace = "openshift-config"

  /// Stands in every kustomization that generates for registries; one of the words of resources, too.
  public static let generatorNeedle = namespace

  /// Whether a file is a kustomization by its name.
  public static func isKustomization(_ path: RepositoryPath) -> Bool {
    let name = path.name
    return names.contains { name.elementsEqual($0) }
  }

  private static let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"].map { Array($0.utf8) }
}

extension RepositoryPath {
  /// A path as written in a file of this folder, `.` and `..` taken out of the text; `nil` when it leads out of the
  /// repository, or is absolute.
  public func resolving(_ relative: String) -> RepositoryPath? {
    guard relative.utf8.first != UInt8(ascii: "/") else { return nil }
    var parts = bytes.split(separator: UInt8(ascii: "/")).map(Array.init)
    for part in relative.utf8.split(separator: UInt8(ascii: "/")) {
      if part.elementsEqual(".".utf8) { continue }
      if part.elementsEqual("..".utf8) {
        guard parts.popLast() != nil else { return nil }
      } else {
        parts.append(Array(part))
      }
    }
    return RepositoryPath(bytes: parts.joined(separator: [UInt8(ascii: "/")]))
  }
}

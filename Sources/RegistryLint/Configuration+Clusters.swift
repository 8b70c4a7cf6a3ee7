import Clusters
import RegistryConfig
import SourceText
import YAMLSyntax

extension Configuration {
  /// The list under `clusters`. What cannot be meant is an error at its place.
  static func clusters(_ node: Node) throws(UsageError) -> [DeclaredCluster] {
    guard node.isSequence else { throw UsageError("'clusters' is a list of clusters", at: node.span) }
    var result: [DeclaredCluster] = []
    var names: Set<String> = []
    for item in node.items {
      let cluster = try cluster(item)
      guard names.insert(cluster.name).inserted else {
        throw UsageError("two clusters are called '\(cluster.name)'", at: cluster.span)
      }
      result.append(cluster)
    }
    return result
  }

  private static func cluster(_ node: Node) throws(UsageError) -> DeclaredCluster {
    guard node.isMapping else { throw UsageError("a cluster has a name and paths", at: node.span) }
    var name: (text: String, span: SourceSpan)?
    var paths: [DeclaredCluster.Path] = []
    var release: Release?
    var image: String?
    var seen: Set<String> = []
    for entry in node.entries {
      let key = entry.key.keyText ?? ""
      guard seen.insert(key).inserted else { throw UsageError("'\(key)' is set twice", at: entry.key.span) }
      switch key {
      case "name":
        let text = try string(entry.value, key)
        guard !text.isEmpty else { throw UsageError("a cluster needs a name", at: entry.value.span) }
        name = (text, entry.value.span)
      case "paths":
        for (text, span) in try strings(entry.value, key) {
          guard !text.isEmpty, !text.hasPrefix("/"), !text.split(separator: "/").contains("..") else {
            throw UsageError("a path of a cluster goes down from the root of the input", at: span)
          }
          let isRoot = text == "." || text == "./"
          paths.append(DeclaredCluster.Path(PathPattern(isRoot ? "" : text, isAnchored: true), at: span))
        }
      case "release": release = try self.release(entry.value)
      case "release-image": image = try releaseImage(try string(entry.value, key), at: entry.value.span)
      default:
        let near = nearest(to: key, in: clusterKeys)
        throw UsageError(
          "unknown setting '\(key)' of a cluster" + (near.map { "; did you mean '\($0)'?" } ?? ""), at: entry.key.span)
      }
    }
    guard let name else { throw UsageError("a cluster needs a name", at: node.span) }
    guard !paths.isEmpty else { throw UsageError("the cluster '\(name.text)' needs paths", at: node.span) }
    return DeclaredCluster(name: name.text, at: name.span, paths: paths, release: release, releaseImage: image)
  }

  static let clusterKeys = ["name", "paths", "release", "release-image"]
}

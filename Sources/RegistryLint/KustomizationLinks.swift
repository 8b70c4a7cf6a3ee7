import Clusters
import Diagnostics
import GitStore
import SourceText

/// Symbolic links that kustomizations go through. Composing follows them; finding out which cluster a kustomization
/// makes goes by the paths that it names, so what lies behind a link is told to the user instead.
struct KustomizationLinks {
  /// One for each link that leads to something of ours.
  let notifications: [Notification]

  /// - Parameters:
  ///   - entries: All files that were listed, to know kustomizations which are links themselves.
  ///   - ours: The files with something for this program.
  init(_ outlines: [KustomizationOutline], in tree: FileTree, _ entries: [FileEntry], ours: Set<RepositoryPath>) {
    // Links are rare: most runs need no graph here.
    lazy var graph = KustomizationGraph(outlines, manifests: ours)
    let folders = Set(outlines.map(\.folder))
    func leadsToOurs(_ path: RepositoryPath) -> Bool {
      ours.contains(path) || !ours.isDisjoint(with: graph.files(of: graph.closure(of: [path])))
    }
    var found: [Notification] = []
    for outline in outlines {
      for path in outline.included where !folders.contains(path) && !ours.contains(path) {
        guard let target = tree.linkTarget(at: path),
          let place = path.folder.resolving(String(decoding: target, as: UTF8.self)),
          leadsToOurs(place)
        else { continue }
        found.append(
          Notification(
            .warning, path: outline.file.path,
            "it names '\(path.text)', a symbolic link: the cluster that it makes of '\(place.text)' is not found"))
      }
    }
    for entry in entries where entry.mode == .symbolicLink && KustomizationOutline.isKustomization(entry.path) {
      // A link that leads nowhere was named by the scan.
      guard let contents = try? tree.contents(of: entry.path, limit: ManifestInput.byteLimit) else { continue }
      let outline = KustomizationOutline(SourceFile(path: entry.path, bytes: contents.bytes))
      guard outline.included.contains(where: leadsToOurs) else { continue }
      found.append(
        Notification(
          .warning, path: entry.path, "it is a symbolic link: the cluster that this kustomization makes is not found"))
    }
    notifications = found
  }
}

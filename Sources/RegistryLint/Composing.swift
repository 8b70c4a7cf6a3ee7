import Clusters
import GitStore
import Kustomize
import SourceText

/// What the kustomization in one folder yields, from a working tree, an index or a revision.
public struct Composing: Sendable {
  public let result: Result<Composition, KustomizeProblem>
  private let tree: FileTree

  /// - Parameter selection: Names exactly one folder, or nothing for the current one.
  /// - Throws: `GitError` for an input that cannot be opened.
  public init(_ selection: InputSelection, environment: GitEnvironment = .process()) throws {
    // Outside of Git a base may lie beside the folder: paths are counted from the root of the file system.
    let options = OpeningOptions(widensPlainDirectories: true)
    let paths = selection.paths.isEmpty ? ["."] : selection.paths
    let selection: InputSelection =
      switch selection {
      case .workingTree: .workingTree(paths: paths)
      case .index: .index(paths: paths)
      case .revision(let name, _): .revision(name, paths: paths)
      }
    tree = try FileTree.open(selection, environment: environment, options: options)
    let folder = tree.selection.first ?? RepositoryPath(bytes: [])
    let build = KustomizeBuild(RepositoryFiles(tree, limit: ManifestInput.byteLimit))
    result = build.attempt(folder).result
  }

  /// Where something is written, as the user would type it: `path:line:column`.
  public func place(of span: SourceSpan) -> String {
    "\(tree.displayPath(of: span.file.path)):\(span.start.line):\(span.start.column)"
  }
}

import Kustomize
import SourceText
import YAMLSyntax

/// What the kustomization in a folder yields.
public final class ComposedRoot: Sendable {
  public let folder: RepositoryPath
  /// In kustomize's output order; texts with placeholders are unknown. Empty when there is a problem.
  public let objects: [Node]
  /// Why nothing is known of what it yields.
  public let problem: KustomizeProblem?
  /// Every path that was looked at, those where nothing stands included. As long as what stands there is the same, the
  /// result is.
  public let inputs: Set<RepositoryPath>

  init(_ folder: RepositoryPath, _ attempt: CompositionAttempt) {
    self.folder = folder
    inputs = attempt.inputs
    switch attempt.result {
    case .success(let composition):
      objects = composition.resources.map { $0.node.markingPlaceholders() }
      problem = nil
    case .failure(let failure):
      objects = []
      problem = failure
    }
  }

  /// Composes kustomizations; a base that several of them use is built once.
  public static func compose(
    _ folders: [RepositoryPath], of files: any KustomizeFiles
  ) -> [RepositoryPath: ComposedRoot] {
    let build = KustomizeBuild(files)
    return Dictionary(
      folders.map { ($0, ComposedRoot($0, build.attempt($0))) }, uniquingKeysWith: { first, _ in first })
  }
}

import Kustomize
import SourceText
import YAMLSyntax

/// One object that kustomizations yield. What several of them take from a base without a change is one and the same.
public final class ComposedObject: Sendable {
  /// Texts with placeholders are unknown.
  public let node: Node
  /// What patches took out of it.
  public let removals: [RemovedField]

  init(_ node: Node, removals: [RemovedField]) {
    self.node = node
    self.removals = removals
  }
}

/// What the kustomization in a folder yields.
public final class ComposedRoot: Sendable {
  public let folder: RepositoryPath
  /// In kustomize's output order. Empty when there is a problem.
  public let objects: [ComposedObject]
  /// Objects that patches removed.
  public let deleted: [DeletedObject]
  /// Why nothing is known of what it yields.
  public let problem: KustomizeProblem?
  /// Every path that was looked at, those where nothing stands included. As long as what stands there is the same, the
  /// result is.
  public let inputs: Set<RepositoryPath>

  private init(_ folder: RepositoryPath, _ attempt: CompositionAttempt, _ objects: inout ObjectCache) {
    self.folder = folder
    inputs = attempt.inputs
    switch attempt.result {
    case .success(let composition):
      self.objects = composition.resources.map { objects.object(of: $0) }
      deleted = composition.deleted
      problem = nil
    case .failure(let failure):
      self.objects = []
      deleted = []
      problem = failure
    }
  }

  /// Composes kustomizations; a base that several of them use is built once.
  public static func compose(
    _ folders: some Sequence<RepositoryPath>, of files: any KustomizeFiles
  ) -> [RepositoryPath: ComposedRoot] {
    let build = KustomizeBuild(files)
    var objects = ObjectCache()
    return Dictionary(
      folders.map { ($0, ComposedRoot($0, build.attempt($0), &objects)) }, uniquingKeysWith: { first, _ in first })
  }
}

/// The objects that were made so far.
private struct ObjectCache {
  /// With what each was made of, which lives as long as it is known by its address.
  private var known: [ObjectIdentifier: (resource: ComposedResource, object: ComposedObject)] = [:]

  mutating func object(of resource: ComposedResource) -> ComposedObject {
    if let known = known[ObjectIdentifier(resource)] { return known.object }
    let object = ComposedObject(resource.node.markingPlaceholders(), removals: resource.removals)
    known[ObjectIdentifier(resource)] = (resource, object)
    return object
  }
}

import GitStore
import Kustomize
import SourceText

/// The files of a tree of a history as kustomize asks for them. A blob at a path is the same `SourceFile` in every tree.
final class HistoricTree: KustomizeFiles {
  private let root: ObjectID
  private let reader: ManifestReader

  init(_ root: ObjectID, _ reader: ManifestReader) {
    self.root = root
    self.reader = reader
  }

  func contents(of path: RepositoryPath) -> [UInt8]? { source(at: path)?.bytes }

  func source(at path: RepositoryPath) -> SourceFile? {
    guard let item = item(at: path), item.kind == .file else { return nil }
    return reader.source(item.objectID, at: path)
  }

  func isFolder(_ path: RepositoryPath) -> Bool { item(at: path)?.kind == .folder }

  func linkTarget(of path: RepositoryPath) -> [UInt8]? {
    guard let item = item(at: path), item.kind == .symbolicLink else { return nil }
    return try? reader.objects.blob(item.objectID, limit: 1 << 16)
  }

  func isSubmodule(_ path: RepositoryPath) -> Bool { item(at: path)?.kind == .submodule }

  func whyUnreadable(_ path: RepositoryPath) -> String? {
    item(at: path).flatMap { reader.whyUnreadable($0.objectID) }
  }

  private func item(at path: RepositoryPath) -> (kind: PathKind, objectID: ObjectID)? {
    // A tree that cannot be read was an error when it was compared.
    (try? reader.objects.item(at: path, in: root)) ?? nil
  }
}

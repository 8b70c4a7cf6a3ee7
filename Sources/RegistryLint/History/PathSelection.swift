import GitStore
import SourceText

/// The paths that a user named, in a repository.
struct PathSelection: Sendable {
  private let paths: [Pathspec]

  /// A path need not exist in any of the trees that are read.
  /// - Throws: `UsageError` for a path outside of the repository, and for what Git calls magic.
  init(_ paths: [String], _ repository: GitRepository, _ environment: GitEnvironment) throws {
    self.paths = try paths.map { argument in
      if argument.hasPrefix(":") {
        throw UsageError(
          "'\(argument)': no pathspec magic is understood; name files, folders, or patterns in which * matches / too "
            + "(./\(argument) for a file of this name)")
      }
      guard let path = repository.path(of: argument, from: environment.currentDirectory) else {
        throw UsageError("'\(argument)' lies outside of the repository")
      }
      return Pathspec(path)
    }
  }

  static let all = PathSelection(paths: [])

  private init(paths: [Pathspec]) {
    self.paths = paths
  }

  var isRestricted: Bool { !paths.isEmpty }

  /// The path when there is one alone: names of clusters begin there.
  var only: RepositoryPath? { paths.count == 1 && !paths[0].isPattern ? paths[0].path : nil }

  func contains(_ path: RepositoryPath) -> Bool { paths.isEmpty || paths.contains { $0.matches(path) } }
}

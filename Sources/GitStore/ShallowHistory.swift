import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension GitRepository {
  /// The commits at which a shallow clone ends: they have parents, which are not here. Empty for a whole clone.
  public func shallowBoundary() -> Set<ObjectID> {
    guard let file = location.commonDirectory.appending("shallow".utf8).withCString({ fopen($0, "r") }) else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return Set(bytes.split(separator: UInt8(ascii: "\n")).compactMap { ObjectID(hex: $0) })
  }

  /// The commits that a line of first parents holds: from the newest of a list in which parents stand before children.
  /// - Parameter tip: where the line begins.
  public static func firstParentLine(of commits: [Commit], from tip: ObjectID) -> [Commit] {
    let byName = Dictionary(commits.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var line: [Commit] = []
    var next: ObjectID? = tip
    while let id = next, let commit = byName[id] {
      line.append(commit)
      next = commit.parents.first
    }
    return line.reversed()
  }
}

extension GitRepository {
  /// The path in the repository that an argument means, whether or not something is there; in a bare repository paths
  /// are counted from its root. `nil` for one outside.
  public func path(of argument: String, from directory: HostPath) -> RepositoryPath? {
    guard let root = location.workTree else {
      return HostPath("/").resolving(argument).relative(to: HostPath("/")).map { RepositoryPath(bytes: $0) }
    }
    let place = FileTree.NamedPath(argument, from: directory).place
    return place.relative(to: root).map { RepositoryPath(bytes: $0) }
  }
}

extension GitError {
  static let shallowRemedy =
    "This clone is shallow. Fetch more of it: git fetch --unshallow, or check out the whole history "
    + "(GitHub: fetch-depth: 0, GitLab: GIT_DEPTH: 0)."

  /// A part of the history that was asked for lies behind the end of a shallow clone.
  public static func shallow(_ attempted: String, reason: String) -> GitError {
    GitError(.shallow, attempted: attempted, reason: reason, hint: shallowRemedy)
  }
}

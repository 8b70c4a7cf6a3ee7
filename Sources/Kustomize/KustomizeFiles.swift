import SourceText
import YAMLSyntax

/// The files that a build may read: a working tree, an index, a revision. Paths are relative to the repository's root.
public protocol KustomizeFiles {
  /// The bytes of a regular file; `nil` when there is none at this path. Symbolic links are not followed.
  func contents(of path: RepositoryPath) -> [UInt8]?
  /// Whether there is a folder at this path; the empty path is the root. Symbolic links are not followed.
  func isFolder(_ path: RepositoryPath) -> Bool
  /// The text of a symbolic link; `nil` when there is no link at this path.
  func linkTarget(of path: RepositoryPath) -> [UInt8]?
  /// The file at this path, for who has it already; by default made of `contents`.
  func source(at path: RepositoryPath) -> SourceFile?
  /// The documents of a file, for who has them already; `nil` when they are to be read. They must be those of
  /// `YAMLStream(file, masking: false)`.
  func documents(of file: SourceFile) -> [Document]?
  /// Whether another repository begins at this path, of which nothing is read.
  func isSubmodule(_ path: RepositoryPath) -> Bool
  /// Why a file that is there is not given, as in "it is unmerged"; `nil` when nothing is there.
  func whyUnreadable(_ path: RepositoryPath) -> String?
  /// What a folder is called where a person reads it; by default its path from the root.
  func displayName(of folder: RepositoryPath) -> String
}

extension KustomizeFiles {
  public func source(at path: RepositoryPath) -> SourceFile? {
    contents(of: path).map { SourceFile(path: path, bytes: $0) }
  }

  public func documents(of file: SourceFile) -> [Document]? { nil }

  public func isSubmodule(_ path: RepositoryPath) -> Bool { false }

  public func whyUnreadable(_ path: RepositoryPath) -> String? { nil }

  public func displayName(of folder: RepositoryPath) -> String { folder.text }
}

/// Finds files as kustomize's loader does: relative to a folder, links resolved, nothing outside of what is allowed.
final class FileAccess {
  private let files: any KustomizeFiles
  private var sources: [RepositoryPath: SourceFile] = [:]
  /// What the folders that are being built have looked at, the innermost last.
  private var looks: [Set<RepositoryPath>] = [[]]
  /// Every file that was read, by its resolved path.
  var read: [RepositoryPath: SourceFile] { sources }

  init(_ files: any KustomizeFiles) {
    self.files = files
  }

  /// A folder in a message: `'overlays/prod'`, `the top folder`.
  func name(of folder: RepositoryPath) -> String {
    let name = files.displayName(of: folder)
    return name.isEmpty ? "the top folder" : "'\(name)'"
  }

  enum Place {
    case file(RepositoryPath)
    case folder(RepositoryPath)
    case missing
    /// Above the root of the repository.
    case outside
    /// Something is there that cannot be read: why.
    case unreadable(String)
  }

  /// Runs `body` and gives every path that it looked at beside its result, those where nothing stands included.
  func recording<Value, Problem: Error>(
    _ body: () throws(Problem) -> Value
  ) -> (result: Result<Value, Problem>, looked: Set<RepositoryPath>) {
    looks.append([])
    let result: Result<Value, Problem>
    do throws(Problem) {
      result = .success(try body())
    } catch {
      result = .failure(error)
    }
    let looked = looks.removeLast()
    note(looked)
    return (result, looked)
  }

  /// Notes what a folder that was built before had looked at.
  func note(_ paths: Set<RepositoryPath>) { looks[looks.count - 1].formUnion(paths) }

  private func note(_ path: RepositoryPath) { looks[looks.count - 1].insert(path) }

  /// Folders that were found, without links on the way.
  private var folders: Set<RepositoryPath> = []

  /// Joins and cleans the path by its text, then follows links.
  func place(of path: String, in folder: RepositoryPath) -> Place {
    // Most paths name what lies right in the folder of their kustomization.
    if folders.contains(folder), Self.isPlainName(path) {
      let place = folder.appending(path.utf8)
      if files.linkTarget(of: place) == nil { return whatIs(at: place) }
    }
    guard let cleaned = Self.clean(folder.bytes + [Self.slash] + Array(path.utf8)) else { return .outside }
    return resolve(cleaned)
  }

  private static func isPlainName(_ path: String) -> Bool {
    !path.isEmpty && path != "." && path != ".." && !path.utf8.contains(slash)
  }

  private static let slash = UInt8(ascii: "/")

  /// `filepath.Join`: `.` and `..` are taken out of the text; `nil` when it leads above the root.
  private static func clean(_ bytes: [UInt8]) -> [[UInt8]]? {
    var result: [[UInt8]] = []
    for part in bytes.split(separator: slash, omittingEmptySubsequences: true) {
      if part.elementsEqual([UInt8(ascii: ".")]) { continue }
      if part.elementsEqual([UInt8(ascii: "."), UInt8(ascii: ".")]) {
        guard result.popLast() != nil else { return nil }
        continue
      }
      result.append(Array(part))
    }
    return result
  }

  private func resolve(_ parts: [[UInt8]]) -> Place {
    var pending = Array(parts.reversed())
    var current: [[UInt8]] = []
    var links = 0
    while let part = pending.popLast() {
      if part == Array("..".utf8) {
        guard current.popLast() != nil else { return .outside }
        continue
      }
      let path = RepositoryPath(bytes: Array((current + [part]).joined(separator: [Self.slash])))
      if let target = files.linkTarget(of: path) {
        note(path)
        links += 1
        guard links <= 40 else { return .missing }
        if target.first == Self.slash { return .outside }
        let added = target.split(separator: Self.slash).filter { !$0.elementsEqual([UInt8(ascii: ".")]) }
        pending += added.reversed().map(Array.init)
        continue
      }
      current.append(part)
      if !pending.isEmpty, !files.isFolder(path) {
        note(path)
        return submodule(path) ?? .missing
      }
    }
    return whatIs(at: RepositoryPath(bytes: Array(current.joined(separator: [Self.slash]))))
  }

  /// What stands at a path that leads through no links.
  private func whatIs(at path: RepositoryPath) -> Place {
    if files.isFolder(path) {
      folders.insert(path)
      return .folder(path)
    }
    if source(path) != nil { return .file(path) }
    return submodule(path) ?? files.whyUnreadable(path).map { .unreadable($0) } ?? .missing
  }

  private func submodule(_ path: RepositoryPath) -> Place? {
    files.isSubmodule(path) ? .unreadable("'\(path.text)' is a submodule, which is not read") : nil
  }

  /// The file at a resolved path, read once.
  func source(_ path: RepositoryPath) -> SourceFile? {
    note(path)
    if let known = sources[path] { return known }
    guard let file = files.source(at: path) else { return nil }
    sources[path] = file
    return file
  }

  /// The documents of a file as GoYAML reads them.
  func documents(of file: SourceFile) -> [Document] {
    // Aliases may make many values of a few bytes; otherwise so few bytes stay below all limits.
    if file.bytes.count < GoYAML.limits.documents, !file.bytes.contains(UInt8(ascii: "*")),
      let known = files.documents(of: file)
    {
      return known
    }
    return GoYAML.documents(file)
  }

  /// A file that a kustomization names: it must lie in or below the kustomization's folder.
  func load(_ path: Located<String>, in folder: RepositoryPath) throws(KustomizeProblem) -> SourceFile {
    let text = path.value
    if Self.isURL(text) { throw KustomizeProblem(.remote, "'\(text)' is a URL; nothing is fetched", at: path.span) }
    if text.hasPrefix("/") { throw KustomizeProblem(.outside, "'\(text)' is an absolute path", at: path.span) }
    switch place(of: text, in: folder) {
    case .file(let found):
      guard found.isInside(folder) else {
        throw KustomizeProblem(
          .restricted,
          "the file '\(text)' is not in or below \(name(of: folder)), which only "
            + "--load-restrictor LoadRestrictionsNone allows", at: path.span)
      }
      guard let file = source(found) else { break }
      return file
    case .folder: throw KustomizeProblem(.missing, "'\(text)' is a folder, not a file", at: path.span)
    case .outside: throw KustomizeProblem(.outside, "'\(text)' leads out of the repository", at: path.span)
    case .unreadable(let why):
      throw KustomizeProblem(.unread, "'\(text)' cannot be read: \(why)", at: path.span)
    case .missing: break
    }
    throw KustomizeProblem(.missing, "there is no file '\(text)'", at: path.span)
  }

  static func isURL(_ path: String) -> Bool {
    let lowered = path.lowercased()
    return lowered.hasPrefix("http:") || lowered.hasPrefix("https:")
  }

  /// What kustomize takes for a Git reference: a scheme, `user@host`, `github.com/…`.
  static func isRemote(_ path: String) -> Bool {
    let lowered = path.lowercased()
    let starts = ["ssh://", "https://", "http://", "file://", "git::", "github.com/", "github.com:", "git@"]
    if starts.contains(where: lowered.hasPrefix) { return true }
    // user@…
    guard let at = path.utf8.firstIndex(of: UInt8(ascii: "@")), at > path.utf8.startIndex else { return false }
    let user = path.utf8[..<at]
    guard let first = user.first else { return false }
    let isLetter = { (byte: UInt8) in (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
    return isLetter(first) && user.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
  }
}

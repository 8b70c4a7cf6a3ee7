import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension FileTree {
  /// Opens what the user selected, as Git would from the current directory and with the environment.
  ///
  /// The repository is that of the paths when they lie in another one than the current directory; the variables of a
  /// hook are then left aside, for they speak of the hook's repository.
  ///
  /// - Throws: `GitError`, also for paths that match nothing (all of them are named) or that have no root in common.
  public static func open(
    _ selection: InputSelection, environment: GitEnvironment = .process(), options: OpeningOptions = OpeningOptions()
  ) throws(GitError) -> FileTree {
    let directory = environment.currentDirectory
    let places = selection.paths.map { NamedPath($0, from: directory) }
    let here = try hookRepository(environment, places, options: options)
    let location = try repository(of: places, here: here, environment: environment, options: options)
    switch selection {
    case .workingTree:
      guard let location else { return try plainDirectory(places, from: directory, options) }
      return try workingTree(of: location, places, from: directory)
    case .index:
      guard let location else { throw .notARepository(at: places.first?.place ?? directory) }
      let entries = try location.indexEntries()
      return try objects(.index, entries, [], of: location, places, from: directory)
    case .revision(let name, _):
      guard let location else { throw .notARepository(at: places.first?.place ?? directory) }
      let revision = try GitRepository(location: location).resolve(name)
      let (entries, skipped) = try location.treeEntries(of: revision.tree)
      return try objects(.revision(revision), entries, skipped, of: location, places, from: directory)
    }
  }

  /// A path argument and the place it means, links on the way to it resolved but not the last component itself.
  struct NamedPath {
    let argument: String
    let place: HostPath

    init(_ argument: String, from directory: HostPath) {
      self.argument = argument
      let whole = directory.resolving(argument)
      // `dir/` and `dir/.` mean what a link leads to, `dir` the link itself.
      place =
        argument.hasSuffix("/") || argument.hasSuffix(".")
        ? whole.realAsFarAsItExists()
        : whole.bytes == [slash] ? whole : whole.folder.realAsFarAsItExists().appending(whole.name)
    }

    /// The folder to look for a repository in: the place itself when it is a folder, else the nearest that exists.
    var folder: HostPath {
      var folder = place
      while folder.bytes != [slash] {
        if folder.itemKind == .folder { return folder }
        folder = folder.folder
      }
      return folder
    }
  }

  /// The repository of the current directory and the environment. Where it cannot be opened and the paths lie
  /// elsewhere, it does not matter.
  private static func hookRepository(
    _ environment: GitEnvironment, _ places: [NamedPath], options: OpeningOptions
  ) throws(GitError) -> RepositoryLocation? {
    let directory = environment.currentDirectory
    do {
      return try RepositoryLocation.find(from: directory, environment: environment, options: options)
    } catch {
      let areElsewhere = !places.isEmpty && places.allSatisfy { $0.place.relative(to: directory) == nil }
      if areElsewhere { return nil }
      throw error
    }
  }

  /// The one repository of all paths, that of the current directory without paths; `nil` for plain directories.
  private static func repository(
    of places: [NamedPath], here: RepositoryLocation?, environment: GitEnvironment, options: OpeningOptions
  ) throws(GitError) -> RepositoryLocation? {
    if places.isEmpty { return here }
    var known: [HostPath: RepositoryLocation?] = [:]
    var chosen: (RepositoryLocation?, NamedPath)?
    for place in places {
      let folder = place.folder
      let location: RepositoryLocation?
      if let found = known[folder] {
        location = found
      } else {
        location = try repository(holding: folder, here: here, environment: environment, options: options)
        known[folder] = location
      }
      if let (first, path) = chosen, first?.gitDirectory != location?.gitDirectory {
        throw GitError(
          .severalRepositories, attempted: "read \(path.argument) and \(place.argument) together",
          reason: "they belong to different repositories", hint: "Check them one after the other.")
      }
      if chosen == nil { chosen = (location, place) }
    }
    return chosen?.0
  }

  private static func repository(
    holding folder: HostPath, here: RepositoryLocation?, environment: GitEnvironment, options: OpeningOptions
  ) throws(GitError) -> RepositoryLocation? {
    var elsewhere = environment.withoutRepository()
    elsewhere.currentDirectory = folder
    // Git does not look for repositories inside of `.git`, but a bare repository may be anywhere.
    let found = try RepositoryLocation.find(from: folder, environment: elsewhere, options: options)
    guard let here, let workTree = here.workTree, folder.relative(to: workTree) != nil else {
      return found?.gitDirectory == here?.gitDirectory ? here : found
    }
    // GIT_DIR and GIT_WORK_TREE may have put a working tree where no search would find its repository, or around one;
    // only a repository inside of that working tree takes its own files out of it.
    if let own = found?.workTree, own != workTree, own.relative(to: workTree) != nil { return found }
    return here
  }

  private static func objects(
    _ source: Source, _ entries: [FileEntry], _ skipped: [SkippedFile], of location: RepositoryLocation,
    _ places: [NamedPath], from directory: HostPath
  ) throws(GitError) -> FileTree {
    var selection: [RepositoryPath] = []
    var matched: [RepositoryPath] = []
    var unmatched: [NamedPath] = []
    for place in places {
      // A bare repository has no place on disk that its files belong to: there, paths are counted from its root.
      let relative: [UInt8]?
      if let workTree = location.workTree {
        relative = place.place.relative(to: workTree)
      } else {
        relative = HostPath("/").resolving(place.argument).relative(to: HostPath("/"))
      }
      guard let relative else {
        unmatched.append(place)
        continue
      }
      let path = RepositoryPath(bytes: relative)
      if path.bytes.isEmpty || entries.entry(at: path) != nil || !entries.range(below: path).isEmpty {
        selection.append(path)
      } else {
        let pattern = Pathspec(path)
        let found = pattern.isPattern ? entries.lazy.map(\.path).filter(pattern.matches) : []
        if found.isEmpty { unmatched.append(place) }
        matched += found
      }
    }
    try refuse(unmatched, in: source)
    let isWhole = selection.contains { $0.bytes.isEmpty }
    return FileTree(
      source: source, root: location.workTree, repository: GitRepository(location: location),
      selection: isWhole ? [] : selection, matched: isWhole ? [] : matched, currentDirectory: directory,
      store: .objects(entries), skipped: skipped)
  }

  private static func refuse(_ unmatched: [NamedPath], in source: Source) throws(GitError) {
    guard !unmatched.isEmpty else { return }
    let names = unmatched.map { "'\($0.argument)'" }.joined(separator: ", ")
    let reason: String
    switch source {
    case .index: reason = "the index has no such path"
    case .revision(let revision): reason = "the revision '\(revision.name)' has no such path"
    case .workingTree, .plainDirectory: reason = "there is no such file or directory"
    }
    throw GitError(.noSuchPath, attempted: "read \(names)", reason: reason, hint: hint(for: unmatched, in: source))
  }

  /// Patterns in files on disk are left to the shell.
  private static func hint(for unmatched: [NamedPath], in source: Source) -> String? {
    guard source == .workingTree || source == .plainDirectory,
      let pattern = unmatched.first(where: { Pathspec.holdsWildcard($0.argument) })?.argument
    else { return nil }
    let folder = pattern.split(separator: "/", omittingEmptySubsequences: false).prefix { !Pathspec.holdsWildcard(String($0)) }
      .joined(separator: "/")
    return "Patterns in the working tree are expanded by the shell: write this one without quotes, or name a folder, "
      + "which stands for everything below it: \(folder.isEmpty ? "." : folder)"
  }

  private static func workingTree(
    of location: RepositoryLocation, _ places: [NamedPath], from directory: HostPath
  ) throws(GitError) -> FileTree {
    guard let root = location.workTree else {
      throw GitError(
        .noWorkingTree, attempted: "read the working tree of \(location.gitDirectory)",
        reason: "it is a bare repository", hint: "Name a revision: --rev HEAD.")
    }
    let tracked = try location.indexEntries()
    var selected: [SelectedPath] = []
    var unmatched: [NamedPath] = []
    for place in places {
      guard let relative = place.place.relative(to: root) else {
        unmatched.append(place)
        continue
      }
      var path = RepositoryPath(bytes: relative)
      var kind = place.place.itemKind
      if kind == .symbolicLink, let target = place.place.real(), let inside = target.relative(to: root) {
        // A link stands for what it leads to inside of the tree; another one is named when it comes to reading.
        path = RepositoryPath(bytes: inside)
        kind = target.itemKind
      }
      switch kind {
      case nil: unmatched.append(place)
      case .folder:
        let isTracked = path.bytes.isEmpty || !tracked.range(below: path).isEmpty
        let isIgnored = isTracked ? false : try location.isIgnored(path.bytes + [slash])
        selected.append(SelectedPath(path: path, isFolder: true, isIgnored: isIgnored))
      default: selected.append(SelectedPath(path: path, isFolder: false, isIgnored: false))
      }
    }
    try refuse(unmatched, in: .workingTree)
    return FileTree(
      source: .workingTree, root: root, repository: GitRepository(location: location),
      selection: selectionPaths(selected), currentDirectory: directory,
      store: .directory(root: root, selected: selected, tracked: tracked))
  }

  /// Without a repository: the root is the current directory when it is around all paths, else the deepest directory
  /// that is.
  private static func plainDirectory(
    _ places: [NamedPath], from directory: HostPath, _ options: OpeningOptions
  ) throws(GitError) -> FileTree {
    var missing: [NamedPath] = []
    for place in places where place.place.itemKind == nil { missing.append(place) }
    try refuse(missing, in: .plainDirectory)
    var root = options.widensPlainDirectories ? HostPath("/") : directory
    if places.contains(where: { $0.place.relative(to: root) == nil }), let first = places.first {
      root = first.place.itemKind == .folder ? first.place : first.place.folder
      for place in places {
        while place.place.relative(to: root) == nil { root = root.folder }
      }
    }
    let selected = places.map { place in
      SelectedPath(
        path: RepositoryPath(bytes: place.place.relative(to: root) ?? []), isFolder: place.place.itemKind == .folder,
        isIgnored: false)
    }
    return FileTree(
      source: .plainDirectory, root: root, repository: nil, selection: selectionPaths(selected),
      currentDirectory: directory, store: .directory(root: root, selected: selected, tracked: []))
  }

  private static func selectionPaths(_ selected: [SelectedPath]) -> [RepositoryPath] {
    selected.contains { $0.path.bytes.isEmpty } ? [] : selected.map(\.path)
  }
}

extension HostPath {
  /// What stands at this path itself, `nil` for nothing; a link is not followed.
  var itemKind: FolderItem.Kind? {
    var status = stat()
    guard withCString({ lstat($0, &status) }) == 0 else { return nil }
    return FolderItem.Kind(mode: status.st_mode)
  }
}

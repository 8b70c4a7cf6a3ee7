import SourceText

/// Which kustomization includes which, by their texts.
public struct KustomizationGraph: Sendable {
  private let outlines: [RepositoryPath: KustomizationOutline]
  /// Folders in the order of their bytes.
  let folders: [RepositoryPath]
  /// The folders that include a folder.
  private let includers: [RepositoryPath: [RepositoryPath]]
  /// Folders that lead to a manifest with resources.
  private let relevant: Set<RepositoryPath>
  /// Files that some kustomization names, as a resource, a patch or something else.
  let named: Set<RepositoryPath>
  /// Files that are only patches: what they leave out is not missing.
  public let patches: Set<RepositoryPath>
  /// Folders of kustomizations that name something in submodules.
  private let elsewhere: Set<RepositoryPath>

  /// - Parameters:
  ///   - manifests: The files with resources for this program.
  ///   - submodules: What they hold is not known: whatever takes something of it may lead to a resource.
  public init(
    _ kustomizations: [KustomizationOutline], manifests: Set<RepositoryPath>, submodules: Set<RepositoryPath> = []
  ) {
    // Of two kustomizations in a folder kustomize takes none; what they name belongs to the folder all the same.
    outlines = Dictionary(kustomizations.map { ($0.folder, $0) }, uniquingKeysWith: { first, _ in first })
    folders = outlines.keys.sorted()
    var includers: [RepositoryPath: [RepositoryPath]] = [:]
    var named: Set<RepositoryPath> = []
    var included: Set<RepositoryPath> = []
    for outline in kustomizations {
      for path in outline.included {
        if outlines[path] != nil { includers[path, default: []].append(outline.folder) } else { included.insert(path) }
      }
      named.formUnion(outline.others)
    }
    self.includers = includers
    patches = Self.patches(of: kustomizations)
    self.named = named.union(included).union(patches)
    elsewhere =
      submodules.isEmpty
      ? []
      : Set(kustomizations.lazy.filter { $0.included.contains { $0.lies(inOneOf: submodules) } }.map(\.folder))
    // From what matters upwards to who includes it.
    var relevant: Set<RepositoryPath> = []
    var waiting = kustomizations.filter { outline in
      outline.generatesForRegistries || outline.included.contains { manifests.contains($0) }
    }.map(\.folder) + elsewhere
    while let folder = waiting.popLast() {
      guard relevant.insert(folder).inserted else { continue }
      waiting += includers[folder] ?? []
    }
    self.relevant = relevant
  }

  /// Files that are only patches, without looking at more of the graph.
  public static func patches(of kustomizations: [KustomizationOutline]) -> Set<RepositoryPath> {
    var patches = Set(kustomizations.lazy.flatMap(\.patches))
    guard !patches.isEmpty else { return [] }
    let folders = Set(kustomizations.lazy.map(\.folder))
    for outline in kustomizations {
      for path in outline.included where !folders.contains(path) { patches.remove(path) }
    }
    return patches
  }

  /// The kustomization of a folder.
  public func outline(of folder: RepositoryPath) -> KustomizationOutline? { outlines[folder] }

  /// Whether a kustomization leads to a resource for this program.
  public func isRelevant(_ folder: RepositoryPath) -> Bool { relevant.contains(folder) }

  /// Whether some of these kustomizations name something that no one reads here.
  public func leadsElsewhere(_ closure: Set<RepositoryPath>) -> Bool { !elsewhere.isDisjoint(with: closure) }

  /// Whether a kustomization can be applied by itself.
  func isApplicable(_ folder: RepositoryPath) -> Bool { outlines[folder].map { !$0.isComponent } ?? false }

  func includers(of folder: RepositoryPath) -> [RepositoryPath] { includers[folder] ?? [] }

  /// One relevant kustomization of each cycle that none of `known` leads to: of those that include each other none is
  /// outermost, and none can be composed.
  func cycles(besides known: some Sequence<RepositoryPath>) -> [RepositoryPath] {
    var reached = closure(of: known)
    return folders.filter { folder in
      guard !reached.contains(folder), isRelevant(folder), isApplicable(folder),
        closure(of: outlines[folder]?.included ?? []).contains(folder)
      else { return false }
      reached.formUnion(closure(of: [folder]))
      return true
    }
  }

  /// Relevant kustomizations that no other one includes.
  public var roots: [RepositoryPath] {
    folders.filter { isRelevant($0) && isApplicable($0) && includers[$0] == nil }
  }

  /// The kustomizations that take part when these are composed.
  public func closure(of folders: some Sequence<RepositoryPath>) -> Set<RepositoryPath> {
    var result: Set<RepositoryPath> = []
    var waiting = Array(folders)
    while let folder = waiting.popLast() {
      guard let outline = outlines[folder], result.insert(folder).inserted else { continue }
      waiting += outline.included
    }
    return result
  }

  /// Every kustomization that takes part where a path does that is asked for: what includes it, and what that includes.
  public func neighbours(of isAsked: (RepositoryPath) -> Bool) -> Set<RepositoryPath> {
    var above: Set<RepositoryPath> = []
    var waiting = folders.filter { folder in isAsked(folder) || files(of: [folder]).contains(where: isAsked) }
    while let folder = waiting.popLast() {
      guard above.insert(folder).inserted else { continue }
      waiting += includers(of: folder)
    }
    return closure(of: above)
  }

  /// Every file that these kustomizations name, and their own.
  public func files(of closure: Set<RepositoryPath>) -> Set<RepositoryPath> {
    var result: Set<RepositoryPath> = []
    for folder in closure {
      guard let outline = outlines[folder] else { continue }
      result.insert(outline.file.path)
      result.formUnion(outline.included)
      result.formUnion(outline.patches)
      result.formUnion(outline.others)
    }
    return result
  }

  /// Every file whose images some kustomization above it may exchange.
  public var filesWithOtherImages: Set<RepositoryPath> {
    files(of: closure(of: outlines.values.lazy.filter(\.changesImages).map(\.folder)))
  }

  /// Whether what a kustomization yields may be other than what its files say.
  public func changesObjects(_ folder: RepositoryPath) -> Bool {
    closure(of: [folder]).contains { outlines[$0]?.changesObjects == true }
  }
}

extension RepositoryPath {
  fileprivate func lies(inOneOf folders: Set<RepositoryPath>) -> Bool {
    var path = self
    while !path.bytes.isEmpty {
      if folders.contains(path) { return true }
      path = path.folder
    }
    return false
  }
}

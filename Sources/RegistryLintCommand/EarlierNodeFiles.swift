import NodeConfig

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Files of nodes that an earlier `render --output` has written and that this one does not.
enum EarlierNodeFiles {
  /// Below a folder, in the order of their paths; links are not followed.
  /// - Parameter written: The paths of what was written now, beginning with the folder as it is given.
  static func paths(below folder: String, besides written: Set<String>) -> [String] {
    var result: [String] = []
    collect(folder, depth: 0, &result)
    return result.filter { !written.contains($0) }.sorted()
  }

  /// Cluster names and the paths of node files are not deeper.
  private static let mostLevels = 24

  private static func collect(_ folder: String, depth: Int, _ result: inout [String]) {
    guard depth < mostLevels, let stream = opendir(folder) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        let size = MemoryLayout.size(ofValue: name.pointee)
        return name.withMemoryRebound(to: CChar.self, capacity: size) { String(cString: $0) }
      }
      guard name != ".", name != "..", name != ".git" else { continue }
      let path = "\(folder)/\(name)"
      var status = stat()
      guard lstat(path, &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: collect(path, depth: depth + 1, &result)
      case S_IFREG where isOfNodes(path): result.append(path)
      default: break
      }
    }
  }

  /// Only what `render` writes by itself: other files of such a folder are somebody else's.
  private static func isOfNodes(_ path: String) -> Bool {
    let known = [NodePath.registriesConf, NodePath.policy, NodePath.searchRegistries, NodePath.sigstoreRegistries]
    if known.contains(where: path.hasSuffix) { return true }
    return path.contains(NodePath.namespacedPolicies + "/") && path.hasSuffix(".json")
      || path.contains(NodePath.certificates + "/") && path.hasSuffix("/ca.crt")
  }
}

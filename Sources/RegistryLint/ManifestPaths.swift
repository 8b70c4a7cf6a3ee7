import SourceText

/// Which files may hold manifests, by name alone.
enum ManifestPaths {
  private static let extensions: [[UInt8]] = [".yaml", ".yml", ".json"].map { Array($0.utf8) }
  private static let templates: [[UInt8]] = [".tpl", ".tmpl", ".j2", ".jinja", ".jinja2", ".gotmpl", ".bu"].map {
    Array($0.utf8)
  }
  private static let inner = [".yaml.", ".yml."].map { Array($0.utf8) }
  private static let others: [[UInt8]] = [".md", ".adoc", ".txt", ".html", ".sh", ".py", ".go", ".service"].map {
    Array($0.utf8)
  }

  /// `a.yaml`, `a.yml`, `a.json`, templates of them (`a.yaml.j2`), `_helpers.tpl`, Butane files.
  static func isCandidate(_ path: RepositoryPath) -> Bool {
    let name = path.name
    for end in extensions where name.hasSuffix(end) { return true }
    // `README.md.gotmpl` is a template of something else.
    for end in templates where name.hasSuffix(end) {
      return !others.contains { name.dropLast(end.count).hasSuffix($0) }
    }
    // `mirrors.yaml.erb`, `mirrors.yml.dist`
    return inner.contains { name.contains(subsequence: $0) }
  }
}

extension ArraySlice<UInt8> {
  fileprivate func hasSuffix(_ end: [UInt8]) -> Bool { count >= end.count && suffix(end.count).elementsEqual(end) }
}

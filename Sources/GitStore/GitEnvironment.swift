import CShims

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The environment variables and the current directory that an input is opened with: those of a Git hook decide which
/// repository and which index Git means.
public struct GitEnvironment: Sendable {
  public var variables: [String: String]
  /// Absolute.
  public var currentDirectory: HostPath

  public init(variables: [String: String], currentDirectory: HostPath) {
    self.variables = variables
    self.currentDirectory = currentDirectory.real() ?? currentDirectory
  }

  public init(variables: [String: String], currentDirectory: String) {
    self.init(variables: variables, currentDirectory: HostPath(currentDirectory))
  }

  /// Those of this process.
  public static func process() -> GitEnvironment {
    var variables: [String: String] = [:]
    var cursor = registrylint_environ()
    while let entry = cursor.pointee {
      let text = String(cString: entry)
      if let equals = text.firstIndex(of: "=") {
        variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      cursor += 1
    }
    var directory = HostPath("/")
    if let path = getcwd(nil, 0) {
      directory = HostPath(cString: path)
      free(path)
    }
    return GitEnvironment(variables: variables, currentDirectory: directory)
  }

  /// A variable that is set and not empty.
  func value(_ name: String) -> String? {
    guard let value = variables[name], !value.isEmpty else { return nil }
    return value
  }

  /// The environment for a command on a repository other than the hook's: what points at the hook's repository is
  /// dropped, what configures Git itself is kept (the list is that of pre-commit's `no_git_env`).
  public func withoutRepository() -> GitEnvironment {
    var copy = self
    copy.variables = variables.filter { name, _ in
      if !name.hasPrefix("GIT_") { return true }
      if ["GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_", "GIT_SSH", "GIT_SSL_"].contains(where: name.hasPrefix) { return true }
      return [
        "GIT_CONFIG_COUNT", "GIT_EXEC_PATH", "GIT_HTTP_PROXY_AUTHMETHOD", "GIT_ALLOW_PROTOCOL", "GIT_ASKPASS",
        // Where to search and what to trust, not which repository.
        "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM",
        "GIT_CONFIG_NOSYSTEM",
      ].contains(name)
    }
    return copy
  }
}

import GitStore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The pre-commit hook of Git for people without pre-commit.
public enum CommitHook {
  private static let signature = "# Written by `registrylint hook install`."

  /// The hook. It calls the installed program, never `swift package`: SwiftPM runs git for its dependencies with the
  /// environment of the hook and would write into the index of the commit.
  static let script = """
    #!/bin/sh
    \(signature)
    # Lints what this commit will record. `git commit --no-verify` leaves it out.
    if ! command -v registrylint >/dev/null 2>&1; then
      echo "registrylint is not installed or not on PATH; see the hook $0" >&2
      exit 1
    fi
    exec registrylint lint --staged

    """

  /// Writes the hook into the repository of the current directory.
  /// - Parameter replacing: Whether to replace a hook that another program wrote.
  /// - Returns: The path of the hook.
  public static func install(replacing: Bool, environment: GitEnvironment = .process()) throws -> String {
    guard let repository = try GitRepository.find(environment: environment) else {
      throw UsageError("there is no Git repository here")
    }
    let folder = try repository.hooksFolder()
    let path = folder.resolving("pre-commit").text
    if let old = contents(of: path), !old.contains(signature), !replacing {
      throw UsageError("\(path) exists and was written by something else; --force replaces it")
    }
    mkdir(folder.text, 0o777)
    guard let file = fopen(path, "w") else {
      throw UsageError("cannot write \(path): \(String(cString: strerror(errno)))")
    }
    let isWritten = fputs(script, file) >= 0
    guard fclose(file) == 0, isWritten, chmod(path, 0o755) == 0 else {
      throw UsageError("cannot write \(path): \(String(cString: strerror(errno)))")
    }
    return path
  }

  private static func contents(of path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&buffer, 1, buffer.count, file)
    return String(decoding: buffer[..<count], as: UTF8.self)
  }
}

import GitStore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The hooks of Git for people without pre-commit.
public enum CommitHook: String, CaseIterable, Sendable {
  case preCommit = "pre-commit"
  /// Git runs it in place of `pre-commit` for a merge without conflicts.
  case preMergeCommit = "pre-merge-commit"
  case prePush = "pre-push"

  private static let signature = "# Written by `registrylint hook install`."

  /// The hook. It calls the installed program, never `swift package`: SwiftPM runs git for its dependencies with the
  /// environment of the hook and would write into the index of the commit.
  var script: String {
    let (words, command) =
      switch self {
      case .preCommit: ("what this commit will record. `git commit --no-verify` leaves it out.", "lint --staged")
      case .preMergeCommit: ("what this merge will record. `git merge --no-verify` leaves it out.", "lint --staged")
      case .prePush: ("what this push brings. `git push --no-verify` leaves it out.", "hook run pre-push -- \"$@\"")
      }
    return """
      #!/bin/sh
      \(Self.signature)
      # Lints \(words)
      if ! command -v registrylint >/dev/null 2>&1; then
        echo "registrylint is not installed or not on PATH; see the hook $0" >&2
        exit 1
      fi
      exec registrylint \(command)

      """
  }

  /// Writes hooks into the repository of the current directory: all of them, or none when one cannot be.
  /// - Parameter replacing: Whether to replace a hook that another program wrote.
  /// - Returns: The paths of the hooks.
  public static func install(
    _ hooks: [CommitHook], replacing: Bool, environment: GitEnvironment = .process()
  ) throws -> [String] {
    guard let repository = try GitRepository.find(environment: environment) else {
      throw UsageError("there is no Git repository here")
    }
    guard repository.workTree != nil else {
      throw UsageError(
        "\(repository.gitDirectory) is a bare repository, where nobody commits and these hooks never run; install them "
          + "in a clone, or check what is pushed with: registrylint lint --rev REV --since OLD")
    }
    let folder = try repository.hooksFolder()
    let paths = hooks.map { (hook: $0, path: folder.resolving($0.rawValue).text) }
    for (_, path) in paths {
      if let old = contents(of: path), !old.contains(signature), !replacing {
        throw UsageError("\(path) exists and was written by something else; --force replaces it")
      }
    }
    mkdir(folder.text, 0o777)
    for (hook, path) in paths {
      // A link leads to the file of another program, which is not ours to write.
      if replacing { unlink(path) }
      guard let file = fopen(path, "w") else {
        throw UsageError("cannot write \(path): \(String(cString: strerror(errno)))")
      }
      let isWritten = fputs(hook.script, file) >= 0
      guard fclose(file) == 0, isWritten, chmod(path, 0o755) == 0 else {
        throw UsageError("cannot write \(path): \(String(cString: strerror(errno)))")
      }
    }
    return paths.map(\.path)
  }

  private static func contents(of path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&buffer, 1, buffer.count, file)
    return String(decoding: buffer[..<count], as: UTF8.self)
  }
}

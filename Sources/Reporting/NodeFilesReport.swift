import Certificates
import NodeConfig
import RegistryConfig
import Rules
import SourceText

/// The files that nodes get, as a listing or as JSON.
public struct NodeFilesReport {
  private let clusters: [LintedCluster]

  public init(_ clusters: [LintedCluster]) {
    self.clusters = clusters
  }

  /// A listing with a heading a file, for people.
  public func text(isColoured: Bool) -> String {
    let style = TerminalStyle(isColoured: isColoured)
    var text = ""
    for cluster in clusters {
      let rendering = cluster.rendering
      text += style.bold("# cluster \(TerminalText.escaped(cluster.name)), OpenShift \(rendering.release)") + "\n"
      let isAssumed = rendering.releaseImage == ReleaseImage.assumed
      text += style.dim("# payload \(TerminalText.escaped(rendering.releaseImage))")
      text += (isAssumed ? style.dim(" (assumed; name yours with --release-image)") : "") + "\n"
      for resource in rendering.unseen {
        text +=
          style.yellow("# not seen: ") + TerminalText.escaped(place(resource.span) + ": " + resource.reason) + "\n"
      }
      for value in rendering.leftOut {
        text += style.yellow("# left out: ") + TerminalText.escaped(place(value.span) + ": " + value.reason) + "\n"
      }
      if let warning = rendering.warning {
        text += style.yellow("# the operator logs: ") + TerminalText.escaped(warning) + "\n"
      }
      if let error = rendering.error {
        text += style.red("# the operator refuses: ") + TerminalText.escaped(error.message) + "\n"
        for origin in error.origins { text += style.dim("#   " + TerminalText.escaped(origin.description)) + "\n" }
        text += "# nothing is rendered: every node keeps the files it has\n"
      }
      for (path, file) in sorted(rendering.files) {
        text += "\n" + style.blue("==> \(path)") + style.dim(file.kind == .base ? " (as installed)" : "") + "\n"
        text += Self.safe(file.content)
        if !file.content.hasSuffix("\n") { text += "\n" }
      }
      for (path, file) in sorted(rendering.certificates) {
        text += "\n" + style.blue("==> \(path)") + "\n"
        for subject in Self.subjects(file.content) { text += style.dim("# \(TerminalText.escaped(subject))") + "\n" }
        text += Self.safe(Self.withoutPrivateKeys(file.content))
      }
      text += "\n"
    }
    return text
  }

  public func json() -> String {
    JSONText.object([
      ("version", .int(1)), ("clusters", .array(clusters.map(json))),
    ]).text(indented: true) + "\n"
  }

  private func json(_ cluster: LintedCluster) -> JSONText {
    let rendering = cluster.rendering
    let files = sorted(rendering.files).map { path, file in
      (path, JSONText.object([("origin", .string(file.kind.rawValue)), ("content", .string(file.content))]))
    }
    let certificates = sorted(rendering.certificates).map { path, file in
      (
        path,
        JSONText.object([
          ("subjects", .array(Self.subjects(file.content).map { .string($0) })),
          ("content", .string(String(decoding: Self.withoutPrivateKeys(file.content), as: UTF8.self))),
        ])
      )
    }
    return .object([
      ("cluster", .string(cluster.name)), ("release", .string(rendering.release.description)),
      ("releaseImage", .string(rendering.releaseImage)), ("files", .object(files)),
      ("certificates", .object(certificates)), ("complete", .bool(rendering.isComplete)),
      ("warning", .optional(rendering.warning)), ("error", .optional(rendering.error?.message)),
    ])
  }

  /// The files of a cluster for `--output`: path below the cluster's folder, without the leading slash, and bytes.
  public static func files(of cluster: LintedCluster) -> [(path: String, content: [UInt8])] {
    let files = cluster.rendering.files.map {
      (path: String($0.key.dropFirst()), content: Array($0.value.content.utf8))
    }
    let certificates = cluster.rendering.certificates.map {
      (path: String($0.key.dropFirst()), content: $0.value.content)
    }
    return (files + certificates).sorted { $0.path < $1.path }
  }

  private func place(_ span: SourceSpan) -> String { "\(span.file.path.text):\(span.start.line)" }

  private func sorted<Value>(_ files: [String: Value]) -> [(key: String, value: Value)] {
    files.sorted { $0.key < $1.key }
  }

  private static func subjects(_ content: [UInt8]) -> [String] {
    PEMBundle(decoding: content).certificates.map { $0.subject.description }
  }

  /// A private key in a CA value is a leak already; it is not printed once more.
  static func withoutPrivateKeys(_ content: [UInt8]) -> [UInt8] {
    guard content.holdsArmour else { return content }
    let keys = PEMBundle(decoding: content).blocks.filter(\.isPrivateKey).map {
      TextEdit(range: $0.range, replacement: "(a private key that is not shown)")
    }
    return keys.applied(to: content) ?? Array("(not shown: it holds a private key)\n".utf8)
  }

  /// File contents keep their lines; other control characters are made visible.
  private static func safe(_ content: String) -> String {
    guard content.unicodeScalars.contains(where: { $0 != "\n" && TerminalText.isUnsafe($0) }) else { return content }
    return content.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { TerminalText.escaped(String(Substring($0))) }.joined(separator: "\n")
  }

  private static func safe(_ content: [UInt8]) -> String { safe(String(decoding: content, as: UTF8.self)) }
}

extension [UInt8] {
  /// Whether a PEM block may begin somewhere.
  fileprivate var holdsArmour: Bool { contains(subsequence: Array("-----".utf8)) }
}

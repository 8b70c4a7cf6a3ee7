/// A path relative to the root of the input, as the bytes that Git stores, with `/` between its components.
///
/// Paths in Git are bytes, not text: a Latin-1 file name is legal, and decoding it would name another file.
/// Decode only to show a path to a person.
public struct RepositoryPath: Hashable, Sendable {
  public let bytes: [UInt8]

  // In one piece: the hash that is made for arrays takes byte after byte.
  public func hash(into hasher: inout Hasher) {
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  public init(bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
  }

  public init(_ string: String) {
    self.bytes = Array(string.utf8)
  }

  /// The path for people: invalid UTF-8 is replaced, nothing is escaped.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The bytes behind the last `/`.
  public var name: ArraySlice<UInt8> {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return bytes[...] }
    return bytes[(slash + 1)...]
  }

  /// The folder that holds this path; empty for a path at the root.
  public var folder: RepositoryPath {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return RepositoryPath(bytes: []) }
    return RepositoryPath(bytes: bytes[..<slash])
  }

  public func appending(_ component: some Sequence<UInt8>) -> RepositoryPath {
    bytes.isEmpty ? RepositoryPath(bytes: component) : RepositoryPath(bytes: bytes + [UInt8(ascii: "/")] + component)
  }

  /// Whether this path is `folder` or below it. The empty path is above everything.
  public func isInside(_ folder: RepositoryPath) -> Bool {
    if folder.bytes.isEmpty { return true }
    guard bytes.starts(with: folder.bytes) else { return false }
    return bytes.count == folder.bytes.count || bytes[folder.bytes.count] == UInt8(ascii: "/")
  }
}

extension RepositoryPath: Comparable {
  public static func < (left: RepositoryPath, right: RepositoryPath) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

extension RepositoryPath: CustomStringConvertible {
  public var description: String { text }
}

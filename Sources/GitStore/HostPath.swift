#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A path on this computer, as the bytes that the system keeps. Absolute unless its maker says otherwise.
public struct HostPath: Hashable, Sendable {
  public let bytes: [UInt8]

  public init(bytes: some Sequence<UInt8>) {
    self.bytes = Array(bytes)
  }

  public init(_ text: String) {
    self.bytes = Array(text.utf8)
  }

  init(cString: UnsafePointer<CChar>) {
    self.bytes = Array(UnsafeRawBufferPointer(start: cString, count: strlen(cString)))
  }

  /// The path for people; invalid UTF-8 is replaced.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  public var isAbsolute: Bool { bytes.first == slash }

  /// The path of `relative` seen from here, `.` and `..` resolved by their spelling; an absolute `relative` as it is.
  public func resolving(_ relative: some Collection<UInt8>) -> HostPath {
    var parts: [ArraySlice<UInt8>] = []
    let start = relative.first == slash ? [] : bytes.split(separator: slash).map { $0 }
    for part in start + Array(relative).split(separator: slash) {
      if part.elementsEqual([dot]) { continue }
      if part.elementsEqual([dot, dot]) {
        _ = parts.popLast()
      } else {
        parts.append(part)
      }
    }
    return HostPath(bytes: [slash] + parts.joined(separator: [slash]))
  }

  public func resolving(_ relative: String) -> HostPath { resolving(Array(relative.utf8)) }

  /// The directory that holds this path; the root for the root.
  public var folder: HostPath {
    guard let last = bytes.lastIndex(of: slash), last > 0 else { return HostPath(bytes: [slash]) }
    return HostPath(bytes: bytes[..<last])
  }

  public var name: ArraySlice<UInt8> {
    guard let last = bytes.lastIndex(of: slash) else { return bytes[...] }
    return bytes[(last + 1)...]
  }

  /// What follows `folder` in this path, without a leading slash; `nil` when this path is not inside of it.
  public func relative(to folder: HostPath) -> [UInt8]? {
    if folder.bytes == [slash] { return Array(bytes.dropFirst()) }
    guard bytes.starts(with: folder.bytes) else { return nil }
    if bytes.count == folder.bytes.count { return [] }
    guard bytes[folder.bytes.count] == slash else { return nil }
    return Array(bytes[(folder.bytes.count + 1)...])
  }

  /// The same place without symbolic links, or `nil` when it does not exist.
  func real() -> HostPath? {
    withCString { path in
      guard let resolved = realpath(path, nil) else { return nil }
      defer { free(resolved) }
      return HostPath(cString: resolved)
    }
  }

  /// The same place with the links of its existing part resolved: what does not exist is kept as it is written.
  func realAsFarAsItExists() -> HostPath {
    var missing: [[UInt8]] = []
    var place = self
    while true {
      if let real = place.real() {
        return missing.reversed().reduce(real) { $0.appending($1) }
      }
      if place.bytes == [slash] { return self }
      missing.append(Array(place.name))
      place = place.folder
    }
  }

  func appending(_ relative: some Collection<UInt8>) -> HostPath {
    if relative.isEmpty { return self }
    return HostPath(bytes: bytes.last == slash ? bytes + relative : bytes + [slash] + relative)
  }

  /// libgit2 ends directories with a slash; nothing else here does.
  var withoutTrailingSlash: HostPath {
    bytes.count > 1 && bytes.last == slash ? HostPath(bytes: bytes.dropLast()) : self
  }

  func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
    try (bytes + [0]).withUnsafeBufferPointer { buffer in
      try buffer.withMemoryRebound(to: CChar.self) { chars in
        guard let base = chars.baseAddress else { return try "".withCString(body) }
        return try body(base)
      }
    }
  }
}

extension HostPath: CustomStringConvertible {
  public var description: String { text }
}

let slash = UInt8(ascii: "/")
let dot = UInt8(ascii: ".")

extension [UInt8] {
  /// Calls `body` with these bytes and a final NUL.
  func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
    try HostPath(bytes: self).withCString(body)
  }
}

import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The process' streams. A closed stream or a reader that hung up ends printing quietly.
enum StandardStreams {
  static func output(_ text: String) { write(text, to: 1) }
  static func error(_ text: String) { write(text, to: 2) }
  static func output(bytes: [UInt8]) { bytes.withUnsafeBufferPointer { write($0, to: 1) } }

  /// Whether the reader of standard output has hung up: nothing more can be told.
  static var isReaderGone: Bool { readerIsGone.load(ordering: .relaxed) }

  private static let readerIsGone = Atomic<Bool>(false)

  private static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { write($0, to: descriptor) }
  }

  private static func write(_ bytes: UnsafeBufferPointer<UInt8>, to descriptor: Int32) {
    var written = 0
    while written < bytes.count {
      let count = systemWrite(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno != EPIPE, errno != EBADF, descriptor == 1 {
        // A report that was cut off must not look complete.
        error("error: cannot write the report: \(String(cString: strerror(errno)))\n")
        RegistryLintMain.end(.input)
      }
      if count < 0, errno == EPIPE, descriptor == 1 { readerIsGone.store(true, ordering: .relaxed) }
      if count <= 0 { return }
      written += count
    }
  }

  /// Whether a person reads standard error.
  static var isErrorATerminal: Bool { isatty(2) == 1 && variable("TERM") != "dumb" }

  /// All of standard input, up to `limit` bytes and one more.
  static func input(limit: Int) throws -> [UInt8] {
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while result.count <= limit {
      let count = read(0, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw FileError("standard input cannot be read: \(String(cString: strerror(errno)))") }
      if count == 0 { break }
      result += buffer[..<count]
    }
    return result
  }

  /// Whether colour is wanted on standard output.
  static func isColoured(_ wish: ColourWish) -> Bool {
    switch wish {
    case .always: return true
    case .never: return false
    case .auto:
      if let value = variable("NO_COLOR"), !value.isEmpty { return false }
      if let value = variable("CLICOLOR_FORCE"), !value.isEmpty, value != "0" { return true }
      return isatty(1) == 1 && variable("TERM") != "dumb"
    }
  }

  static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// Of a clock that nobody sets.
  static func milliseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Seconds since 1970-01-01; `SOURCE_DATE_EPOCH` fixes them for runs that must be repeatable.
  static func now() -> Int64 {
    if let text = variable("SOURCE_DATE_EPOCH"), let seconds = Int64(text) { return seconds }
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec)
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int {
  guard let bytes else { return 0 }
  return write(descriptor, bytes, count)
}

/// A file of the user's that cannot be read or written.
struct FileError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }

  static func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

  static func write(_ bytes: [UInt8], to path: String) throws {
    guard let file = fopen(path, "w") else {
      throw FileError("cannot write \(path): \(String(cString: strerror(errno)))")
    }
    let count = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, count == bytes.count else {
      throw FileError("cannot write \(path): \(String(cString: strerror(errno)))")
    }
  }

  /// The folders on the way to a file.
  static func makeFolders(for path: String) throws {
    var folder = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/").dropLast() {
      folder += part + "/"
      if mkdir(folder, 0o777) != 0, errno != EEXIST {
        throw FileError("cannot make the directory \(folder): \(String(cString: strerror(errno)))")
      }
    }
  }

  static func read(_ path: String, limit: Int) throws -> [UInt8] {
    guard let file = fopen(path, "r") else {
      throw FileError("cannot read \(path): \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while result.count <= limit {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      result += buffer[..<count]
    }
    guard ferror(file) == 0 else { throw FileError("cannot read \(path)") }
    guard result.count <= limit else { throw FileError("\(path) holds more than \(limit) bytes") }
    return result
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How far a long run is, on one line of a terminal's standard error; nothing for a run of less than a second.
struct ProgressLine {
  private let total: Int
  private let isShown: Bool
  private let start: Int64
  private var next: Int64
  private var isVisible = false

  init(total: Int, isQuiet: Bool) {
    self.total = total
    isShown = !isQuiet && isatty(2) == 1 && StandardStreams.variable("TERM") != "dumb"
    start = StandardStreams.milliseconds()
    next = start + 1_000
  }

  mutating func show(_ done: Int) {
    guard isShown, done & 15 == 0 else { return }
    let now = StandardStreams.milliseconds()
    guard now >= next else { return }
    next = now + 200
    isVisible = true
    StandardStreams.error("\r\(done) of \(total) commits, \((now - start) / 1_000) s\u{1B}[K")
  }

  /// Before something else is written.
  mutating func clear() {
    guard isVisible else { return }
    isVisible = false
    StandardStreams.error("\r\u{1B}[K")
  }
}

/// What stands on disk.
enum HostFiles {
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Links are followed.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Standard output for a report of many small pieces: a terminal gets each at once, a file or another program when
/// there are enough of them or some time has passed.
struct GatheredOutput {
  private var text = ""
  private var last = StandardStreams.milliseconds()
  private let isTerminal = isatty(1) == 1

  /// In bytes.
  private static let enough = 32 << 10
  /// In milliseconds.
  private static let patience: Int64 = 200

  mutating func print(_ piece: String) {
    text += piece
    if isTerminal || text.utf8.count >= Self.enough || StandardStreams.milliseconds() - last >= Self.patience {
      flush()
    }
  }

  mutating func flush() {
    if !text.isEmpty { StandardStreams.output(text) }
    text = ""
    last = StandardStreams.milliseconds()
  }
}

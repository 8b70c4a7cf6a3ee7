import SourceText

/// Reads objects through `git cat-file`, for repositories that libgit2 cannot open. One process tells sizes and another
/// gives bytes, so that nothing over the limit is ever sent.
struct CatFile: ~Copyable {
  private let command: GitCommand
  private var sizes: BatchProcess?
  private var bytes: BatchProcess?

  /// Requests that are sent before the first answer is read: they fit in the socket's buffer.
  static let window = 32

  init(_ location: RepositoryLocation) throws(GitError) {
    command = try location.command()
    sizes = nil
    bytes = nil
  }

  /// Reads objects and calls `body` for each, in their order.
  mutating func read<Value>(
    _ ids: [ObjectID], type: ObjectType = .blob, limit: Int, _ body: (UnsafeRawBufferPointer) -> Value
  ) throws(GitError) -> [ObjectDatabase.Reading<Value>] {
    var readings: [ObjectDatabase.Reading<Value>] = []
    var start = 0
    while start < ids.count {
      let end = min(start + Self.window, ids.count)
      readings += try readWindow(Array(ids[start..<end]), type: type, limit: limit, body)
      start = end
    }
    return readings
  }

  private mutating func readWindow<Value>(
    _ ids: [ObjectID], type: ObjectType, limit: Int, _ body: (UnsafeRawBufferPointer) -> Value
  ) throws(GitError) -> [ObjectDatabase.Reading<Value>] {
    var asked: BatchProcess
    if let running = sizes.take() { asked = running } else { asked = try BatchProcess(command, "--batch-check") }
    var wanted: [ObjectID] = []
    var headers: [BatchProcess.Header] = []
    asked.send(ids)
    for id in ids {
      let header = try asked.header(of: id)
      headers.append(header)
      if case .object(let kind, let size) = header, kind == type.rawValue, size <= limit { wanted.append(id) }
    }
    sizes = consume asked

    var given: BatchProcess
    if let running = bytes.take() { given = running } else { given = try BatchProcess(command, "--batch") }
    given.send(wanted)
    var readings: [ObjectDatabase.Reading<Value>] = []
    for (id, header) in zip(ids, headers) {
      switch header {
      case .missing: readings.append(.missing)
      case .object(let kind, _) where kind != type.rawValue:
        readings.append(.failed("object \(id) is not of the expected type"))
      case .object(_, let size) where size > limit: readings.append(.tooLarge(size))
      case .object:
        guard case .object(_, let size) = try given.header(of: id) else {
          readings.append(.missing)
          continue
        }
        readings.append(.value(try given.contents(of: id, size: size, body)))
      }
    }
    bytes = consume given
    return readings
  }
}

/// `git cat-file --batch` or `--batch-check`: a line of the object's type and size for each name sent, then with
/// `--batch` its bytes and a line end.
private struct BatchProcess: ~Copyable {
  enum Header {
    case object(type: String, size: Int)
    case missing
  }

  private var process: GitProcess
  private var buffer: [UInt8] = []
  private var position = 0

  init(_ command: GitCommand, _ mode: String) throws(GitError) {
    process = try command.start(["cat-file", mode])
  }

  /// A command that has died is noticed when its answer is read.
  mutating func send(_ ids: [ObjectID]) {
    guard !ids.isEmpty else { return }
    _ = process.write(ids.flatMap { $0.hexBytes + [UInt8(ascii: "\n")] })
  }

  mutating func header(of id: ObjectID) throws(GitError) -> Header {
    var searched = position
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        let words = buffer[position..<end].split(separator: UInt8(ascii: " "))
          .map { String(decoding: $0, as: UTF8.self) }
        position = end + 1
        if words.count == 3, let size = Int(words[2]) { return .object(type: words[1], size: size) }
        if words.last == "missing" { return .missing }
        throw failure(id, "unexpected answer '\(words.joined(separator: " "))'")
      }
      searched = buffer.count
      guard process.readMore(into: &buffer) else { throw failure(id, nil) }
    }
  }

  mutating func contents<Value>(
    of id: ObjectID, size: Int, _ body: (UnsafeRawBufferPointer) -> Value
  ) throws(GitError) -> Value {
    if position > 0 {
      buffer.removeSubrange(..<position)
      position = 0
    }
    while buffer.count < size + 1 {
      guard process.readMore(into: &buffer) else { throw failure(id, nil) }
    }
    position = size + 1
    return buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<size])) }
  }

  private func failure(_ id: ObjectID, _ reason: String?) -> GitError {
    let message = GitCommand.firstMessage(process.errorText)
    return GitError(
      .gitCommandFailed, attempted: "read the object \(id) through git cat-file",
      reason: reason ?? (message.isEmpty ? "it ended early" : message))
  }
}

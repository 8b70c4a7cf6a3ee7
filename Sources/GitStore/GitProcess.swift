import CShims
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A running command: bytes go to its standard input, bytes come from its standard output. What it says on its standard
/// error is kept, up to a bound, for the error message.
struct GitProcess: ~Copyable {
  private let process: pid_t
  private var input: Int32
  private let output: Int32
  private let errors: Int32
  private var errorsAreOpen = true
  private(set) var errorText: [UInt8] = []

  private static let maximumErrorText = 16 << 10
  /// Between the creation of descriptors and the spawn no other spawn may happen: its child would inherit them, and
  /// keep them open.
  private static let spawning = Mutex(())

  /// - Parameter environment: `NAME=value`, all that the command gets.
  init(_ executable: HostPath, arguments: [String], environment: [String]) throws(GitError) {
    let spawned = Self.spawning.withLock { _ in
      Self.spawn(executable, arguments: [executable.text] + arguments, environment: environment)
    }
    (process, input, output, errors) = try spawned.get()
  }

  private static func spawn(
    _ executable: HostPath, arguments: [String], environment: [String]
  ) -> Result<(pid_t, Int32, Int32, Int32), GitError> {
    // Input is a socket, because writing to a pipe whose reader has died kills the process that writes.
    var sockets: [Int32] = [-1, -1]
    var outputs: [Int32] = [-1, -1]
    var messages: [Int32] = [-1, -1]
    func fail(_ number: Int32) -> Result<(pid_t, Int32, Int32, Int32), GitError> {
      for descriptor in sockets + outputs + messages where descriptor >= 0 { _ = close(descriptor) }
      return .failure(
        GitError(.gitCommandFailed, attempted: "start \(executable)", reason: systemMessage(number)))
    }
    #if canImport(Glibc)
      let stream = Int32(SOCK_STREAM.rawValue)
    #else
      let stream = SOCK_STREAM
    #endif
    guard socketpair(AF_UNIX, stream, 0, &sockets) == 0, pipe(&outputs) == 0, pipe(&messages) == 0 else {
      return fail(errno)
    }
    for descriptor in sockets + outputs + messages { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    #if !canImport(Glibc) && !canImport(Musl)
      var on: Int32 = 1
      _ = setsockopt(sockets[0], SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, sockets[1], 0)
    posix_spawn_file_actions_adddup2(&actions, outputs[1], 1)
    posix_spawn_file_actions_adddup2(&actions, messages[1], 2)
    var argumentPointers = arguments.map { strdup($0) } + [nil]
    var variablePointers = environment.map { strdup($0) } + [nil]
    defer {
      for pointer in argumentPointers { free(pointer) }
      for pointer in variablePointers { free(pointer) }
    }
    var process = pid_t()
    let code = executable.withCString { path in
      posix_spawn(&process, path, &actions, nil, &argumentPointers, &variablePointers)
    }
    guard code == 0 else { return fail(code) }
    _ = close(sockets[1])
    _ = close(outputs[1])
    _ = close(messages[1])
    return .success((process, sockets[0], outputs[0], messages[0]))
  }

  deinit {
    if input >= 0 { _ = close(input) }
    _ = close(output)
    _ = close(errors)
    // Its input and output are closed, so it ends.
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }

  /// Writes all of `bytes`; false when the command does not read any more.
  ///
  /// Only for what is sure to fit in the socket's buffer, or while nothing else is to be read.
  mutating func write(_ bytes: [UInt8]) -> Bool {
    var position = 0
    while position < bytes.count {
      let count = send(bytes, from: position, flags: 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      position += count
    }
    return true
  }

  private func send(_ bytes: [UInt8], from position: Int, flags: Int32) -> Int {
    bytes.withUnsafeBytes { buffer in
      let rest = UnsafeRawBufferPointer(rebasing: buffer[position...])
      #if canImport(Glibc)
        return Glibc.send(input, rest.baseAddress, rest.count, flags | Int32(MSG_NOSIGNAL))
      #elseif canImport(Musl)
        return Musl.send(input, rest.baseAddress, rest.count, flags | Int32(MSG_NOSIGNAL))
      #else
        return Darwin.send(input, rest.baseAddress, rest.count, flags)
      #endif
    }
  }

  mutating func closeInput() {
    guard input >= 0 else { return }
    _ = close(input)
    input = -1
  }

  /// Waits for output and appends what there is to `bytes`; false at its end.
  mutating func readMore(into bytes: inout [UInt8]) -> Bool {
    while true {
      var waiting = [pollfd(fd: output, events: Int16(POLLIN), revents: 0)]
      if errorsAreOpen { waiting.append(pollfd(fd: errors, events: Int16(POLLIN), revents: 0)) }
      guard poll(&waiting, nfds_t(waiting.count), -1) >= 0 else {
        if errno == EINTR { continue }
        return false
      }
      if waiting.count > 1, waiting[1].revents != 0 { takeErrors() }
      if waiting[0].revents != 0 { return Self.append(from: output, to: &bytes) > 0 }
    }
  }

  private mutating func takeErrors() {
    var text: [UInt8] = []
    if Self.append(from: errors, to: &text) <= 0 { errorsAreOpen = false }
    errorText += text.prefix(max(0, Self.maximumErrorText - errorText.count))
  }

  private static func append(from descriptor: Int32, to bytes: inout [UInt8]) -> Int {
    let size = 64 << 10
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: size))
    while true {
      let count = bytes.withUnsafeMutableBytes { buffer in
        let space = UnsafeMutableRawBufferPointer(rebasing: buffer[start...])
        #if canImport(Glibc)
          return Glibc.read(descriptor, space.baseAddress, space.count)
        #elseif canImport(Musl)
          return Musl.read(descriptor, space.baseAddress, space.count)
        #else
          return Darwin.read(descriptor, space.baseAddress, space.count)
        #endif
      }
      if count < 0, errno == EINTR { continue }
      bytes.removeLast(size - max(0, count))
      return count
    }
  }

  /// Sends `bytes`, closes the input, and gives all output and the exit status (128 + n for a signal).
  /// - Parameter limit: `nil` is given back when the command prints more.
  consuming func finish(sending bytes: [UInt8], limit: Int) -> (status: Int32, output: [UInt8], errors: [UInt8])? {
    var sent = 0
    var result: [UInt8] = []
    var outputIsOpen = true
    if bytes.isEmpty { closeInput() }
    while outputIsOpen || errorsAreOpen {
      var waiting: [pollfd] = []
      if outputIsOpen { waiting.append(pollfd(fd: output, events: Int16(POLLIN), revents: 0)) }
      if errorsAreOpen { waiting.append(pollfd(fd: errors, events: Int16(POLLIN), revents: 0)) }
      if input >= 0 { waiting.append(pollfd(fd: input, events: Int16(POLLOUT), revents: 0)) }
      if poll(&waiting, nfds_t(waiting.count), -1) < 0 {
        if errno == EINTR { continue }
        break
      }
      for descriptor in waiting where descriptor.revents != 0 {
        if descriptor.fd == output {
          if Self.append(from: output, to: &result) <= 0 { outputIsOpen = false }
          if result.count > limit { return nil }
        } else if descriptor.fd == errors {
          takeErrors()
        } else {
          let count = send(bytes, from: sent, flags: Int32(MSG_DONTWAIT))
          if count > 0 { sent += count }
          let isOver = count < 0 && errno != EINTR && errno != EAGAIN
          if sent == bytes.count || isOver { closeInput() }
        }
      }
    }
    closeInput()
    let text = errorText
    let code = wait()
    return (code, result, text)
  }

  /// Waits for the end without taking the exit status from `deinit`.
  private func wait() -> Int32 {
    var information = siginfo_t()
    while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
    return registrylint_exit_status(&information)
  }
}

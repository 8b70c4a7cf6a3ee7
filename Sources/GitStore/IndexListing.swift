import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The entries of an index file, in the order of their paths.
///
/// Read here and not by libgit2, which takes as long for the index of a large repository as for reading all of its
/// blobs: it keeps every entry with its name in a table of its own, and hashes the file. Like `git`, this leaves the
/// checksum alone. Source: git Documentation/gitformat-index.txt, versions 2 to 4.
enum IndexListing {
  /// - Returns: `nil` for what only `git` reads: a split or sparse index, an unknown version, a file that is cut off.
  static func entries(of file: HostPath) throws(GitError) -> [FileEntry]? {
    guard let bytes = try contents(of: file) else { return [] }
    return bytes.withUnsafeBytes { entries(in: $0) }
  }

  private static let hashLength = 20
  /// Times, device, inode, mode, owner and size, each of four bytes.
  private static let statLength = 40
  private static let modeOffset = 24

  static func entries(in bytes: UnsafeRawBufferPointer) -> [FileEntry]? {
    guard bytes.count >= 12 + hashLength, bytes.starts(with: "DIRC".utf8) else { return nil }
    let version = bytes.number(at: 4)
    guard (2...4).contains(version) else { return nil }
    let count = Int(bytes.number(at: 8))
    let end = bytes.count - hashLength
    // An entry has 62 bytes at least: a count that cannot be is not worth an allocation.
    guard count <= end / 62 else { return nil }
    var entries: [FileEntry] = []
    entries.reserveCapacity(count)
    // Of version 4, where a path begins as the last one did.
    var path: [UInt8] = []
    var offset = 12
    for _ in 0..<count {
      let start = offset
      guard start + statLength + hashLength + 2 < end else { return nil }
      let mode = bytes.number(at: start + modeOffset)
      let hash = UnsafeRawBufferPointer(rebasing: bytes[(start + statLength)..<(start + statLength + hashLength)])
      let flags = bytes.shortNumber(at: start + statLength + hashLength)
      var name = start + statLength + hashLength + 2
      var isIntended = false
      if flags & 0x4000 != 0 {
        guard version >= 3, name + 2 < end else { return nil }
        // `git add -N` announces a file that is not in the index yet.
        isIntended = bytes.shortNumber(at: name) & 0x2000 != 0
        name += 2
      }
      if version == 4 {
        // How much of the last path is not taken over; the rest follows.
        guard let (dropped, text) = bytes.variableNumber(at: name, before: end), dropped <= path.count else { return nil }
        path.removeLast(dropped)
        name = text
      }
      guard let base = bytes.baseAddress, let zero = memchr(base + name, 0, end - name) else { return nil }
      let length = UnsafeRawPointer(zero) - (base + name)
      let text = UnsafeRawBufferPointer(rebasing: bytes[name..<name + length])
      // Versions 2 and 3 fill up with NUL to a multiple of eight, with one at least.
      offset = version == 4 ? name + length + 1 : start + (name + length - start + 8) / 8 * 8
      if version == 4 { path.append(contentsOf: text) }
      if isIntended { continue }
      let (id, stage) = (ObjectID(bytes: hash), Int32(flags >> 12 & 3))
      if version == 4 {
        path.withUnsafeBytes { append(path: $0, mode: mode, id: id, stage: stage, to: &entries) }
      } else {
        append(path: text, mode: mode, id: id, stage: stage, to: &entries)
      }
    }
    return isPlain(bytes, from: offset, to: end) ? entries : nil
  }

  /// Whether no extension changes what the entries mean: the names of those that do begin with a small letter (`link`
  /// of a split index, `sdir` of a sparse one).
  private static func isPlain(_ bytes: UnsafeRawBufferPointer, from start: Int, to end: Int) -> Bool {
    var offset = start
    while offset < end {
      guard offset + 8 <= end, (0x41...0x5A).contains(bytes[offset]) else { return false }
      offset += 8 + Int(bytes.number(at: offset + 4))
    }
    return offset == end
  }

  /// `nil` when there is no file: a repository without an index has nothing staged.
  private static func contents(of file: HostPath) throws(GitError) -> [UInt8]? {
    func failure() -> GitError {
      GitError(.unreadable, attempted: "read the index \(file)", reason: systemMessage(errno))
    }
    let descriptor = file.withCString { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure()
    }
    defer { _ = close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure() }
    let size = Int(status.st_size)
    var problem: GitError?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { space, count in
      while count < size, let base = space.baseAddress {
        let got = read(descriptor, base + count, size - count)
        if got < 0, errno == EINTR { continue }
        if got < 0 { problem = failure() }
        if got <= 0 { break }
        count += got
      }
    }
    if let problem { throw problem }
    return bytes
  }

  /// Adds an entry; the versions of an unmerged path become one.
  static func append(
    path: UnsafeRawBufferPointer, mode: UInt32, id: ObjectID?, stage: Int32, to entries: inout [FileEntry]
  ) {
    let path = RepositoryPath(bytes: path)
    if stage > 0, let last = entries.last, last.isUnmerged, last.path == path { return }
    entries.append(
      FileEntry(path: path, mode: FileMode(gitMode: mode), objectID: stage > 0 ? nil : id, isUnmerged: stage > 0))
  }
}

extension UnsafeRawBufferPointer {
  func number(at offset: Int) -> UInt32 {
    UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  func prefixNumber(at offset: Int) -> UInt64 {
    UInt64(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }

  func shortNumber(at offset: Int) -> UInt16 {
    UInt16(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }

  /// A number of seven bits a byte, most significant first, each further byte adding one (git varint.c), and where it
  /// ends.
  func variableNumber(at start: Int, before end: Int) -> (value: Int, next: Int)? {
    var offset = start
    var value = 0
    while offset < end, offset < start + 8 {
      let byte = self[offset]
      offset += 1
      value = value << 7 | Int(byte & 0x7F)
      if byte & 0x80 == 0 { return (value, offset) }
      value += 1
    }
    return nil
  }
}

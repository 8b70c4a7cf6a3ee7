import SourceText

/// Something that is no finding but must be said: a file that was skipped, an input that was read in part.
public struct Notification: Hashable, Sendable {
  public enum Level: String, Hashable, Sendable { case note, warning, error }

  public let level: Level
  public let path: RepositoryPath?
  public let message: String
  /// What it says without the one object of Git it speaks of: many of these are one line for people.
  public let missing: String?

  /// - Parameter missing: When an object is not there: what follows `12 objects `, `are missing from the repository`.
  public init(_ level: Level, path: RepositoryPath? = nil, _ message: String, missing: String? = nil) {
    self.level = level
    self.path = path
    self.message = message
    self.missing = missing
  }
}

extension Notification {
  fileprivate struct Sameness: Hashable {
    let level: Level
    let missing: String?
  }

  fileprivate var sameness: Sameness { Sameness(level: level, missing: missing) }
}

extension [Notification] {
  /// As people read them: objects that are missing for the same reason share a line, which counts them and names the
  /// first files.
  public func gathered() -> [Notification] {
    let groups = Dictionary(grouping: filter { $0.missing != nil }, by: \.sameness)
    var said: Set<Notification.Sameness> = []
    return compactMap { notification in
      guard let missing = notification.missing, let all = groups[notification.sameness], all.count > 1 else {
        return notification
      }
      return said.insert(notification.sameness).inserted ? Self.one(of: all, missing, notification.level) : nil
    }
  }

  private static let mostNames = 3

  private static func one(of all: [Notification], _ missing: String, _ level: Notification.Level) -> Notification {
    var seen: Set<RepositoryPath> = []
    let paths = all.compactMap(\.path).filter { seen.insert($0).inserted }
    let names = paths.prefix(mostNames).map(\.text).joined(separator: ", ")
    let more = paths.count > mostNames ? " and \(paths.count - mostNames) more" : ""
    let files = paths.count == 1 ? "1 file is" : "\(paths.count) files are"
    return Notification(
      level, "\(all.count) objects \(missing), so \(files) not read: \(names)\(more)", missing: missing)
  }
}

import Diagnostics
import History
import RegistryConfig
import Rules

/// What is known of a comparison before its first change.
public struct ChangeHeading: Sendable {
  /// As the user wrote it.
  public let range: String
  public let version: String
  public let release: Release
  /// Of the new side.
  public let provenance: LintReport.Provenance
  public let rules: [any Rule.Type]
  public let notifications: [Notification]

  public init(
    range: String, version: String, release: Release, provenance: LintReport.Provenance, rules: [any Rule.Type],
    notifications: [Notification] = []
  ) {
    self.range = range
    self.version = version
    self.release = release
    self.provenance = provenance
    self.rules = rules
    self.notifications = notifications
  }
}

/// What is known of a comparison when all of its changes were told.
public struct ChangeEnding: Sendable {
  /// The whole range as one change: what a commit of it brought and a later one took back is not in it.
  public let total: CommitChange
  /// The commits that brought findings which the range introduces, by the fingerprint of the finding.
  public let origins: [String: CommitDescription]
  public let notifications: [Notification]

  public init(total: CommitChange, origins: [String: CommitDescription] = [:], notifications: [Notification]) {
    self.total = total
    self.origins = origins
    self.notifications = notifications
  }
}

/// Writes changes in one format, each as soon as it is known.
public protocol ChangeReporter {
  mutating func begin(_ heading: ChangeHeading) -> String
  mutating func tell(_ change: CommitChange) -> String
  mutating func end(_ ending: ChangeEnding) -> String
}

extension ChangeReporter {
  /// The whole report of changes that are all known.
  public func render(_ heading: ChangeHeading, _ changes: [CommitChange], _ ending: ChangeEnding) -> String {
    var reporter = self
    return reporter.begin(heading) + changes.map { reporter.tell($0) }.joined() + reporter.end(ending)
  }
}

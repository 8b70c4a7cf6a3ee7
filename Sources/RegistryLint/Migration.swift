import Diagnostics
import GitStore
import NodeConfig
import RegistryConfig
import SourceText

/// ImageContentSourcePolicy → ImageDigestMirrorSet in place, with the proof that nodes get the same bytes.
public struct Migration: Sendable {
  public let changes: [FileChange]
  /// Whether every cluster renders the same files before and after.
  public let isFaithful: Bool
  /// Resources that stay as they are: why, and where they are.
  public let skipped: [(reason: String, places: [String])]
  public let notifications: [Notification]
  private let migrated: Int

  /// - Throws: `UsageError` for a release without ImageDigestMirrorSet.
  public init(_ request: LintRequest) async throws {
    var request = request
    request.select = ["icsp-deprecated"]
    request.ignore = []
    request.severity = [:]
    let before = try await ClusterReading(request)
    if let release = before.clusters.first?.settings.release, release < Release(4, 13) {
      throw UsageError("OpenShift \(release) has no ImageDigestMirrorSet; it comes with 4.13")
    }
    let run = try await FixRun(request, unsafe: false)
    let after = try await ClusterAssembly(run.outcome.input, try PreparedRun(request), workers: request.workers).known
    // Releases before 4.13 apart, both kinds render the same text; a difference would be a bug of the rewriting.
    let known = before.assembly.known
    isFaithful =
      run.defects.isEmpty && known.count == after.count
      && zip(known, after).allSatisfy { old, new in
        old.rendering.files == new.rendering.files && old.rendering.error?.message == new.rendering.error?.message
      }
    changes = run.changes
    var skipped: [(reason: String, places: [String])] = []
    for finding in run.outcome.findings where finding.suppression == nil {
      let reason = finding.help ?? finding.message
      let place = "\(finding.span.file.path.text):\(finding.span.start.line)"
      if let known = skipped.firstIndex(where: { $0.reason == reason }) {
        skipped[known].places.append(place)
      } else {
        skipped.append((reason, [place]))
      }
    }
    self.skipped = skipped
    migrated = run.fixedCount
    notifications = before.notifications
  }

  /// What was done and in which order to roll it out.
  public var summary: String {
    guard migrated > 0 else {
      return skipped.isEmpty ? "no ImageContentSourcePolicy to migrate\n" : "no ImageContentSourcePolicy was migrated\n"
    }
    let resources = migrated == 1 ? "1 ImageContentSourcePolicy" : "\(migrated) ImageContentSourcePolicies"
    let files = changes.count == 1 ? "1 file" : "\(changes.count) files"
    return "\(resources) in \(files): nodes get the same files before and after, byte for byte.\n" + Self.rolloutOrder
  }

  /// What to do in which order with an ImageContentSourcePolicy that became an ImageDigestMirrorSet.
  static let rolloutOrder = """
    Roll out in this order: apply the ImageDigestMirrorSets first, then delete the ImageContentSourcePolicies from the \
    cluster; both may exist together, and deleting first drains every node. `oc apply` of these files does so: it \
    deletes nothing. Where a tool prunes what is gone from the repository, see that it prunes last (Argo CD: \
    PruneLast=true); else commit the ImageDigestMirrorSets beside the old files first, and these files when all nodes \
    have them.

    """
}

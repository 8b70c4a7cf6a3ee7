import Clusters
import Diagnostics
import Kustomize
import RegistryConfig
import Reporting
import Rules
import SourceText

/// The clusters that were found, why, and what is on each.
public struct ClusterReport {
  private let assembly: ClusterAssembly
  /// What carriers merge into resources that clusters have, by the clusters.
  private let merged: [(clusters: String, resources: [Resource])]

  /// - Parameter input: What the clusters were assembled of.
  public init(_ assembly: ClusterAssembly, _ input: ManifestInput) {
    self.assembly = assembly
    merged = assembly.merged(in: input.files) { input.tree?.isSelected($0) ?? true }
      .sorted { $0.key < $1.key }.map { ($0.key, $0.value.map(\.resource)) }
  }

  // MARK: Text

  /// Deliveries that are not followed: how many are shown of those that may be of clusters, and of those of other
  /// things.
  private static let mostNotFollowed = (own: 10, others: 3)

  /// - Parameters:
  ///   - isWhole: Every delivery that is not followed, however many there are.
  ///   - displayPath: A path as the user would type it.
  public func text(isColoured: Bool, isWhole: Bool = false, displayPath: (RepositoryPath) -> String) -> String {
    var text = ""
    func place(_ span: SourceSpan) -> String {
      "\(TerminalText.escaped(displayPath(span.file.path))):\(span.start.line)"
    }
    for cluster in assembly.clusters {
      let name = TerminalText.escaped(cluster.name)
      text += isColoured ? "\u{1B}[1m\(name)\u{1B}[0m" : name
      text += ": \(TerminalText.escaped(cluster.reason))"
      if let release = cluster.plan.release { text += ", OpenShift \(release)" }
      text += "\n"
      for why in cluster.whyUnknown { text += "  not known: \(TerminalText.escaped(why))\n" }
      text += Self.rows((cluster.linted?.resources ?? []).map(\.resource), place)
      let parts = (cluster.linted?.parts ?? []).map(\.resource)
      let deleted = assembly.deleted(in: cluster.plan).filter(\.isOwn).map { ($0.title, place($0.span)) }
      if !deleted.isEmpty { text += "  removed by patches:\n" + Self.rows(deleted) }
      if !parts.isEmpty { text += "  merged into what is there, which is not here:\n" + Self.rows(parts, place) }
    }
    for (clusters, resources) in merged {
      let name = TerminalText.escaped(clusters)
      text += isColoured ? "\u{1B}[1m\(name)\u{1B}[0m" : name
      text += ": merged into what these clusters have, which is not here\n" + Self.rows(resources, place)
    }
    if !assembly.discovery.strays.isEmpty {
      text += "on no cluster:\n"
      for stray in assembly.discovery.strays {
        text += "  \(TerminalText.escaped(displayPath(stray.path))): \(stray.reason.rawValue)\n"
      }
    }
    if !assembly.discovery.notFollowed.isEmpty {
      text += "not followed:\n"
      var (own, others, left) = (0, 0, 0)
      for item in assembly.discovery.notFollowed {
        if item.isOfOthers { others += 1 } else { own += 1 }
        let isShown =
          item.isOfOthers ? others <= Self.mostNotFollowed.others : own <= Self.mostNotFollowed.own
        guard isWhole || isShown else {
          left += 1
          continue
        }
        text += "  \(place(item.delivery.span)): the \(item.delivery.tool.rawValue) "
          + "'\(TerminalText.escaped(item.delivery.name))': \(TerminalText.escaped(item.why))\n"
      }
      if left > 0 { text += "  and \(left) more, which --verbose lists\n" }
    }
    return text
  }

  /// Kinds and names below each other, with their places beside them.
  private static func rows(_ resources: [Resource], _ place: (SourceSpan) -> String) -> String {
    rows(resources.map { ($0.fullTitle, place($0.kindName.span)) })
  }

  private static func rows(_ rows: [(title: String, place: String)]) -> String {
    let width = rows.map { TerminalText.width($0.title) }.max() ?? 0
    return rows.map { title, place in
      "  \(TerminalText.escaped(title))" + String(repeating: " ", count: max(0, width - TerminalText.width(title)))
        + "  \(place)\n"
    }.joined()
  }

  // MARK: JSON

  public func json(notifications: [Notification]) -> String {
    JSONText.object([
      ("version", .int(1)), ("clusters", .array(assembly.clusters.map(json))),
      (
        "merged",
        .array(
          merged.map { clusters, resources in
            .object([("clusters", .string(clusters)), ("resources", .array(resources.map(Self.json)))])
          })
      ),
      (
        "onNoCluster",
        .array(
          assembly.discovery.strays.map {
            .object([("path", .string($0.path.text)), ("reason", .string($0.reason.rawValue))])
          })
      ),
      (
        "notFollowed",
        .array(
          assembly.discovery.notFollowed.map { delivery, why, _ in
            .object([
              ("kind", .string(delivery.tool.rawValue)), ("name", .string(delivery.name)),
              ("path", .string(delivery.span.file.path.text)), ("line", .int(delivery.span.start.line)),
              ("reason", .string(why)),
            ])
          })
      ),
      (
        "notifications",
        .array(
          notifications.map {
            .object([
              ("level", .string($0.level.rawValue)), ("path", .optional($0.path?.text)),
              ("message", .string($0.message)),
            ])
          })
      ),
    ]).text(indented: true) + "\n"
  }

  private func json(_ cluster: ClusterAssembly.Cluster) -> JSONText {
    .object([
      ("name", .string(cluster.name)), ("reason", .string(cluster.reason)),
      ("release", .optional(cluster.linted.map { "\($0.settings.release)" } ?? cluster.plan.release.map { "\($0)" })),
      ("destination", .optional(cluster.destination)), ("known", .bool(cluster.linted != nil)),
      ("problems", .array(cluster.whyUnknown.map { .string($0) })),
      ("kustomizations", .array(cluster.plan.roots.map { .string($0.bytes.isEmpty ? "." : $0.text) })),
      ("files", .array(cluster.plan.files.map { .string($0.text) })),
      (
        "resources",
        .array(
          (cluster.linted?.resources ?? []).map { Self.json($0.resource) })
      ),
      ("merged", .array((cluster.linted?.parts ?? []).map { Self.json($0.resource) })),
      ("removed", .array(assembly.deleted(in: cluster.plan).filter(\.isOwn).map(Self.json))),
    ])
  }

  /// With the place of the patch.
  private static func json(_ object: DeletedObject) -> JSONText {
    .object([
      ("kind", .string(object.kind)), ("namespace", .optional(object.namespace.isEmpty ? nil : object.namespace)),
      ("name", .string(object.name)), ("path", .string(object.object.file.path.text)),
      ("patch", .string(object.span.file.path.text)), ("line", .int(object.span.start.line)),
    ])
  }

  private static func json(_ resource: Resource) -> JSONText {
    .object([
      ("apiVersion", .optional(resource.apiVersion?.value)), ("kind", .string(resource.kindName.value)),
      ("namespace", .optional(resource.namespace?.value)), ("name", .optional(resource.name?.value)),
      ("path", .string(resource.file.path.text)), ("line", .int(resource.kindName.span.start.line)),
    ])
  }
}

extension Resource {
  /// `ConfigMap openshift-config/registry-cas`
  fileprivate var fullTitle: String {
    let name = name?.value ?? "?"
    return "\(kindName.value) " + (namespace.map { "\($0.value)/\(name)" } ?? name)
  }
}

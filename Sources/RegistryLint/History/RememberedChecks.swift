import Diagnostics
import Rules
import SourceText

/// Runs the rules over what the state before had not; of the rest it knows what they said.
final class RememberedChecks: FindingChecks {
  /// What the rules said of a part of a state. The part is kept, so that its identity stays its own.
  final class Known<Part: Sendable>: Sendable {
    let part: Part
    let findings: [Diagnostic]

    init(_ part: Part, _ findings: [Diagnostic]) {
      self.part = part
      self.findings = findings
    }
  }

  /// What is known of the parts of one state.
  struct Memory: Sendable {
    var texts = SharedTable<ObjectIdentifier, Known<LintedFile>>()
    var resources = SharedTable<ObjectIdentifier, Known<LintedResource>>()
    var clusters = SharedTable<JudgedCluster.Inputs, (cluster: JudgedCluster, findings: [Diagnostic]?)>()
    var suppressions = SharedTable<ObjectIdentifier, (file: SourceFile, hasAny: Bool)>()
  }

  private(set) var memory = Memory()
  private let previous: Memory
  private let engine: RuleEngine
  private let selection: RuleSelection

  init(_ judge: StateJudge, after previous: Memory?) {
    self.previous = previous ?? Memory()
    engine = RuleEngine(rules: judge.selection.rules)
    selection = judge.selection
  }

  /// The cluster of the state before when nothing of it changed: it is rendered already.
  func cluster(_ cluster: LintedCluster) -> JudgedCluster {
    let inputs = JudgedCluster.Inputs(cluster)
    if let known = memory.clusters[inputs] { return known.cluster }
    let entry = previous.clusters[inputs] ?? (JudgedCluster(cluster, inputs: inputs), nil)
    memory.clusters[inputs] = entry
    return entry.cluster
  }

  func findings(inTextOf files: [LintedFile]) async -> [[Diagnostic]] {
    files.map { file in
      let id = ObjectIdentifier(file.file)
      // The same text as a patch and as a manifest has other resources.
      if let known = previous.texts[id], known.part.resources.elementsEqual(file.resources, by: ===) {
        memory.texts[id] = known
        return known.findings
      }
      let findings = shown(engine.checkText(of: file))
      memory.texts[id] = Known(file, findings)
      return findings
    }
  }

  func findings(of resources: [LintedResource]) async -> [[Diagnostic]] {
    resources.map { resource in
      let id = ObjectIdentifier(resource)
      if let known = memory.resources[id] ?? previous.resources[id] {
        memory.resources[id] = known
        return known.findings
      }
      let findings = shown(engine.check(resource))
      memory.resources[id] = Known(resource, findings)
      return findings
    }
  }

  func findings(of clusters: [LintedCluster]) async -> [[Diagnostic]] {
    clusters.map { cluster in
      let own = self.cluster(cluster)
      if let known = memory.clusters[own.inputs]?.findings { return known }
      let findings = shown(engine.check(own.cluster))
      memory.clusters[own.inputs] = (own, findings)
      return findings
    }
  }

  /// The files that hold suppressions, of those that are known to and of `others`.
  func filesWithSuppressions(_ known: [SourceFile], _ others: some Sequence<SourceFile>) -> [SourceFile] {
    known + others.filter { file in
      let id = ObjectIdentifier(file)
      let entry = previous.suppressions[id] ?? (file, !Suppression.all(in: file).isEmpty)
      memory.suppressions[id] = entry
      return entry.hasAny
    }
  }

  private func shown(_ diagnostics: [Diagnostic]) -> [Diagnostic] { diagnostics.map { selection.adjusted($0).redacted() } }
}

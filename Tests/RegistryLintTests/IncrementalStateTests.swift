import Diagnostics
import Kustomize
import RegistryConfig
import Rules
import SourceText
import Testing

@testable import RegistryLint

/// A state that was made from the one before is the same as one that was made of nothing.
@Suite struct IncrementalStateTests {
  private struct NoFiles: KustomizeFiles {
    func contents(of path: RepositoryPath) -> [UInt8]? { nil }
    func isFolder(_ path: RepositoryPath) -> Bool { false }
    func linkTarget(of path: RepositoryPath) -> [UInt8]? { nil }
  }

  private let settings = RuleSettings(now: 1_780_272_000)
  private var judge: StateJudge {
    StateJudge(
      settings: settings, selection: RuleSelection(select: [], isOnly: false, ignore: [], severity: [:]), declared: [],
      paths: .all)
  }

  private func state(_ set: ManifestSet, after previous: JudgedState?, changed: Set<RepositoryPath>) async -> JudgedState {
    await judge.judge(set, after: previous, changed: changed, tree: { NoFiles() }, source: { _, _ in nil })
  }

  private func text(_ kind: Int, _ random: inout some RandomNumberGenerator) -> String {
    func entry() -> String {
      ["registry.lab:5000", "https://registry.lab", "quay.io", "*.lab", "quay.io/team", "mirror.lab"].randomElement(using: &random)!
    }
    switch kind {
    case 0:
      let lists = ["insecureRegistries", "blockedRegistries", "allowedRegistries"].shuffled(using: &random).prefix(2).sorted()
      let body = lists.map { "    \($0): [\(entry()), \(entry())]\n" }.joined()
      let trusted = Bool.random(using: &random) ? "  additionalTrustedCA: {name: cas}\n" : ""
      return "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec:\n\(trusted)  registrySources:\n\(body)"
    case 1:
      return "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata: {name: m}\nspec:\n  imageDigestMirrors:\n"
        + "  - source: quay.io/team\n    mirrors: [\(entry())/team]\n"
    case 2:
      return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cas, namespace: openshift-config}\ndata: {\(entry()): x}\n"
    default:
      return Manifest.image(insecure: "\(entry()) # registrylint:ignore registry-entry-scheme -- known")
    }
  }

  private func signature(_ state: JudgedState) -> [String] {
    let findings = state.findings.map(\.diagnostic).sortedAndMerged().map {
      "\($0.rule) \($0.span.file.path) \($0.span.range) \($0.message) \($0.clusters.sorted()) \($0.related.count)"
    }
    let clusters = state.clusters.map { cluster in
      let files = cluster.cluster.rendering.files.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.content)" }
      return "\(cluster.cluster.name) \(files) \(cluster.cluster.rendering.error?.message ?? "")"
    }
    return findings.sorted() + clusters.sorted()
  }

  @Test(arguments: 0..<6) func chainsOfChanges(seed: UInt64) async {
    var random = Seeded(state: seed &+ 1)
    let paths = (0..<4).flatMap { cluster in (0..<3).map { (cluster, $0) } }
    func file(_ place: (Int, Int), kind: Int) -> HistoricFile {
      let source = SourceFile(path: "c\(place.0)/\(place.1).yaml", text: text(kind, &random))
      return HistoricFile(source, settings: settings)
    }
    var files = paths.map { file($0, kind: $0.1) }
    var set = ManifestSet(files: files)
    var state = await state(set, after: nil, changed: [])
    var short = 0
    for _ in 0..<40 {
      let index = Int.random(in: files.indices, using: &random)
      // Mostly the same kind of thing, sometimes another one.
      let kind = Int.random(in: 0..<10, using: &random) == 0 ? Int.random(in: 0..<(seed % 2 == 0 ? 4 : 3), using: &random) : paths[index].1
      files[index] = file(paths[index], kind: kind)
      let next = ManifestSet(files: files, from: set)
      if SingleFileStep(to: next, from: state) != nil { short += 1 }
      let chained = await self.state(next, after: state, changed: [files[index].path])
      let fresh = await self.state(ManifestSet(files: files), after: nil, changed: [])
      #expect(signature(chained) == signature(fresh))
      (set, state) = (next, chained)
    }
    // A suppression anywhere needs all findings.
    #expect(short > 0 || seed % 2 == 0)
  }

  /// SplitMix64.
  private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }
}

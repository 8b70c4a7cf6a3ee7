import History
import Testing

@testable import RegistryLint

/// Values that cannot be read, and what a change of them says of nodes: nothing that nobody knows.
@Suite struct TemplateChangeTests {
  private static let path = "charts/x/templates/mirrors.yaml"

  private func set(_ entries: (source: String, mirror: String)...) -> String {
    "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata: {name: m}\nspec:\n  imageDigestMirrors:\n"
      + entries.map { "  - source: \($0.source)\n    mirrors:\n    - \($0.mirror)\n" }.joined()
  }

  /// What each version after the first one changes on the only cluster; `nil` for nothing.
  private func changes(_ versions: String..., at path: String = path) async throws -> [ClusterChange?] {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    for (number, text) in versions.enumerated() { try scratch.commit("\(number)", [path: text]) }
    let told = try await scratch.changes("HEAD~\(versions.count - 1)..HEAD")
    #expect(!told.text.contains("xxx") && !told.json.contains("xxx") && !told.markdown.contains("xxx"))
    return told.commits.map(\.clusters.first)
  }

  @Test func whatATemplateHidesIsNotKnown() async throws {
    let hidden = "{{ .Values.mirror }}/a"
    let told = try await changes(
      set(("quay.io/a", hidden)), set(("quay.io/b", hidden)), set(("quay.io/b", "{{ .Values.other_ }}/a")),
      set(("quay.io/b", "{{ .Values.other_ }}/a"), ("docker.io/c", "m.example.com/c")),
      set(("quay.io/b", "{{ .Values.other_ }}/a"), ("docker.io/c", "n.example.com/c")),
      set(("docker.io/c", "o.example.com/c")))
    #expect(told.map { $0?.disruption.isKnown } == [false, false, true, true, false])
    let words = "what happens to nodes is not known, because spec.imageDigestMirrors[0] holds values that cannot be read"
    #expect(told[0]?.reason == "\(words) (\(Self.path):6)")
    #expect(told[3]?.disruption.drain == true)
    #expect(told[4]?.reason.contains("as far as it can be read: nodes are drained: docker.io/c loses its mirror") == true)
    // Template text stands as it is in the file, and every field with what changed in it.
    let fields = told[1]?.resources.flatMap(\.fields) ?? []
    #expect(fields.map(\.added) == [["{{ .Values.other_ }}/a"]] && fields.map(\.removed) == [[hidden]])
    #expect(told[0]?.resources.flatMap(\.fields).contains { $0.added.isEmpty && $0.removed.isEmpty } == false)
  }

  @Test func entriesBesideATemplateAreKnown() async throws {
    func image(_ lines: String...) -> String {
      Manifest.image(insecure: "lab.example.com") + "    blockedRegistries:\n" + lines.map { "    \($0)\n" }.joined()
    }
    let value = "- \"{{ .Values.a }}\""
    let told = try await changes(
      image(value, "- a.example.net"), image(value, "- b.example.net"), image("- {{ .Values.b }}", "- b.example.net"),
      image("{{- if .Values.c }}", "- b.example.net", "{{- end }}"),
      image("{{- if .Values.d }}", "- b.example.net", "{{- end }}"),
      image("{{- if .Values.d }}", "# a comment", "- b.example.net", "{{- end }}"), at: "prod/image.yaml")
    #expect(told.map { $0?.disruption.isKnown } == [true, false, false, false, nil])
    let list = told[1]?.resources.flatMap(\.fields)
    #expect(list?.map(\.added) == [["{{ .Values.b }}"]] && list?.map(\.removed) == [["{{ .Values.a }}"]])
  }

  /// A line of template text in place of a whole list, or behind its last entry.
  @Test func listsThatATemplateWritesAreNotKnown() async throws {
    func image(_ lines: String...) -> String {
      Manifest.image(insecure: "lab.example.com") + "    blockedRegistries:\n" + lines.map { "\($0)\n" }.joined()
    }
    let told = try await changes(
      image("    - a.example.net"), image("{{ toYaml .Values.a | indent 4 }}"), image("{{ toYaml .Values.b | indent 4 }}"),
      image("    - a.example.net", "    {{- toYaml .Values.b | nindent 4 }}"),
      image("    - a.example.net", "    {{- toYaml .Values.c | nindent 4 }}"),
      image("    - a.example.net", "    {{- toYaml .Values.c | nindent 4 }}", "# a comment"), at: "prod/image.yaml")
    #expect(told.map { $0?.disruption.isKnown } == [false, false, false, false, nil])
    #expect(told.compactMap(\.self).allSatisfy { !$0.disruption.drain })
    let sets = try await changes(
      set(), set() + "  {{- toYaml .Values.a | nindent 2 }}\n", set() + "  {{- toYaml .Values.b | nindent 2 }}\n")
    #expect(sets.map { $0?.disruption.isKnown } == [false, false])
  }

  /// An Image can only be called `cluster`, and may well be.
  @Test func anImageWhoseNameATemplateWritesIsNotGone() async throws {
    let image = Manifest.image(insecure: "lab.example.com")
    let told = try await changes(
      image, image.replacing("name: cluster", with: "name: \"${NAME}\""), at: "prod/image.yaml")
    #expect(told.map { $0?.disruption.isKnown } == [false] && told[0]?.disruption.drain == false)
  }

  /// Silence would read as if nothing happened.
  @Test func whatIsNewSinceSaysWhatIsNotKnown() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.commit("0", [Self.path: set(("quay.io/a", "m.example.com/a"))])
    try scratch.commit("1", [Self.path: set(("quay.io/a", "{{ .Values.mirror }}/a"))])
    var request = scratch.request()
    request.since = "HEAD~1"
    let notes = try await Linter().run(request).report.notifications.map(\.message)
    #expect(notes.contains { $0.contains("what happens to nodes is not known") }, "\(notes)")
    request.since = "HEAD"
    #expect(try await Linter().run(request).report.notifications.isEmpty)
  }

  @Test func anEmptyListIsShown() async throws {
    let image = Manifest.image(insecure: "lab.example.com")
    let told = try await changes(image, image + "    blockedRegistries: []\n", at: "prod/image.yaml")
    #expect(told[0]?.resources.flatMap(\.fields).map(\.after) == ["[]"])
  }
}

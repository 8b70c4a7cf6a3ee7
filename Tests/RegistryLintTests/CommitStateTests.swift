import Diagnostics
import Foundation
import GitStore
import History
import Reporting
import Testing

@testable import RegistryLint

/// What `diff` knows of a state is what `lint` says of it.
@Suite struct CommitStateTests {
  private func commit(_ scratch: ScratchRepository, _ message: String) throws {
    try scratch.git("add", "-A")
    try scratch.git("commit", "-q", "--allow-empty", "-m", message)
  }

  private func changes(
    _ scratch: ScratchRepository, _ subject: ChangeRequest.Subject, workers: Int = 1
  ) async throws -> [CommitChange] {
    var request = ChangeRequest(subject, judging: scratch.request())
    request.judging.workers = workers
    var changes: [CommitChange] = []
    _ = try await ChangeRun(request).changes { changes.append($0) }
    return changes
  }

  /// A kustomization that makes ConfigMaps for registries counts without any other resource, whoever reads it.
  @Test(arguments: [1, 4]) func generatorsCountAlone(workers: Int) async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    let plain = "configMapGenerator:\n- name: ca\n  files: [gone.crt]\n"
    try scratch.write(plain, to: "prod/kustomization.yaml")
    try commit(scratch, "elsewhere")
    try scratch.write("namespace: openshift-config\n" + plain, to: "prod/kustomization.yaml")
    try commit(scratch, "break")
    let found = try await Linter().run(scratch.request()).report.open.map(\.rule)
    #expect(found == ["kustomize-not-composed"])
    // Enough commits for others to read ahead.
    for number in 0..<40 {
      try scratch.write("\(number)", to: "notes.txt")
      try commit(scratch, "notes \(number)")
    }
    try scratch.write(plain, to: "prod/kustomization.yaml")
    try commit(scratch, "elsewhere again")
    try scratch.write("namespace: openshift-config\n" + plain, to: "prod/kustomization.yaml")
    try commit(scratch, "break again")
    try scratch.git("rm", "-q", "-r", "prod")
    try commit(scratch, "remove")
    let told = try await changes(scratch, .history(of: "HEAD"), workers: workers).filter(\.isEffective)
    #expect(told.map { $0.commit?.subject } == ["break", "elsewhere again", "break again", "remove"])
    #expect(told.map { $0.introduced.map(\.rule) } == [found, [], found, []])
    #expect(told.map { $0.fixed.map(\.rule) } == [[], found, [], found])
  }

  /// What the API server refuses in the middle of a range is on no cluster, and its commit says so.
  @Test func whatTheServerRefusesIsNotOnTheCluster() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    func mirrors(_ mirror: String) -> String {
      "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata: {name: mirrors}\nspec:\n"
        + "  imageDigestMirrors:\n  - source: quay.io/team\n    mirrors: ['\(mirror)']\n"
    }
    for (mirror, subject) in [
      ("mirror.lab/team", "first"), ("https://mirror.lab/team", "break"), ("mirror.lab/team", "repair"),
    ] {
      try scratch.write(mirrors(mirror), to: "prod/mirrors.yaml")
      try commit(scratch, subject)
    }
    let told = try await changes(scratch, .history(of: "HEAD"))
    let id = try #require(told[1].commit?.short)
    let words = "the API server refuses ImageDigestMirrorSet mirrors (prod/mirrors.yaml:7, see `registrylint lint --rev \(id)`)"
    var text = TextChangeReporter(isColoured: false)
    let texts = told.map { text.tell($0) }
    #expect(texts[1].contains("not taken: \(words)"), "\(texts[1])")
    #expect(!texts[1].contains("frozen") && !texts[0].contains("refuse"))
    #expect(texts[2].contains("before this, the API server refused ImageDigestMirrorSet mirrors"), "\(texts[2])")
    #expect(ChangeVerdict(told[1]).headline.hasPrefix("the API server refuses objects of 1 cluster"))
    #expect(!ChangeVerdict(told[1]).headline.contains("freeze"))
    var json = JSONChangeReporter()
    let object = json.tell(told[1])
    #expect(object.contains("\"side\": \"after\"") && object.contains("\"field\": \"spec.imageDigestMirrors[0].mirrors[0]\""))
    var request = ChangeRequest(.history(of: "HEAD"), judging: scratch.request())
    var markdown = MarkdownChangeReporter()
    let run = try ChangeRun(request)
    _ = markdown.begin(run.heading)
    let outcome = try await run.changes { _ = markdown.tell($0) }
    let page = markdown.end(outcome.ending)
    #expect(page.contains("\n\nnot taken: the API server refuses ImageDigestMirrorSet mirrors"), "\(page)")
    // At an end of the range, the hint names the revision.
    request.subject = .range("HEAD~2..HEAD~1")
    let ending = try await ChangeRun(request).changes { _ in }.ending
    #expect(ending.notifications.map(\.message).contains { $0.contains("see `registrylint lint --rev \(id)`;") })
  }

  /// Git's short forms of ranges, and its patterns of paths.
  @Test func rangesAndPathsAreReadAsGitReadsThem() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    for (path, subject) in [
      ("clusters/a/image.yaml", "a"), ("clusters/b/image.yaml", "b"), ("other/image.yaml", "other"),
      ("clusters/c/[x].yaml", "c"),
    ] {
      try scratch.write(Manifest.image(insecure: "https://\(subject).lab"), to: path)
      try commit(scratch, subject)
    }
    func subjects(_ range: String, _ paths: String...) async throws -> [String?] {
      var request = ChangeRequest(.range(range), judging: scratch.request())
      request.paths = paths
      var changes: [CommitChange] = []
      _ = try await ChangeRun(request).changes { changes.append($0) }
      return changes.map { $0.commit?.subject }
    }
    #expect(try await subjects("HEAD^!") == ["c"])
    #expect(try await subjects("HEAD~2^!") == ["b"])
    #expect(try await subjects("HEAD~1^-") == ["other"])
    #expect(try await subjects("HEAD^-1") == ["c"])
    #expect(try await subjects("HEAD~3..", "clusters/*") == ["b", "c"])
    #expect(try await subjects("HEAD~3..", "*/image.yaml") == ["b", "other"])
    #expect(try await subjects("HEAD~3..", "clusters/[!b]/*") == ["c"])
    #expect(try await subjects("HEAD~3..", "clusters/?") == [])
    #expect(try await subjects("HEAD~3..", "clusters/c/[x].yaml") == ["c"])
    func linted(_ selection: InputSelection) async throws -> [String] {
      try await Linter().run(scratch.request(selection)).report.open.map(\.span.file.path.text)
    }
    await #expect(throws: UsageError.self) { try await subjects("HEAD~3..", ":!clusters") }
    for several in ["HEAD^@", "^HEAD", "HEAD~1^@..HEAD"] {
      let error = await #expect(throws: GitError.self) { try await subjects(several) }
      #expect(error?.hint?.hasPrefix("Name one commit") == true)
    }
    for several in ["HEAD^@", "HEAD^!", "HEAD^-", "HEAD~1..HEAD"] {
      let error = await #expect(throws: GitError.self) { try await linted(.revision(several)) }
      #expect(error?.hint?.hasPrefix("Name one commit") == true)
    }
    let all = ["clusters/a/image.yaml", "clusters/b/image.yaml"]
    #expect(try await linted(.revision("HEAD", paths: ["clusters/*/image.yaml"])) == all)
    #expect(try await linted(.index(paths: ["clusters/[ab]*"])) == all)
    await #expect(throws: GitError.self) { try await linted(.index(paths: ["nothing/*"])) }
    // Files on disk are left to the shell.
    let error = await #expect(throws: GitError.self) { try await linted(.workingTree(paths: ["clusters/*/image.yaml"])) }
    #expect(error?.hint?.hasSuffix("everything below it: clusters") == true)
  }

  /// A kind that is nearly one of ours holds none of our words but its group.
  @Test func misspeltKindsAreFound() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    for (place, kind) in [
      "operator.openshift.io/v1alpha1 imagecontentsourcepolicy", "operator.openshift.io/v1 ImageContentSourcePolicies",
      "config.openshift.io/v1 image", "config.openshift.io/v1 ImageDigestMirror", "config.openshift.io/v1 Imagetagmirrorsset",
      "config.openshift.io/v1 ImageList", "config.openshift.io/v1 Ingress", "operator.openshift.io/v1alpha1 OLM",
      "image.toolkit.fluxcd.io/v1 ImagePolicies",
    ].enumerated() {
      let words = kind.split(separator: " ")
      try scratch.write("apiVersion: \(words[0])\nkind: \(words[1])\nmetadata: {name: a}\n", to: "\(place).yaml")
    }
    try commit(scratch, "first")
    let expected = (0..<5).map { "kind-not-served \($0).yaml:2" }
    func places(_ findings: [Diagnostic]) -> [String] {
      findings.map { "\($0.rule) \($0.span.file.path.text):\($0.span.start.line)" }
    }
    #expect(try await places(Linter().run(scratch.request()).report.open) == expected)
    #expect(try await places(changes(scratch, .history(of: "HEAD"))[0].introduced) == expected)
  }

  /// A merge that is compared with each parent is one commit.
  @Test func aMergeIsCountedOnce() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.write(Manifest.image(insecure: "a.lab"), to: "a/image.yaml")
    try commit(scratch, "first")
    try scratch.git("checkout", "-qb", "side")
    try scratch.write(Manifest.image(insecure: "b.lab"), to: "b/image.yaml")
    try commit(scratch, "side")
    try scratch.git("checkout", "-q", "main")
    try scratch.write("text", to: "notes.txt")
    try commit(scratch, "main")
    try scratch.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    var request = ChangeRequest(.range("HEAD~2..HEAD"), judging: scratch.request())
    request.comparesAllParents = true
    let run = try ChangeRun(request)
    var (text, markdown) = (TextChangeReporter(isColoured: false), MarkdownChangeReporter())
    _ = (text.begin(run.heading), markdown.begin(run.heading))
    var subjects: [String?] = []
    let ending = try await run.changes { change in
      _ = (text.tell(change), markdown.tell(change))
      subjects.append(change.commit?.subject)
    }.ending
    #expect(subjects.count == 4 && Set(subjects).count == 3)
    #expect(text.end(ending).hasPrefix("3 commits, 2 with an effect"))
    #expect(markdown.end(ending).contains("1 of 3 commits has no effect"))
  }

  /// Objects that are not there are one line for people, and single ones for programs.
  @Test func missingObjectsAreCounted() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    for number in 0..<6 { try scratch.write(Manifest.image(insecure: "\(number).lab"), to: "\(number)/image.yaml") }
    try commit(scratch, "first")
    for number in 0..<5 {
      let id = try scratch.git("rev-parse", "HEAD:\(number)/image.yaml").prefix(40)
      try FileManager.default.removeItem(atPath: "\(scratch.folder.path)/.git/objects/\(id.prefix(2))/\(id.dropFirst(2))")
    }
    let report = try await Linter().run(scratch.request(.revision("HEAD"))).report
    #expect(report.notifications.count == 5 && report.notifications.allSatisfy { $0.level == .error && $0.path != nil })
    let words = "5 objects are missing from the repository, so 5 files are not read: 0/image.yaml, 1/image.yaml, "
      + "2/image.yaml and 2 more"
    #expect(report.notifications.gathered().map(\.message) == [words])
    #expect(report.notifications.gathered().map(\.level) == [.error])
    #expect(JSONReporter().render(report).components(separatedBy: "is missing from the repository").count == 6)
    var request = ChangeRequest(.range("HEAD"), judging: scratch.request())
    request.isSummary = true
    let ending = try await ChangeRun(request).changes { _ in }.ending
    #expect(ending.notifications.gathered().map(\.message) == [words])
    // One alone says which.
    #expect(Array(report.notifications.prefix(1)).gathered() == Array(report.notifications.prefix(1)))
  }

  /// A patch that only takes something out is named all the same, and what that drains is shown there.
  @Test(arguments: [
    "- {op: remove, path: /spec/registrySources/blockedRegistries}",
    "kind: Image\nmetadata: {name: cluster}\nspec:\n  registrySources: {blockedRegistries: null}",
  ]) func whatAPatchTakesOutIsShownInThePatch(patch: String) async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    let image = Manifest.image(insecure: "a.lab") + "    blockedRegistries:\n    - one.example.com\n"
    try scratch.write(image, to: "base/image.yaml")
    try scratch.write("resources: [image.yaml]\n", to: "base/kustomization.yaml")
    for name in ["prod", "stage"] {
      try scratch.write("resources: [../../base]\n", to: "overlays/\(name)/kustomization.yaml")
    }
    try commit(scratch, "first")
    for name in ["prod", "stage"] {
      try scratch.write(
        "resources: [../../base]\npatches: [{path: patch.yaml, target: {kind: Image}}]\n",
        to: "overlays/\(name)/kustomization.yaml")
      let head = patch.hasPrefix("-") ? "" : "apiVersion: config.openshift.io/v1\n"
      try scratch.write(head + patch + "\n", to: "overlays/\(name)/patch.yaml")
    }
    try commit(scratch, "unblock")
    var request = ChangeRequest(.range("HEAD"), judging: scratch.request())
    request.judging.select = ["disruption-report"]
    var told: [CommitChange] = []
    _ = try await ChangeRun(request).changes { told.append($0) }
    for change in told[0].clusters {
      let resource = try #require(change.resources.first)
      #expect(resource.fields.map(\.removed) == [["one.example.com"]])
      #expect(resource.path.text == "base/image.yaml")
      #expect(resource.changedIn.map(\.text) == ["\(change.cluster)/patch.yaml"])
    }
    #expect(told[0].clusters.map(\.cluster) == ["overlays/prod", "overlays/stage"])
    #expect(told[0].introduced.map(\.span.file.path.text) == ["overlays/prod/patch.yaml", "overlays/stage/patch.yaml"])
    // The base changes, and the patches are what they were.
    try scratch.write(image.replacing("a.lab", with: "b.lab"), to: "base/image.yaml")
    try commit(scratch, "base")
    told = try await changes(scratch, .range("HEAD"))
    #expect(told[0].clusters.flatMap { $0.resources.map(\.changedIn) } == [[], []])
  }

  /// A patch that removes a whole object is named where the object was, whether or not anything else is left.
  @Test(arguments: [true, false], [true, false]) func thePatchThatRemovesAnObjectIsNamed(hasTarget: Bool, isAlone: Bool)
    async throws
  {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    try scratch.write(Manifest.image(insecure: "a.lab"), to: "base/image.yaml")
    let mirrors = "apiVersion: config.openshift.io/v1\nkind: ImageTagMirrorSet\nmetadata: {name: m}\nspec:\n"
      + "  imageTagMirrors: [{source: quay.io/a, mirrors: [mirror.lab/a]}]\n"
    if !isAlone { try scratch.write(mirrors, to: "base/mirrors.yaml") }
    try scratch.write("resources: [image.yaml\(isAlone ? "" : ", mirrors.yaml")]\n", to: "base/kustomization.yaml")
    try scratch.write("resources: [../base]\n", to: "prod/kustomization.yaml")
    try scratch.write("resources: [../prod]\n", to: "site/kustomization.yaml")
    try commit(scratch, "first")
    let target = hasTarget ? ", target: {kind: Image}" : ""
    try scratch.write("resources: [../base]\npatches: [{path: patch.yaml\(target)}]\n", to: "prod/kustomization.yaml")
    try scratch.write(
      "$patch: delete\napiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\n", to: "prod/patch.yaml")
    try commit(scratch, "remove")
    let told = try await changes(scratch, .range("HEAD"))
    let removed = told[0].clusters.flatMap(\.resources).filter { $0.change == .removed }
    #expect(removed.map(\.path.text) == ["base/image.yaml"] && removed.flatMap(\.changedIn).map(\.text) == ["prod/patch.yaml"])
    var text = TextChangeReporter(isColoured: false)
    #expect(text.tell(told[0]).contains("removed Image cluster (base/image.yaml, by prod/patch.yaml)\n"))
    guard !isAlone else { return }
    let reading = try await ClusterReading(scratch.request())
    let report = ClusterReport(reading.assembly, reading.input)
    #expect(report.text(isColoured: false) { $0.text }.contains(
      "  ImageTagMirrorSet m  base/mirrors.yaml:2\n  removed by patches:\n  Image cluster  prod/patch.yaml:1\n"))
    #expect(report.json(notifications: []).contains("\"patch\": \"prod/patch.yaml\""))
    // Its own file goes, and the patch with it.
    try scratch.write("resources: [../base]\n", to: "prod/kustomization.yaml")
    try commit(scratch, "back")
    try scratch.write("resources: [mirrors.yaml]\n", to: "base/kustomization.yaml")
    try commit(scratch, "gone")
    let gone = try await changes(scratch, .range("HEAD"))[0].clusters.flatMap(\.resources)
    #expect(gone.map(\.change) == [.removed] && gone.flatMap(\.changedIn).isEmpty)
  }

  /// Only what has that name and kind is a cause of two objects of one name.
  @Test func causesOfTwoObjectsOfOneName() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    func mirrors(_ kind: String, _ list: String, _ name: String, _ mirror: String) -> String {
      "apiVersion: config.openshift.io/v1\nkind: \(kind)\nmetadata: {name: \(name)}\nspec:\n"
        + "  \(list):\n  - source: quay.io/\(name)\n    mirrors: [\(mirror).example.com/x]\n"
    }
    try scratch.write(mirrors("ImageDigestMirrorSet", "imageDigestMirrors", "mirrors", "one"), to: "prod/b.yaml")
    try scratch.write(mirrors("ImageTagMirrorSet", "imageTagMirrors", "mirrors", "two"), to: "prod/c.yaml")
    try scratch.write(mirrors("ImageDigestMirrorSet", "imageDigestMirrors", "mirror", "three"), to: "prod/d.yaml")
    try commit(scratch, "first")
    try scratch.write(mirrors("ImageDigestMirrorSet", "imageDigestMirrors", "mirrors", "four"), to: "prod/a.yaml")
    try scratch.write(mirrors("ImageTagMirrorSet", "imageTagMirrors", "mirrors", "five"), to: "prod/c.yaml")
    try scratch.write(mirrors("ImageDigestMirrorSet", "imageDigestMirrors", "mirror", "six"), to: "prod/d.yaml")
    try commit(scratch, "second")
    let found = try await changes(scratch, .range("HEAD"))[0].introduced.filter { $0.rule == "duplicate-object-name" }
    #expect(found.map(\.span.file.path.text) == ["prod/b.yaml"])
    #expect(found.first?.related.map(\.span.file.path.text) == ["prod/a.yaml"])
  }

  /// When nothing but a kustomization that is not composed keeps a policy from being rewritten, that is the reason.
  @Test func policiesOfUncomposedKustomizationsAreLeftForThatReason() async throws {
    let scratch = try ScratchRepository()
    func policy(_ source: String) -> String {
      "apiVersion: operator.openshift.io/v1alpha1\nkind: ImageContentSourcePolicy\nmetadata: {name: a}\nspec:\n"
        + "  repositoryDigestMirrors:\n  - source: \(source)\n    mirrors: [mirror.lab.example.com/team]\n"
    }
    try scratch.write(policy("quay.io/team"), to: "prod/policy.yaml")
    try scratch.write(
      "resources: [policy.yaml, 'https://example.com/x.yaml']\npatches: [{path: patch.yaml}]\n",
      to: "prod/kustomization.yaml")
    func reasons() async throws -> [String] { try await Migration(scratch.request()).skipped.map(\.reason) }
    let found = try await reasons()
    #expect(found.count == 1 && found[0].hasPrefix("the kustomization in prod takes it and is not composed"), "\(found)")
    try scratch.write(policy("quay.io/team:v1"), to: "prod/policy.yaml")
    #expect(try await reasons().first?.hasPrefix("it cannot become an ImageDigestMirrorSet as it stands") == true)
  }
}

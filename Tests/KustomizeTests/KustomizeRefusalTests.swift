import SourceText
import Testing

@testable import Kustomize

struct KustomizeRefusalTests {
  private static let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"

  private func problem(
    _ files: [String: String], _ folder: String = "o", links: [String: String] = [:]
  ) -> KustomizeProblem? {
    do {
      _ = try KustomizeBuild(MemoryFiles(files, links: links)).compose(RepositoryPath(folder))
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "each has its own kind and a place",
    arguments: [
      ("resources: [missing.yaml]\n", KustomizeProblem.Kind.missing),
      ("resources: ['https://example.test/x.yaml']\n", .remote),
      ("resources: ['github.com/a/b//c?ref=v1']\n", .remote),
      ("resources: [/etc/passwd]\n", .outside),
      ("resources: [../../../x.yaml]\n", .outside),
      ("resources: [../other/r.yaml]\n", .restricted),
      ("resources: [../o]\n", .cycle),
      ("resources: [..]\n", .cycle),
      ("resources: [leaving.yaml]\n", .restricted),
      ("resources: [broken.yaml]\n", .syntax),
      ("frob: 1\n", .kustomization),
      ("resources: [r.yaml]\nnamespace: n\n", .kustomization),
      ("resources: [r.yaml, r.yaml]\n", .duplicate),
      ("resources: [r.yaml]\npatches: [{path: r.yaml, target: {kind: '(?=x)'}}]\n", .patch),
      ("resources: [r.yaml]\npatches: [{path: r.yaml, target: {kind: '\\bx'}}]\n", .unsupported),
      ("resources: [r.yaml]\ntransformers: [t.yaml]\n", .unsupported),
      ("configMapGenerator: [{name: c, files: [../other/r.yaml]}]\n", .restricted),
      ("configMapGenerator: [{name: c, behavior: merge}]\n", .generator),
      ("resources: [r.yaml]\nreplicas: [{name: x, count: 1}]\n", .transformer),
    ])
  func kinds(kustomization: String, kind: KustomizeProblem.Kind) {
    let files = [
      "o/kustomization.yaml": kustomization, "o/r.yaml": Self.namespace, "other/r.yaml": Self.namespace,
      "o/broken.yaml": "a: [\n",
    ]
    let problem = problem(files, links: ["o/leaving.yaml": "../other/r.yaml"])
    #expect(problem?.kind == kind, "\(String(describing: problem))")
    #expect(problem?.span != nil || kind == .missing)
    #expect((problem?.feature != nil) == (kind == .unsupported))
  }

  @Test("an unknown field is named without what it lies in, a cycle with its way")
  func sentences() {
    func message(_ files: [String: String], _ folder: String = "o") -> String? { problem(files, folder)?.message }
    #expect(message(["o/kustomization.yaml": "frob: 1\n"]) == "unknown field 'frob'")
    #expect(
      message(["o/kustomization.yaml": "patches: [{pfad: x}]\n"]) == "unknown field 'pfad' in patches[0]")
    #expect(message(["o/kustomization.yaml": "resources: [.]\n"]) == "'.' makes a cycle: 'o' includes itself")
    let around = message(["o/kustomization.yaml": "resources: [..]\n"])
    #expect(around == "'..' makes a cycle: the top folder holds 'o', which is being built")
    let three = [
      "a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../c]\n",
      "c/kustomization.yaml": "resources: [../a]\n",
    ]
    #expect(message(three, "a") == "'../a' makes a cycle: 'a' includes 'b' includes 'c' includes 'a'")
  }

  @Test("links inside of the folder are followed, loops and links to nowhere are missing files")
  func links() {
    let files = ["o/kustomization.yaml": "resources: [l.yaml]\n", "o/sub/r.yaml": Self.namespace]
    #expect(problem(files, links: ["o/l.yaml": "sub/r.yaml"]) == nil)
    #expect(problem(files, links: ["o/l.yaml": "l.yaml"])?.kind == .missing)
    #expect(problem(files, links: ["o/l.yaml": "nowhere"])?.kind == .missing)
    #expect(problem(files, links: ["o/l.yaml": "/etc/passwd"])?.kind == .outside)
    #expect(problem(files, links: ["o/l.yaml": "../../../etc/passwd"])?.kind == .outside)
  }

  @Test("a cycle is found from every side and through the cache")
  func cycles() throws {
    let files = MemoryFiles([
      "a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../c]\n",
      "c/kustomization.yaml": "resources: [../b/x]\n", "b/x/kustomization.yaml": "resources: [r.yaml]\n",
      "b/x/r.yaml": Self.namespace, "b/x/y/kustomization.yaml": "resources: [../../../c]\n",
    ])
    let build = KustomizeBuild(files)
    #expect(throws: Never.self) { try build.compose(RepositoryPath("a")) }
    #expect(throws: KustomizeProblem.self) { try build.compose(RepositoryPath("b/x/y")) }
  }

  @Test("hostile expressions take linear time")
  func expressions() throws {
    let expression = try RegularExpression("^(?:(a*)*(a|a)*b)$")
    #expect(!expression.matches(String(repeating: "a", count: 2_000)))
    #expect(expression.matches(String(repeating: "a", count: 2_000) + "b"))
    #expect(throws: KustomizeProblem.self) { try RegularExpression("((x{900}){900}){900}") }
  }

  @Test(
    "expressions match as RE2 does",
    arguments: [
      ("^(?:Image|ConfigMap)$", "Image", true), ("^(?:Image|ConfigMap)$", "ImageStream", false),
      ("^(?:registry-.*)$", "registry-cas", true), ("^(?:a.c)$", "a\nc", false), ("^(?:(?i)CLUSTER)$", "cluster", true),
      ("^(?:[^a-c]+)$", "xyz", true), ("^(?:[^a-c]+)$", "xbz", false), ("^(?:x{2,3})$", "xx", true),
      ("^(?:x{2,3})$", "xxxx", false), ("^(?:\\w+\\.\\d)$", "ab_.4", true), ("web", "my-web-2", true),
      ("^a|b$", "xb", true), ("^(?:[]a]+)$", "]a", true), ("^(?:a{,2})$", "a{,2}", true), ("^$", "", true),
    ])
  func matching(pattern: String, text: String, matches: Bool) throws {
    #expect(try RegularExpression(pattern).matches(text) == matches)
  }

  @Test("a patch that doubles a value again and again is refused in time")
  func copyBomb() {
    let copies = (0..<200).map { "- {op: copy, from: /spec, path: /spec/c\($0)}" }.joined(separator: "\n")
    let files = [
      "o/kustomization.yaml": "resources: [r.yaml]\npatches:\n- target: {kind: Image}\n  path: p.yaml\n",
      "o/r.yaml": "apiVersion: v1\nkind: Image\nmetadata: {name: a}\nspec: {a: [1, 2, 3]}\n", "o/p.yaml": copies,
    ]
    #expect(problem(files)?.feature == "a JSON patch that copies this much")
    let nested = (0..<600).map {
      "- {op: move, from: /spec, path: /x}\n- {op: add, path: /spec, value: {}}\n"
        + "- {op: move, from: /x, path: /spec/y\($0)}"
    }
    var deep = files
    deep["o/p.yaml"] = nested.joined(separator: "\n")
    #expect(problem(deep)?.feature == "values nested this deep")
  }

  @Test("a doubling pyramid of bases ends at a limit")
  func pyramid() {
    var files = [
      "l0/kustomization.yaml": "resources: [r.yaml]\n",
      "l0/r.yaml": Self.namespace.replacing("Namespace", with: "Image"),
    ]
    for level in 1...24 {
      for side in ["a", "b"] {
        files["l\(level)\(side)/kustomization.yaml"] = "namePrefix: \(side)-\nresources: [../l\(level - 1)]\n"
      }
      files["l\(level)/kustomization.yaml"] = "resources: [../l\(level)a, ../l\(level)b]\n"
    }
    #expect(problem(files, "l24")?.kind == .unsupported)
  }

  @Test("what go-yaml reads in another way is refused")
  func differences() {
    let files = [
      "o/kustomization.yaml": "resources: [r.yaml]\n",
      "o/r.yaml": "apiVersion: v1\nkind: Image\nmetadata: {name: a}\nspec: {a: [x?y]}\n",
    ]
    #expect(problem(files)?.feature == "an unquoted question mark inside of brackets")
    let commented = [
      "o/kustomization.yaml": "resources: [r.yaml]\npatches: [{path: p.yaml}]\n",
      "o/r.yaml": "apiVersion: v1\nkind: Image\nmetadata: {name: a}\nspec: # {\"$ref\": \"#/x\"}\n  a: 1\n",
      "o/p.yaml": "apiVersion: v1\nkind: Image\nmetadata: {name: a}\nspec: {b: 2}\n",
    ]
    #expect(problem(commented)?.feature == "a comment with a schema in what is merged")
  }
}

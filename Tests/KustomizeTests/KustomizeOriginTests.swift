import SourceText
import Testing
import YAMLSyntax

@testable import Kustomize

struct KustomizeOriginTests {
  private static let image =
    "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec: {a: 1}\n"

  private func compose(_ files: [String: String], _ folder: String = "o") throws -> [ComposedResource] {
    try KustomizeBuild(MemoryFiles(files)).compose(RepositoryPath(folder)).resources
  }

  private func place(_ node: Node?) -> String {
    guard let node else { return "nothing" }
    return "\(node.span.file.path):\(node.span.start.line): \(node.span.text)"
  }

  @Test("values point into the resource, the patch file, the inline patch and the kustomization")
  func values() throws {
    let files = [
      "b/kustomization.yaml": "resources: [r.yaml]\n", "b/r.yaml": Self.image,
      "o/kustomization.yaml": """
      resources: [../b]
      namespace: team
      commonAnnotations: {note: hello}
      patches:
      - path: p.yaml
      - target: {kind: Image}
        patch: |-
          - op: add
            path: /spec/c
            value: {d: [x, "y"]}
      - patch: '{"apiVersion": "config.openshift.io/v1", "kind": "Image",
          "metadata": {"name": "cluster"}, "spec": {"e": "z"}}'
      - target: {kind: Image}
        patch: '[{"op": "add", "path": "/spec/f", "value": "w"}]'
      """,
      "o/p.yaml": "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec:\n  b: 2\n",
    ]
    let node = try #require(try compose(files).first).node
    #expect(place(node.at("spec", "a")) == "b/r.yaml:4: 1")
    #expect(place(node.at("metadata", "name")) == "b/r.yaml:3: cluster")
    #expect(place(node.at("spec", "b")) == "o/p.yaml:5: 2")
    #expect(place(node.at("spec", "c", "d")?.items[1]) == "o/kustomization.yaml:10: \"y\"")
    #expect(place(node.at("spec", "e")) == "o/kustomization.yaml:12: \"z\"")
    #expect(place(node.at("spec", "f")) == "o/kustomization.yaml:14: \"w\"")
    #expect(place(node.at("metadata", "namespace")) == "o/kustomization.yaml:2: team")
    #expect(place(node.at("metadata", "annotations", "note")) == "o/kustomization.yaml:3: hello")
  }

  @Test("data of a generated ConfigMap points to the file or the literal")
  func generated() throws {
    let files = [
      "o/kustomization.yaml": "configMapGenerator:\n- name: cas\n  files: [reg..5000=ca.pem]\n  literals: [k=v]\n",
      "o/ca.pem": "PEM\n",
    ]
    let resource = try #require(try compose(files).first)
    #expect(resource.isGenerated)
    #expect(place(resource.node.at("data", "reg..5000")) == "o/ca.pem:1: PEM\n")
    #expect(place(resource.node.at("data", "k")) == "o/kustomization.yaml:4: k=v")
    #expect(resource.node.at("metadata", "name")?.string?.hasPrefix("cas-") == true)
  }

  @Test("templates are literal text to kustomize")
  func templates() throws {
    let files = [
      "o/kustomization.yaml": "resources: [r.yaml]\n",
      "o/r.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {host: \"${HOST}:5000\"}\n",
    ]
    #expect(try compose(files)[0].node.at("data", "host")?.scalar?.text == "${HOST}:5000")
  }

  @Test("a base is built once for all its overlays, and overlays do not see each other's changes")
  func bases() throws {
    var files = ["base/kustomization.yaml": "resources: [r.yaml]\ncommonLabels: {a: b}\n", "base/r.yaml": Self.image]
    for index in 0..<20 {
      files["o\(index)/kustomization.yaml"] =
        "resources: [../base]\nnamePrefix: p\(index)-\npatches:\n- target: {kind: Image}\n"
        + "  patch: '[{\"op\": \"replace\", \"path\": \"/spec/a\", \"value\": \(index)}]'\n"
    }
    let counted = CountingFiles(MemoryFiles(files))
    let build = KustomizeBuild(counted)
    for index in 0..<20 {
      let composition = try build.compose(RepositoryPath("o\(index)"))
      #expect(composition.resources[0].node.at("metadata", "name")?.string == "p\(index)-cluster")
      #expect(composition.resources[0].node.at("spec", "a")?.scalar?.text == "\(index)")
      #expect(composition.folders.map(\.text) == ["o\(index)", "base"])
    }
    #expect(counted.reads["base/r.yaml", default: 0] == 1)
    #expect(build.filesRead.contains(RepositoryPath("base/r.yaml")))
  }
}

private final class CountingFiles: KustomizeFiles {
  let files: MemoryFiles
  var reads: [String: Int] = [:]

  init(_ files: MemoryFiles) { self.files = files }

  func contents(of path: RepositoryPath) -> [UInt8]? {
    reads[path.text, default: 0] += 1
    return files.contents(of: path)
  }
  func isFolder(_ path: RepositoryPath) -> Bool { files.isFolder(path) }
  func linkTarget(of path: RepositoryPath) -> [UInt8]? { files.linkTarget(of: path) }
}

import RegistryConfig
import SourceText
import Testing

/// Templates are cut at their objects, and each object is judged by itself.
@Suite struct TemplateTextTests {
  private static let head = """
    apiVersion: template.openshift.io/v1
    kind: Template
    parameters:
    - name: KIND
      value: ImageDigestMirrorSet
    objects:

    """
  private static let role = "- kind: Role\n  apiVersion: v1\n  rules: [{verbs: [get]}]\n"
  private static let image = "- kind: Image\n  apiVersion: config.openshift.io/v1\n  spec: {}\n"
  private static let derived = "- kind: ${KIND}\n  apiVersion: config.openshift.io/v1\n"

  private func contents(_ objects: [String], head: String = head, tail: String = "") throws -> [String] {
    // The text around objects is read with each of them, so it must be a small part.
    let padding = String(repeating: "- kind: Role # \(String(repeating: "x", count: 500))\n", count: 8)
    let file = SourceFile(path: "a.yaml", text: head + objects.joined() + padding + tail)
    let template = try #require(TemplateText(file))
    #expect(template.objects.count == objects.count + 8)
    #expect(objects.isEmpty || file.text(template.objects[0]) == objects[0])
    return template.objects.prefix(objects.count).map { object in
      guard let barren = template.barren(of: object) else { return "entangled" }
      let text = file.text(object)
      return barren.ranges.isEmpty
        ? "fertile" : "\(barren.weight)" + barren.ranges.map { " " + String(Substring(text.utf8.dropFirst($0.lowerBound).prefix($0.count))) }.joined()
    }
  }

  @Test func objectsAreReadWithTheParameters() throws {
    #expect(try contents([Self.role, Self.image, Self.derived]) == ["11 \(Self.role.dropFirst().dropLast())", "fertile", "fertile"])
  }

  @Test func whatStandsBehindThemIsReadToo() throws {
    let head = "objects:\n"
    let tail = "kind: Template\napiVersion: v1\nparameters: [{name: KIND, value: ImageDigestMirrorSet}]\n"
    #expect(try contents([Self.role, Self.derived], head: head, tail: tail) == ["11 \(Self.role.dropFirst().dropLast())", "fertile"])
  }

  @Test(arguments: [
    "- kind: &a Role\n", "- kind: *a\n", "- kind: \"Role\n", "- kind: [Role\n", "- kind: {{ x\n  y: [\n", "- kind: a: b\n",
  ])
  func whatIsNoObjectByItselfIsEntangled(object: String) throws {
    #expect(try contents([object]) == ["entangled"])
  }

  /// A quote that the text behind the objects closes.
  @Test func anObjectEndsBeforeTheTail() throws {
    #expect(try contents(["- kind: \"Role\n"], tail: "\" : x\n").allSatisfy { $0 == "entangled" })
  }

  @Test(arguments: ["kind: ConfigMap\nobjects:\n", "kind: Template\napiVersion: example.com/v1\nobjects:\n"])
  func otherKindsAreNotCut(head: String) throws {
    #expect(try contents([Self.role], head: head) == ["entangled"])
  }

  @Test(arguments: ["kind: Template\n", "objects:\n", "objects: []\n- a\n", "kind: Template\nobjects:\n  a: b\n"])
  func withoutABlockListThereAreNone(text: String) { #expect(TemplateText(SourceFile(path: "a.yaml", text: text)) == nil) }

  @Test func resourcesOfSyncSetsAreObjectsToo() throws {
    let set = """
      - apiVersion: hive.openshift.io/v1
        kind: SyncSet
        spec:
          resources:
          - kind: Role
            rules: []
          - kind: Image
            spec: {registrySources: {}}
          - kind: Role
            rules: [a]
          - kind: Role

      """
    #expect(try contents([set]) == ["11 kind: Role\n      rules: [] kind: Role\n      rules: [a]"])
    #expect(try contents([set.replacing("hive", with: "other")]) != ["fertile"])
  }

  @Test func anObjectLeavesItsDashBehind() throws {
    let text = "kind: Template\napiVersion: v1\nobjects:\n  - a: 1\n    b: 2\n  # c\n  - \(String(repeating: "d", count: 100))\n"
    let file = SourceFile(path: "a.yaml", text: text)
    let template = try #require(TemplateText(file))
    let barren = try #require(template.barren(of: template.objects[0]))
    #expect(barren.ranges == [3..<template.objects[0].count - 1] && barren.weight == 5)
  }
}

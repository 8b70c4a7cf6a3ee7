import SourceText
import Testing
import YAMLSyntax

@Suite struct TemplateMaskTests {
  private func root(_ text: String) throws -> Node {
    let document = try #require(YAMLStream(SourceFile(path: "a", text: text)).documents.first)
    #expect(document.problem == nil, "\(document.problem?.message ?? "")")
    return try #require(document.root)
  }

  @Test func placeholdersAreUnknownAndTheRestIsRead() throws {
    let node = try root(
      """
      a: {{ .Values.a }}
      b: "{{ .x }}/y"
      c: ${HOST}:5000/x
      d: <registry.example.com:8443>/oadp
      e: $PRIVATE_REGISTRY/acm-d
      f: plain
      g: {{ "quoted: text" | quote }}
      h: '{{ (lookup "route").spec }}'
      """)
    for key in ["a", "b", "c", "d", "e", "g", "h"] { #expect(node[key]?.isUnknown == true, "\(key)") }
    #expect(node["f"]?.isUnknown == false)
    #expect(node["e"]?.string == "$PRIVATE_REGISTRY/acm-d")
  }

  @Test func controlLinesMakeListsIncomplete() throws {
    let node = try root(
      """
      one:
      {{- range .Values.x }}
      - {{ . }}
      {{- end }}
      two:
      {{ toYaml .Values.y | nindent 2 }}
      three:
      - a
      {% if x %}
      - b
      {% endif %}
      four:
      - a
      """)
    #expect(node["one"]?.isIncomplete == true)
    #expect(node["one"]?.items.first?.isUnknown == true)
    #expect(node["two"]?.isUnknown == true)
    #expect(node["three"]?.isIncomplete == true && node["three"]?.items.count == 2)
    #expect(node["four"]?.isIncomplete == false)
  }

  @Test func rangesStayExactBehindTemplates() throws {
    let text = "a: {{ \"é\" }}\n{{/* a comment\nover lines */}}\nb: value\n"
    let file = SourceFile(path: "a", text: text)
    let value = try #require(YAMLStream(file).documents.first?.root?["b"])
    #expect(file.text(value.span.range) == "value")
  }

  @Test func textThatOnlyLooksLikeATemplateIsLeft() throws {
    let node = try root("a: {b: {c: d}}\ne: 5 < 6\nf: $5\ng: <<x\n")
    #expect(node.at("a", "b", "c")?.string == "d")
    for key in ["a", "e", "f", "g"] { #expect(node[key]?.isUnknown == false, "\(key)") }
  }
}

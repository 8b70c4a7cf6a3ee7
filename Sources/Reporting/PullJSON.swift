import NodeConfig
import SourceText

extension PullReport {
  /// One cluster is one object, several are an array of objects that name their cluster.
  public func json() -> String {
    let items = answerList.map(Self.json)
    return (items.count == 1 ? items[0] : JSONText.array(items)).text(indented: true) + "\n"
  }

  private static func json(_ answer: Answer) -> JSONText {
    .object(
      [("version", .int(1)), ("cluster", .string(answer.cluster.name))] + answer.resolution.jsonMembers + [
        ("pullable", answer.isKnown ? .bool(answer.isPullable) : .null), ("known", .bool(answer.isKnown)),
        (
          "unloadable",
          .array(
            answer.unloadable.map {
              .object([
                ("path", .string($0.path)), ("scope", .string($0.scope)), ("origins", PullResolution.json($0.origins)),
              ])
            })
        ),
        ("operatorError", .optional(answer.cluster.rendering.error?.message)),
      ])
  }
}

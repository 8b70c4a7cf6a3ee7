extension RuleRegistry {
  /// Documentation of every rule, by id.
  public static let documentation: [RuleDocumentation] = all.map { $0.documentation }

  /// The rule with an id; codes of the catalogue (`IMG101`) are no ids.
  public static func rule(_ id: String) -> (any Rule.Type)? {
    all.first { $0.documentation.id == id }
  }
}

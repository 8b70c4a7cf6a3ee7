import Diagnostics
import Testing

@testable import Rules

/// The rule catalogue says of each rule whether it repairs safely (A) or offers a suggestion (S). The examples show it.
@Suite struct FixCatalogueTests {
  /// Rules whose repair is safe at least in one of their examples.
  private static let safe = """
    IMG100 IMG103 IMG106 IMG107 IMG108 IMG115 IMG119 IMG126 IMG142 MIR200 MIR207 CA301 CA305 CA308 CA317 CA321 XRS409 \
    XRS426 FMT301 FMT303 FMT304 FMT305 FMT308 FMT310 FMT312 FMT313 HYG500 HYG501 HYG502 HYG505
    """

  /// Rules with a suggestion.
  private static let suggested = """
    IMG101 IMG102 IMG104 IMG105 IMG110 IMG111 IMG112 IMG114 IMG117 IMG118 IMG120 IMG121 IMG122 IMG123 IMG124 IMG129 \
    IMG130 IMG131 IMG132 IMG133 IMG140 IMG144 IMG151 IMG152 MIR202 MIR203 MIR204 MIR205 MIR206 MIR208 MIR209 MIR210 \
    MIR211 MIR212 MIR215 MIR217 MIR218 MIR219 MIR221 MIR222 MIR223 MIR224 MIR228 CA302 CA303 CA304 CA309 CA310 CA312 \
    CA313 CA315 CA320 CA323 CA325 XRS401 XRS402 XRS403 XRS405 XRS406 XRS407 XRS415 XRS416 XRS417 XRS420 FMT302 FMT311 \
    FMT315 HYG502 HYG503 HYG506 HYG511
    """

  private static func codes(_ text: String) -> Set<String> {
    Set(text.split { $0 == " " || $0 == "\n" }.map(String.init))
  }

  private static func shown(_ safety: Fix.Safety) -> Set<String> {
    var codes: Set<String> = []
    for item in ExampleCase.all where !codes.contains(item.rule.documentation.code) {
      let fixes = item.findings(in: MarkedText(item.example.text).bytes).flatMap(\.fixes)
      if fixes.contains(where: { $0.safety == safety }) { codes.insert(item.rule.documentation.code) }
    }
    return codes
  }

  private static let known = Set(RuleRegistry.documentation.map(\.code))

  @Test func rulesOfTheCatalogueRepairSafely() {
    let missing = Self.codes(Self.safe).intersection(Self.known).subtracting(Self.shown(.safe))
    #expect(missing.isEmpty, "no example shows a safe fix: \(missing.sorted())")
  }

  @Test func rulesOfTheCatalogueMakeSuggestions() {
    let missing = Self.codes(Self.suggested).intersection(Self.known).subtracting(Self.shown(.unsafe))
    #expect(missing.isEmpty, "no example shows a suggestion: \(missing.sorted())")
  }

  @Test func theManualSaysWhatTheExamplesShow() {
    let (safe, unsafe) = (Self.shown(.safe), Self.shown(.unsafe))
    for rule in RuleRegistry.documentation where rule.category != .suppression {
      let expected: RuleDocumentation.Fixing =
        switch (safe.contains(rule.code), unsafe.contains(rule.code)) {
        case (true, true): .both
        case (true, false): .safe
        case (false, true): .unsafe
        case (false, false): .none
        }
      // Some fixes are unsafe only where no example leads.
      #expect(rule.fixing == expected || (rule.fixing == .both && expected != .none), "\(rule.id): \(expected)")
    }
  }
}

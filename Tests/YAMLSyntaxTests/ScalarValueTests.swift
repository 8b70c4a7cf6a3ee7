import Testing
import YAMLSyntax

@Suite struct ScalarValueTests {
  @Test(arguments: [
    ("yes", ScalarValue.bool(true)), ("off", .bool(false)), ("~", .null), ("", .null), ("5000", .int(5000)),
    ("010", .int(8)), ("0x1F", .int(31)), ("1_000", .int(1000)), ("1.5", .number("1.5")), ("1e3", .number("1e3")),
    (".5", .number(".5")), ("10.0.0.1", .string("10.0.0.1")), ("quay.io", .string("quay.io")), ("-", .string("-")),
    ("2020-01-01", .string("2020-01-01")),
  ])
  func plainScalarsResolveAsInGo(text: String, value: ScalarValue) {
    #expect(ScalarValue(plain: text) == value)
  }
}

import RegistryConfig
import Testing

@Suite struct FileBasedCatalogTests {
  private func isObject(_ text: String) -> Bool { Array(text.utf8).withUnsafeBytes { FileBasedCatalog.isObject($0) } }

  @Test(arguments: [
    #"{"schema":"olm.bundle"}"#, "{\n    \"schema\": \"olm.package\",\n    \"name\": \"x\"\n}", "\n \t{ \"schema\" :\r\n\"olm.channel\" }",
  ])
  func objectsOfCataloguesAreKnownByTheirFirstKey(text: String) {
    #expect(isObject(text))
  }

  @Test(arguments: [
    "", "{", "{}", #"{"schema""#, #"{"schema":"other.olm.bundle"}"#, #"{"kind":"Image","schema":"olm.bundle"}"#,
    "schema: olm.bundle\n", #"["schema","olm.bundle"]"#, #"{"schemas":"olm.bundle"}"#,
  ])
  func everythingElseIsRead(text: String) {
    #expect(!isObject(text))
  }
}

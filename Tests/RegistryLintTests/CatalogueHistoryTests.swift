import Foundation
import Testing

@testable import RegistryLint

/// Catalogues of operators in a history: megabytes of JSON that name our words by accident.
@Suite struct CatalogueHistoryTests {
  @Test func objectsBesideThoseOfACatalogueCount() async throws {
    let scratch = try ScratchRepository()
    try scratch.git("init", "-q")
    let bundle = """
      {
          "schema": "olm.bundle",
          "name": "a } \\" { \\\\",
          "properties": [{"type": "olm.bundle.object", "value": {"data": "CiAgICAtLS0tLS1CRUdJTiBD", "kind": "Image"}}]
      }

      """
    let image = """
      {"apiVersion": "config.openshift.io/v1", "kind": "Image", "metadata": {"name": "cluster"},
       "spec": {"registrySources": {"insecureRegistries": ["%"]}}}

      """
    func commit(_ text: String) throws {
      try scratch.write(text, to: "catalog/catalog.json")
      try scratch.git("add", "-A")
      try scratch.git("commit", "-qm", "next")
    }
    try commit(bundle.replacing("bundle\"", with: "channel\"") + bundle)
    try commit(bundle + image.replacing("%", with: "registry.a"))
    try commit(bundle + bundle + image.replacing("%", with: "registry.b") + bundle)
    var request = ChangeRequest(.history(of: "HEAD"), judging: scratch.request())
    request.tellsWhole = false
    var fields: [[String]] = []
    _ = try await ChangeRun(request).changes { change in
      fields.append(change.clusters.flatMap(\.resources).flatMap(\.fields).flatMap { $0.removed + $0.added })
    }
    #expect(fields == [[], ["registry.a"], ["registry.a", "registry.b"]])
  }
}

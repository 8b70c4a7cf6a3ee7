import RegistryConfig
import Testing

struct KindDefinitionsTests {
  @Test(arguments: [
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: images.config.openshift.io\n",
    "# generated\n---\napiVersion: v1\r\nkind: CustomResourceDefinition\r\nspec:\r\n  names: {kind: Image}\r\n",
    "kind: CustomResourceDefinition\nspec:\n  names:\n    kind: Image\n---\n---\nkind: CustomResourceDefinition\n",
    "{\n  \"swagger\": \"2.0\", \"definitions\": {}}",
  ])
  func definitions(_ text: String) {
    #expect(KindDefinitions.isAll(of: Array(text.utf8)))
  }

  @Test(arguments: [
    "", "\n# nothing\n", "{\"kind\": \"Image\"}", "spec:\n  kind: CustomResourceDefinition\n",
    // Something else stands beside the definition.
    "kind: CustomResourceDefinition\n---\nkind: Image\n", "kind: CustomResourceDefinition\n---\nspec:\n  registrySources: {}\n",
    "kind: CustomResourceDefinition\nkind: Image\n", "spec: {}\n---\nkind: CustomResourceDefinition\n",
    // What takes a parser to tell.
    "- kind: CustomResourceDefinition\n", "kind: CustomResourceDefinition\n--- {kind: Image}\n",
    "kind: 'CustomResourceDefinition'\n", "kind: CustomResourceDefinition\n{{ if x }}\nkind: Image\n",
  ])
  func others(_ text: String) {
    #expect(!KindDefinitions.isAll(of: Array(text.utf8)))
  }
}

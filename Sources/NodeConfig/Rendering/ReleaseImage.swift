import RegistryConfig
import SourceText
import YAMLSyntax

/// The image of a cluster's payload, which the operator keeps pullable.
public enum ReleaseImage {
  /// The payload to assume when nothing names one. Only its repository matters.
  public static let assumed =
    "quay.io/openshift-release-dev/ocp-release"
    + "@sha256:4c2e8d1b6a7f4a3f6f7c1a0f4b9f8e7d6c5b4a39281706f5e4d3c2b1a0f9e8d7"

  /// `status.desired.image` of a ClusterVersion named `version`, which is what the operator reads; `nil` for any other
  /// object. Lists are searched too.
  public static func desired(in root: Node) -> Located<String>? {
    if root["kind"]?.string?.hasSuffix("List") == true, let items = root["items"] {
      return items.items.lazy.compactMap { desired(in: $0) }.first
    }
    guard root["kind"]?.string == "ClusterVersion", root["apiVersion"]?.string == "config.openshift.io/v1",
      root.at("metadata", "name")?.string == "version"
    else { return nil }
    return root.at("status", "desired", "image")?.locatedString
  }
}

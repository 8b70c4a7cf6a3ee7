import SourceText
import YAMLSyntax

/// An image that pods of a manifest run.
public struct WorkloadImage: Sendable {
  /// As written: `quay.io/team/app:1.2`.
  public let reference: Located<String>
  /// `spec.template.spec.containers[0].image`
  public let field: String
  public let apiVersion: String
  public let kind: String
  public let name: String?
  /// That of the pods; `nil` when the manifest leaves it to who applies it.
  public let namespace: String?

  /// `host[:port]/path` without tag and digest; `nil` for a short name, whose registry nodes choose themselves.
  public var repository: String? {
    let name = ImageName(reference.value)
    guard name.path?.isEmpty == false, name.scheme == nil, name.userInfo == nil,
      name.port != nil || name.host == "localhost" || name.host.utf8.contains(UInt8(ascii: "."))
    else { return nil }
    return name.repository
  }
}

/// Finds the images of workloads: of what Kubernetes and OpenShift themselves make pods from.
public enum WorkloadImages {
  /// Byte strings of which one stands in every file that names an image.
  public static let needles = ["image:", "\"image\"", "'image'"]

  /// Byte strings of which one stands in every manifest that a workload's image can be read from.
  public static let kindNeedles = ["containers", "initContainers", "CatalogSource", "UpdateService"]

  /// The images of all documents, in the order of the text. Placeholders are left out, and so is what is no image to
  /// pull: containers with `imagePullPolicy: Never`, and workloads whose images a trigger replaces.
  public static func images(in stream: YAMLStream) -> [WorkloadImage] {
    stream.documents.flatMap { document in document.root.map { images(in: $0) } ?? [] }
  }

  /// The images of one object, or of the objects of a `List` or `Template`.
  public static func images(in root: Node) -> [WorkloadImage] {
    var images: [WorkloadImage] = []
    read(root, depth: 0, into: &images)
    return images
  }

  private static func read(_ root: Node, depth: Int, into images: inout [WorkloadImage]) {
    guard root.isMapping, let kind = root.located("kind")?.value else { return }
    if depth < 4, kind.hasSuffix("List") || kind == "Template" {
      for item in root[kind == "Template" ? "objects" : "items"]?.items ?? [] {
        read(item, depth: depth + 1, into: &images)
      }
      return
    }
    guard let apiVersion = root.located("apiVersion")?.value, let place = place(of: kind, apiVersion),
      !hasTriggers(root)
    else { return }
    var node = root
    for key in place.path {
      guard let next = node[key] else { return }
      node = next
    }
    let path = place.path.joined(separator: ".")
    func add(_ image: Node?, _ field: String) {
      guard let image = image?.locatedString, !image.value.isEmpty else { return }
      images.append(
        WorkloadImage(
          reference: image, field: "\(path).\(field)", apiVersion: apiVersion, kind: kind,
          name: root["metadata"]?.located("name")?.value, namespace: root["metadata"]?.located("namespace")?.value))
    }
    if let key = place.imageKey {
      add(node[key], key)
      return
    }
    for list in ["initContainers", "containers"] {
      for (index, container) in (node[list]?.items ?? []).enumerated()
      where container["imagePullPolicy"]?.string != "Never" {
        add(container["image"], "\(list)[\(index)].image")
      }
    }
    for (index, volume) in (node["volumes"]?.items ?? []).enumerated() {
      add(volume.at("image", "reference"), "volumes[\(index)].image.reference")
    }
  }

  /// Where an object has its pod, or the one image that its controller runs.
  private struct Place {
    let path: [String]
    var imageKey: String?
  }

  private static func place(of kind: String, _ apiVersion: String) -> Place? {
    let group = apiVersion.utf8.firstIndex(of: UInt8(ascii: "/")).map { String(apiVersion[..<$0]) } ?? ""
    let template = Place(path: ["spec", "template", "spec"])
    switch (group, kind) {
    case ("", "Pod"): return Place(path: ["spec"])
    case ("", "PodTemplate"): return Place(path: ["template", "spec"])
    case ("", "ReplicationController"): return template
    case ("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("apps", "ReplicaSet"): return template
    case ("extensions", "Deployment"), ("extensions", "DaemonSet"), ("extensions", "ReplicaSet"): return template
    case ("apps.openshift.io", "DeploymentConfig"): return template
    case ("batch", "Job"): return template
    case ("batch", "CronJob"): return Place(path: ["spec", "jobTemplate", "spec", "template", "spec"])
    case ("operators.coreos.com", "CatalogSource"): return Place(path: ["spec"], imageKey: "image")
    case ("updateservice.operator.openshift.io", "UpdateService"):
      return Place(path: ["spec"], imageKey: "graphDataImage")
    default: return nil
    }
  }

  /// Image stream triggers write another image into the pods than the manifest has.
  private static func hasTriggers(_ root: Node) -> Bool {
    if root.at("metadata", "annotations", "image.openshift.io/triggers") != nil { return true }
    guard let triggers = root.at("spec", "triggers") else { return false }
    return triggers.isIncomplete || triggers.items.contains { $0.isUnknown || $0["type"]?.string == "ImageChange" }
  }
}

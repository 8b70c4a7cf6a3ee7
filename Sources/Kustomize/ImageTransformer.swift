import SourceText

/// `images:` changes names, tags and digests of container images: first in every `containers` and `initContainers` list
/// at any depth, then in the configured fields (so a tag suffix comes twice on a Deployment, as in kustomize).
struct ImageTransformer {
  let image: KustomizationFile.Image
  let fields: [FieldSpec]
  private let pattern: RegularExpression?

  init(_ image: KustomizationFile.Image, fields: [FieldSpec]) throws(KustomizeProblem) {
    self.image = image
    self.fields = fields
    let rest = "(:[a-zA-Z0-9_.{}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{}-]*)?$"
    do {
      pattern = try RegularExpression("^" + image.name + rest, at: image.span)
    } catch {
      // An invalid expression matches nothing.
      if error.kind == .unsupported { throw error }
      pattern = nil
    }
  }

  func apply(to set: ResourceSet) throws(KustomizeProblem) {
    for resource in set.resources where resource.kind != "CustomResourceDefinition" { try visit(resource.root) }
    for resource in set.resources where resource.kind != "CustomResourceDefinition" {
      for spec in fields {
        try FieldSpecFilter(spec: spec, creating: nil, span: image.span).apply(to: resource, change)
      }
    }
  }

  private func visit(_ node: YNode) throws(KustomizeProblem) {
    switch node.kind {
    case .mapping:
      for name in node.fieldNames {
        guard let value = node.field(name) else { continue }
        try visit(value)
        guard name == "containers" || name == "initContainers", value.kind == .sequence else { continue }
        for container in value.content {
          if let image = try container.get("image") { try change(image) }
        }
      }
    case .sequence: for item in node.content { try visit(item) }
    case .scalar, .none: break
    }
  }

  private func change(_ node: YNode) throws(KustomizeProblem) {
    try node.require(.scalar)
    guard let pattern, pattern.matches(node.value) else { return }
    var (name, tag, digest) = Self.split(node.value)
    if !image.newName.isEmpty { name = image.newName }
    if !image.newTag.isEmpty {
      tag = image.newTag
      digest = image.digest
    } else if !image.digest.isEmpty {
      tag = ""
      digest = image.digest
    } else if !image.tagSuffix.isEmpty {
      tag += image.tagSuffix
      digest = ""
    }
    if !tag.isEmpty { name += ":" + tag }
    if !digest.isEmpty { name += "@" + digest }
    try node.setScalar(.scalar(name, at: image.span))
  }

  /// Name, tag and digest; a colon before the first slash belongs to the host.
  private static func split(_ text: String) -> (name: String, tag: String, digest: String) {
    let bytes = Array(text.utf8)
    let slash = bytes.firstIndex(of: UInt8(ascii: "/")).map { $0 > 0 ? $0 : 0 } ?? 0
    let digestMark = bytes[slash...].firstIndex(of: UInt8(ascii: "@"))
    let tagMark = bytes[slash...].firstIndex(of: UInt8(ascii: ":"))
    func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    switch (tagMark, digestMark) {
    case (nil, nil): return (text, "", "")
    case (let tag, let digest?) where tag.map({ digest < $0 }) ?? true:
      return (part(0..<digest), "", part((digest + 1)..<bytes.count))
    case (let tag?, let digest?):
      return (part(0..<tag), part((tag + 1)..<digest), part((digest + 1)..<bytes.count))
    case (let tag?, nil): return (part(0..<tag), part((tag + 1)..<bytes.count), "")
    case (nil, let digest?): return (part(0..<digest), "", part((digest + 1)..<bytes.count))
    }
  }
}

import Diagnostics
import NodeConfig
import RegistryConfig
import SourceText

/// What nodes of a cluster do with an image of its workloads.
struct WorkloadPull: Sendable {
  let image: WorkloadImage
  let repository: String
  let candidate: PullResolution.Candidate

  /// The pulls of images, in their order. Empty when nodes cannot pull at all, which has findings of its own, and
  /// without short names: nodes have alias files for some of them.
  static func pulls(of images: [WorkloadImage], by resolver: PullResolver, _ rendering: NodeRendering) -> [WorkloadPull]
  {
    guard !images.isEmpty, rendering.error == nil, rendering.unloadablePolicies.isEmpty, resolver.problem == nil else {
      return []
    }
    var known: [Question: PullResolution.Candidate] = [:]
    return images.compactMap { image in
      guard let repository = image.repository else { return nil }
      let question = Question(reference: image.reference.value, namespace: image.namespace)
      if let candidate = known[question] {
        return WorkloadPull(image: image, repository: repository, candidate: candidate)
      }
      let resolution = resolver.resolve(question.reference, namespace: question.namespace)
      // What is no reference is not for this program to judge.
      guard resolution.error == nil, !resolution.isShortName, let candidate = resolution.candidates.first else {
        return nil
      }
      known[question] = candidate
      return WorkloadPull(image: image, repository: repository, candidate: candidate)
    }
  }

  private struct Question: Hashable {
    let reference: String
    let namespace: String?
  }
}

extension WorkloadImage {
  var owner: ResourceReference {
    ResourceReference(apiVersion: apiVersion, kind: kind, namespace: namespace, name: name)
  }
}

extension PullResolution.Candidate {
  /// The source that decides is written without a port and the image with one: what the node puts behind the mirror
  /// begins with the port.
  var takesPortForPath: Bool {
    guard !matchedPrefix.isEmpty, !matchedPrefix.utf8.contains(UInt8(ascii: "/")) else { return false }
    let name = ImageName(reference)
    return name.port != nil && !matchedPrefix.utf8.contains(UInt8(ascii: ":"))
  }
}

import Clusters
import GitStore
import RegistryConfig
import SourceText

/// Which files may say something to this program: by their paths, then by words in their bytes, before any is parsed.
struct ManifestSearch: Sendable {
  private let exclude: [PathPattern]
  private let own = ByteSearch(ResourceReader.needles)
  private let deliveries = ByteSearch(Delivery.needles)
  private let generators = ByteSearch([KustomizationOutline.generatorNeedle])
  /// Of resources, of their carriers and of deliveries.
  let words = ByteSearch(ResourceReader.needles + Delivery.needles)

  init(excluding exclude: [PathPattern]) {
    self.exclude = exclude
  }

  /// Manifests and kustomizations that the configuration does not leave out.
  func isCandidate(_ path: RepositoryPath) -> Bool {
    (ManifestPaths.isCandidate(path) || KustomizationOutline.isKustomization(path))
      && !exclude.contains { $0.matches(path) }
  }

  /// Whether a file is worth parsing.
  func isOfInterest(_ bytes: UnsafeRawBufferPointer) -> Bool { hasWord(bytes) && !KindDefinitions.isAll(of: bytes) }

  /// Whether a word of resources, of their carriers or of deliveries occurs.
  func hasWord(_ bytes: UnsafeRawBufferPointer) -> Bool { words.matchesAny(bytes) }

  /// Whether it may be about more than what is applied where.
  func hasOwnWord(_ bytes: [UInt8]) -> Bool { own.matchesAny(bytes) }

  /// The same of a document.
  func mayHoldOwn(_ document: UnsafeRawBufferPointer) -> Bool {
    own.matchesAny(document) && !FileBasedCatalog.isObject(document)
  }

  /// Whether it may be a kustomization that makes something for registries.
  func mayGenerate(_ bytes: UnsafeRawBufferPointer) -> Bool { generators.matchesAny(bytes) }

  /// Whether it may say what is applied where.
  func mayDeliver(_ bytes: [UInt8]) -> Bool { deliveries.matchesAny(bytes) }
}

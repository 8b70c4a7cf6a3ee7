import Clusters
import NodeConfig
import RegistryConfig
import Rules
import SourceText
import YAMLSyntax

/// What one composed object holds for this program.
struct ComposedReading: Sendable {
  /// Each with the resource of a file that says the same.
  let resources: [(resource: Resource, written: LintedResource?)]
  /// ConfigMaps that the Images among them name.
  let referenced: [String]
  let carriers: [CarrierObject]
  let workloads: [WorkloadImage]
  /// The payload, when the object is a ClusterVersion.
  let releaseImage: String?

  init(_ object: ComposedObject, _ documents: DocumentIndex, _ written: WrittenResources) {
    let node = object.node
    var reading = ResourceReading()
    if node["kind"]?.string != nil { reading = ResourceReader().reading(of: node, in: documents.document(of: node)) }
    resources = reading.resources.map { resource in
      var resource = resource
      resource.removals = object.removals
      return (resource, written.same(as: resource))
    }
    referenced = reading.resources.compactMap { $0.kind == .image ? ImageConfiguration($0).trustedCA?.value : nil }
    carriers = reading.carriers
    workloads = WorkloadImages.images(in: node)
    releaseImage = ReleaseImage.desired(in: node)?.value
  }
}

/// The documents of the files that were read.
struct DocumentIndex: Sendable {
  private var documents: [RepositoryPath: [Document]] = [:]

  init(_ files: some Sequence<LintedFile>) {
    for file in files { documents[file.file.path] = file.stream.documents }
  }

  /// The document that an object comes from; one of its own when its file was not read as a manifest.
  func document(of object: Node) -> Document {
    let start = object.span.range.lowerBound
    let found = documents[object.span.file.path]?.first { $0.file === object.span.file && $0.range.contains(start) }
    return found ?? Document(file: object.span.file, index: 0, range: object.span.range, root: object)
  }
}

/// What the composed objects of kustomizations hold, each object read once.
struct ComposedReadings: Sendable {
  private let readings: [ObjectIdentifier: ComposedReading]

  init(_ roots: some Sequence<ComposedRoot>, _ files: [LintedFile]) {
    let objects = Self.objects(of: roots)
    let (documents, written) = (DocumentIndex(files), WrittenResources(files))
    self.init(objects, objects.map { ComposedReading($0, documents, written) })
  }

  /// Reads in parallel.
  init(_ roots: some Sequence<ComposedRoot>, _ files: [LintedFile], workers: Int) async {
    let objects = Self.objects(of: roots)
    let (documents, written) = (DocumentIndex(files), WrittenResources(files))
    self.init(objects, await objects.concurrentMap(workers) { ComposedReading($0, documents, written) })
  }

  private init(_ objects: [ComposedObject], _ readings: [ComposedReading]) {
    self.readings = Dictionary(
      zip(objects.map { ObjectIdentifier($0) }, readings), uniquingKeysWith: { first, _ in first })
  }

  private static func objects(of roots: some Sequence<ComposedRoot>) -> [ComposedObject] {
    var seen: Set<ObjectIdentifier> = []
    return roots.flatMap { root in root.objects.filter { seen.insert(ObjectIdentifier($0)).inserted } }
  }

  /// The roots that were read must be there still.
  subscript(object: ComposedObject) -> ComposedReading? { readings[ObjectIdentifier(object)] }

  /// ConfigMaps that some Image names.
  var referenced: some Sequence<String> { readings.values.lazy.flatMap(\.referenced) }
}

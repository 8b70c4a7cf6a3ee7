extension ValueSchema {
  /// `metadata` of every object. Source: k8s.io/apimachinery/pkg/apis/meta/v1 ObjectMeta. It is a Go type also for
  /// custom resources, so null is the empty value and a label that YAML reads as a number or boolean is refused.
  /// The grammar of labels and annotations is not checked.
  static let objectMeta = ValueSchema(
    .object([
      Field("name", .string.orNull.holding(.pattern(.objectName)), required: true),
      Field("generateName", .string.orNull),
      Field("namespace", .string.orNull),
      Field("labels", .map(.string.orNull).orNull),
      Field("annotations", .map(.string.orNull).orNull),
      Field("finalizers", .list(.string.orNull).orNull),
      Field("ownerReferences", .list(.free).orNull),
      Field("uid", .string.orNull),
      Field("resourceVersion", .string.orNull),
      Field("generation", .integer.orNull),
      Field("selfLink", .string.orNull),
      Field("creationTimestamp", .free),
      Field("deletionTimestamp", .free),
      Field("deletionGracePeriodSeconds", .integer.orNull),
      Field("managedFields", .list(.free).orNull),
    ]))
}

/// What stays on clusters of what is taken out of a manifest, where what carries it there does not take it away.
///
/// Sources: open-cluster-management-io/config-policy-controller controllers/configurationpolicy_controller.go
/// (cleanUpChildObjects, mergeArrays); openshift/hive docs/syncset.md (resourceApplyMode).
public struct Retention: Hashable, Sendable {
  /// The object stays when the carrier has it no more: a policy that does not prune or only informs, `Upsert` of Hive.
  public var keepsObject: Bool
  /// Fields and entries stay that the object has no more: `musthave`.
  public var keepsContent: Bool
  /// An object that lacks something is deleted and made as it is written: `recreateOption: Always`.
  public var isMadeAnew: Bool
  /// Only an object that the carrier created goes with it: `pruneObjectBehavior: DeleteIfCreated`.
  public var deletesOnlyCreated: Bool
  /// The carrier only informs, and deletes nothing whatever it prunes.
  public var informs: Bool

  public init(
    keepsObject: Bool, keepsContent: Bool = false, isMadeAnew: Bool = false, deletesOnlyCreated: Bool = false,
    informs: Bool = false
  ) {
    self.isMadeAnew = isMadeAnew
    self.deletesOnlyCreated = deletesOnlyCreated
    self.informs = informs
    self.keepsObject = keepsObject
    self.keepsContent = keepsContent
  }
}

extension Resource {
  /// Whether it stays when its carrier has it no more. Every cluster has an Image `cluster` that no policy created.
  public var staysWhenRemoved: Bool {
    guard let retention else { return false }
    return retention.keepsObject || (retention.deletesOnlyCreated && kind == .image && name?.value == "cluster")
  }
}

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

  public init(keepsObject: Bool, keepsContent: Bool = false, isMadeAnew: Bool = false) {
    self.isMadeAnew = isMadeAnew
    self.keepsObject = keepsObject
    self.keepsContent = keepsContent
  }
}

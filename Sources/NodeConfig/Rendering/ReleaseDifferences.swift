import RegistryConfig

/// What the operator does differently from release to release, observed on the heads of its release branches.
extension Release {
  /// containers/image 5.34 and newer write one more header line.
  var writesLayerStoreAuthHelper: Bool { self >= Release(4, 19) }
  /// `pull-from-mirror` for each mirror; before, `mirror-by-digest-only` for the registry.
  var writesPullModes: Bool { self >= Release(4, 13) }
  /// ImageDigestMirrorSet and ImageTagMirrorSet exist, and with them the checks of mirrorSourcePolicy.
  var knowsMirrorSets: Bool { self >= Release(4, 13) }
  /// Sources and mirrors are matched against the CRD's grammar; before, only `*` and empty values are refused.
  var checksMirrorGrammar: Bool { self >= Release(4, 16) }
  /// The message of conflicting policies names imagecontentsourcepolicies too.
  var namesICSPInPolicyConflict: Bool { self >= Release(4, 15) }
  /// containers/image 5.35 and newer use mirror locations without their trailing slashes; before, such a mirror gives
  /// no reference and the pull fails.
  var trimsMirrorLocations: Bool { self >= Release(4, 20) }
  /// Spaces of indentation in policy.json; `nil` is one line.
  var policyIndentation: Int? { self >= Release(4, 17) ? 2 : nil }
  /// Spaces of indentation in `/etc/crio/policies/<namespace>.json`.
  var namespacedPolicyIndentation: Int { self >= Release(4, 19) ? 2 : 1 }
  /// Built with Go 1.22 or newer, whose JSON has `\b` and `\f`.
  var writesShortControlEscapes: Bool { self >= Release(4, 17) }
  /// registries.d names the mirrors of signed scopes too.
  var addsMirrorsToSigstoreRegistries: Bool { self >= Release(4, 17) }
  /// 4.16 leaves out scopes of ClusterImagePolicies that cover the release image.
  var skipsPayloadScopesOfSignaturePolicies: Bool { self == Release(4, 16) }
  /// Clusters may have node disruption policies of their own, in MachineConfiguration/cluster.
  var hasNodeDisruptionPolicies: Bool { self >= Release(4, 17) }
  /// v1alpha1 policies without `matchPolicy` mean the default; v1 refuses an empty one.
  var defaultsEmptyMatchPolicy: Bool { self < Release(4, 20) }

  /// The apiVersion of a kind that the operator reads; `nil` when it does not know the kind.
  ///
  /// ClusterImagePolicy and ImagePolicy are v1alpha1 (tech preview) up to 4.19.
  func apiVersion(of kind: ResourceKind) -> String? {
    switch kind {
    case .image: "config.openshift.io/v1"
    case .imageContentSourcePolicy: "operator.openshift.io/v1alpha1"
    case .imageDigestMirrorSet, .imageTagMirrorSet: knowsMirrorSets ? "config.openshift.io/v1" : nil
    case .clusterImagePolicy: signaturePolicyVersion(since: Release(4, 16))
    case .imagePolicy: signaturePolicyVersion(since: Release(4, 18))
    case .configMap: "v1"
    case .imageContentPolicy: nil
    }
  }

  private func signaturePolicyVersion(since first: Release) -> String? {
    if self < first { return nil }
    return self < Release(4, 20) ? "config.openshift.io/v1alpha1" : "config.openshift.io/v1"
  }
}

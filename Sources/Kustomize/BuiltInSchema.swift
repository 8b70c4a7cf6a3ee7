// Facts of the OpenAPI data that is built into kustomize v5.8.1 (Kubernetes v1.21.2), reduced to what composing needs:
// lists with the patch strategy "merge", the ways to them, and which kinds are certainly cluster-scoped.

extension MergeSchema {
  /// `Type: field>Type list[]*key,key>Type …`: `[]` is a list, `*` a list that is merged by the keys behind it (none:
  /// by value), `>` the type of the value or item. Equal types share a name.
  static let types = """
    APIService: metadata>ObjectMeta status>APIServiceStatus
    APIServiceStatus: conditions[]*type
    Binding: metadata>ObjectMeta
    CSINode: metadata>ObjectMeta spec>CSINodeSpec
    CSINodeSpec: drivers[]*name
    ComponentStatus: conditions[]*type metadata>ObjectMeta
    Container: env[]*name ports[]*containerPort,protocol volumeDevices[]*devicePath volumeMounts[]*mountPath
    CronJob: metadata>ObjectMeta spec>CronJobSpec
    CronJobSpec: jobTemplate>JobTemplateSpec
    DaemonSet: metadata>ObjectMeta spec>DaemonSetSpec status>APIServiceStatus
    DaemonSetSpec: template>PodTemplateSpec
    EphemeralContainer: env[]*name volumeDevices[]*devicePath volumeMounts[]*mountPath
    EphemeralVolumeSource: volumeClaimTemplate>Binding
    JobTemplateSpec: metadata>ObjectMeta spec>DaemonSetSpec
    MutatingWebhookConfiguration: metadata>ObjectMeta webhooks[]*name
    Node: metadata>ObjectMeta spec>NodeSpec status>NodeStatus
    NodeSpec: podCIDRs[]*
    NodeStatus: addresses[]*type conditions[]*type
    ObjectMeta: finalizers[]* ownerReferences[]*uid
    Pod: metadata>ObjectMeta spec>PodSpec status>PodStatus
    PodSpec: containers[]*name>Container ephemeralContainers[]*name>EphemeralContainer hostAliases[]*ip
    PodSpec: imagePullSecrets[]*name initContainers[]*name>Container
    PodSpec: topologySpreadConstraints[]*topologyKey,whenUnsatisfiable volumes[]*name>Volume
    PodStatus: conditions[]*type podIPs[]*ip
    PodTemplate: metadata>ObjectMeta template>PodTemplateSpec
    PodTemplateSpec: metadata>ObjectMeta spec>PodSpec
    Service: metadata>ObjectMeta spec>ServiceSpec status>APIServiceStatus
    ServiceAccount: metadata>ObjectMeta secrets[]*name
    ServiceSpec: ports[]*port,protocol
    StatefulSet: metadata>ObjectMeta spec>StatefulSetSpec status>APIServiceStatus
    StatefulSetSpec: template>PodTemplateSpec volumeClaimTemplates[]>APIService
    Volume: ephemeral>EphemeralVolumeSource
    Kustomization: configMapGenerator[]*name secretGenerator[]*name
    """

  /// `Type= apiVersion/kind …`
  static let kinds = """
    APIService= apiregistration.k8s.io/v1/APIService apiregistration.k8s.io/v1beta1/APIService
    APIService= policy/v1/PodDisruptionBudget policy/v1beta1/PodDisruptionBudget v1/Namespace
    APIService= v1/PersistentVolumeClaim
    Binding= apiextensions.k8s.io/v1/CustomResourceDefinition apiextensions.k8s.io/v1beta1/CustomResourceDefinition
    Binding= apps/v1/ControllerRevision authentication.k8s.io/v1/TokenRequest authentication.k8s.io/v1/TokenReview
    Binding= authentication.k8s.io/v1beta1/TokenReview authorization.k8s.io/v1/LocalSubjectAccessReview
    Binding= authorization.k8s.io/v1/SelfSubjectAccessReview authorization.k8s.io/v1/SelfSubjectRulesReview
    Binding= authorization.k8s.io/v1/SubjectAccessReview authorization.k8s.io/v1beta1/LocalSubjectAccessReview
    Binding= authorization.k8s.io/v1beta1/SelfSubjectAccessReview
    Binding= authorization.k8s.io/v1beta1/SelfSubjectRulesReview authorization.k8s.io/v1beta1/SubjectAccessReview
    Binding= autoscaling/v1/HorizontalPodAutoscaler autoscaling/v1/Scale autoscaling/v2beta1/HorizontalPodAutoscaler
    Binding= autoscaling/v2beta2/HorizontalPodAutoscaler certificates.k8s.io/v1/CertificateSigningRequest
    Binding= certificates.k8s.io/v1beta1/CertificateSigningRequest coordination.k8s.io/v1/Lease
    Binding= coordination.k8s.io/v1beta1/Lease discovery.k8s.io/v1/EndpointSlice
    Binding= discovery.k8s.io/v1beta1/EndpointSlice events.k8s.io/v1/Event events.k8s.io/v1beta1/Event
    Binding= extensions/v1beta1/Ingress flowcontrol.apiserver.k8s.io/v1beta1/FlowSchema
    Binding= flowcontrol.apiserver.k8s.io/v1beta1/PriorityLevelConfiguration networking.k8s.io/v1/Ingress
    Binding= networking.k8s.io/v1/IngressClass networking.k8s.io/v1/NetworkPolicy networking.k8s.io/v1beta1/Ingress
    Binding= networking.k8s.io/v1beta1/IngressClass node.k8s.io/v1/RuntimeClass node.k8s.io/v1beta1/RuntimeClass
    Binding= policy/v1beta1/Eviction policy/v1beta1/PodSecurityPolicy rbac.authorization.k8s.io/v1/ClusterRole
    Binding= rbac.authorization.k8s.io/v1/ClusterRoleBinding rbac.authorization.k8s.io/v1/Role
    Binding= rbac.authorization.k8s.io/v1/RoleBinding rbac.authorization.k8s.io/v1beta1/ClusterRole
    Binding= rbac.authorization.k8s.io/v1beta1/ClusterRoleBinding rbac.authorization.k8s.io/v1beta1/Role
    Binding= rbac.authorization.k8s.io/v1beta1/RoleBinding scheduling.k8s.io/v1/PriorityClass
    Binding= scheduling.k8s.io/v1beta1/PriorityClass storage.k8s.io/v1/CSIDriver storage.k8s.io/v1/StorageClass
    Binding= storage.k8s.io/v1/VolumeAttachment storage.k8s.io/v1beta1/CSIDriver
    Binding= storage.k8s.io/v1beta1/CSIStorageCapacity storage.k8s.io/v1beta1/StorageClass
    Binding= storage.k8s.io/v1beta1/VolumeAttachment v1/Binding v1/ConfigMap v1/Endpoints v1/Event v1/LimitRange
    Binding= v1/PersistentVolume v1/ResourceQuota v1/Secret
    CSINode= storage.k8s.io/v1/CSINode storage.k8s.io/v1beta1/CSINode
    ComponentStatus= v1/ComponentStatus
    CronJob= batch/v1/CronJob batch/v1beta1/CronJob
    DaemonSet= apps/v1/DaemonSet apps/v1/Deployment apps/v1/ReplicaSet batch/v1/Job v1/ReplicationController
    MutatingWebhookConfiguration= admissionregistration.k8s.io/v1/MutatingWebhookConfiguration
    MutatingWebhookConfiguration= admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration
    MutatingWebhookConfiguration= admissionregistration.k8s.io/v1beta1/MutatingWebhookConfiguration
    MutatingWebhookConfiguration= admissionregistration.k8s.io/v1beta1/ValidatingWebhookConfiguration
    Node= v1/Node
    Pod= v1/Pod
    PodTemplate= v1/PodTemplate
    Service= v1/Service
    ServiceAccount= v1/ServiceAccount
    StatefulSet= apps/v1/StatefulSet
    Kustomization= kustomize.config.k8s.io/v1beta1/Kustomization
    """
}

extension GroupVersionKind {
  /// apiVersion/kind that kustomize takes for cluster-scoped. No OpenShift kind is among them.
  static let clusterScoped: Set<String> = [
    "admissionregistration.k8s.io/v1/MutatingWebhookConfiguration",
    "admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration",
    "admissionregistration.k8s.io/v1beta1/MutatingWebhookConfiguration",
    "admissionregistration.k8s.io/v1beta1/ValidatingWebhookConfiguration",
    "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy",
    "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding",
    "apiextensions.k8s.io/v1/CustomResourceDefinition",
    "apiextensions.k8s.io/v1beta1/CustomResourceDefinition",
    "apiregistration.k8s.io/v1/APIService",
    "apiregistration.k8s.io/v1beta1/APIService",
    "certificates.k8s.io/v1/CertificateSigningRequest",
    "certificates.k8s.io/v1beta1/CertificateSigningRequest",
    "flowcontrol.apiserver.k8s.io/v1beta1/FlowSchema",
    "flowcontrol.apiserver.k8s.io/v1beta1/PriorityLevelConfiguration",
    "networking.k8s.io/v1/IngressClass",
    "networking.k8s.io/v1beta1/IngressClass",
    "node.k8s.io/v1/RuntimeClass",
    "node.k8s.io/v1beta1/RuntimeClass",
    "policy/v1beta1/PodSecurityPolicy",
    "rbac.authorization.k8s.io/v1/ClusterRole",
    "rbac.authorization.k8s.io/v1/ClusterRoleBinding",
    "rbac.authorization.k8s.io/v1beta1/ClusterRole",
    "rbac.authorization.k8s.io/v1beta1/ClusterRoleBinding",
    "scheduling.k8s.io/v1/PriorityClass",
    "scheduling.k8s.io/v1beta1/PriorityClass",
    "storage.k8s.io/v1/CSIDriver",
    "storage.k8s.io/v1/CSINode",
    "storage.k8s.io/v1/StorageClass",
    "storage.k8s.io/v1/VolumeAttachment",
    "storage.k8s.io/v1beta1/CSIDriver",
    "storage.k8s.io/v1beta1/CSINode",
    "storage.k8s.io/v1beta1/StorageClass",
    "storage.k8s.io/v1beta1/VolumeAttachment",
    "v1/ComponentStatus",
    "v1/Namespace",
    "v1/Node",
    "v1/NodeProxyOptions",
    "v1/PersistentVolume",
  ]
}

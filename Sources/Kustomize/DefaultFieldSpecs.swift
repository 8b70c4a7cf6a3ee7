// The field specifications that are built into kustomize v5.8.1, read off the constants in
// api/internal/konfig/builtinpluginconsts: which fields of which kinds the transformers touch.

extension TransformerConfiguration {
  /// One section a transformer; a line is `group/version/kind [+] path`, where `+` creates a missing field and an empty
  /// part matches anything.
  static let builtIn = #"""
    [namePrefix]
    // metadata/name
    [nameSuffix]
    // metadata/name
    [namespace]
    //Namespace + metadata/name
    apiregistration.k8s.io//APIService + spec/service/namespace
    apiextensions.k8s.io//CustomResourceDefinition spec/conversion/webhook/clientConfig/service/namespace
    [commonLabels]
    /v1/Service + spec/selector
    /v1/ReplicationController + spec/selector
    //Deployment + spec/selector/matchLabels
    apps//Deployment spec/template/spec/affinity/podAffinity/\#
    preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels
    apps//Deployment spec/template/spec/affinity/podAffinity/\#
    requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels
    apps//Deployment spec/template/spec/affinity/podAntiAffinity/\#
    preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels
    apps//Deployment spec/template/spec/affinity/podAntiAffinity/\#
    requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels
    apps//Deployment spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels
    //ReplicaSet + spec/selector/matchLabels
    //DaemonSet + spec/selector/matchLabels
    apps//StatefulSet + spec/selector/matchLabels
    apps//StatefulSet spec/template/spec/affinity/podAffinity/\#
    preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels
    apps//StatefulSet spec/template/spec/affinity/podAffinity/\#
    requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels
    apps//StatefulSet spec/template/spec/affinity/podAntiAffinity/\#
    preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels
    apps//StatefulSet spec/template/spec/affinity/podAntiAffinity/\#
    requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels
    apps//StatefulSet spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels
    batch//Job spec/selector/matchLabels
    batch//CronJob spec/jobTemplate/spec/selector/matchLabels
    policy//PodDisruptionBudget spec/selector/matchLabels
    networking.k8s.io//NetworkPolicy spec/podSelector/matchLabels
    networking.k8s.io//NetworkPolicy spec/ingress/from/podSelector/matchLabels
    networking.k8s.io//NetworkPolicy spec/egress/to/podSelector/matchLabels
    // + metadata/labels
    /v1/ReplicationController + spec/template/metadata/labels
    //Deployment + spec/template/metadata/labels
    //ReplicaSet + spec/template/metadata/labels
    //DaemonSet + spec/template/metadata/labels
    apps//StatefulSet + spec/template/metadata/labels
    batch//Job + spec/template/metadata/labels
    batch//CronJob + spec/jobTemplate/metadata/labels
    batch//CronJob + spec/jobTemplate/spec/template/metadata/labels
    apps//StatefulSet + spec/volumeClaimTemplates[]/metadata/labels
    [templateLabels]
    // + metadata/labels
    /v1/ReplicationController + spec/template/metadata/labels
    //Deployment + spec/template/metadata/labels
    //ReplicaSet + spec/template/metadata/labels
    //DaemonSet + spec/template/metadata/labels
    apps//StatefulSet + spec/template/metadata/labels
    batch//Job + spec/template/metadata/labels
    batch//CronJob + spec/jobTemplate/metadata/labels
    batch//CronJob + spec/jobTemplate/spec/template/metadata/labels
    [volumeClaimTemplateLabels]
    apps//StatefulSet + spec/volumeClaimTemplates[]/metadata/labels
    [commonAnnotations]
    // + metadata/annotations
    /v1/ReplicationController + spec/template/metadata/annotations
    //Deployment + spec/template/metadata/annotations
    //ReplicaSet + spec/template/metadata/annotations
    //DaemonSet + spec/template/metadata/annotations
    //StatefulSet + spec/template/metadata/annotations
    batch//Job + spec/template/metadata/annotations
    batch//CronJob + spec/jobTemplate/metadata/annotations
    batch//CronJob + spec/jobTemplate/spec/template/metadata/annotations
    [images]
    // + spec/containers[]/image
    // + spec/initContainers[]/image
    // + spec/volumes[]/image/reference
    // + spec/template/spec/containers[]/image
    // + spec/template/spec/initContainers[]/image
    // + spec/template/spec/volumes[]/image/reference
    [replicas]
    //Deployment + spec/replicas
    //ReplicationController + spec/replicas
    //ReplicaSet + spec/replicas
    //StatefulSet + spec/replicas
    [varReference]
    //CronJob spec/jobTemplate/spec/template/spec/containers/args
    //CronJob spec/jobTemplate/spec/template/spec/containers/command
    //CronJob spec/jobTemplate/spec/template/spec/containers/env/value
    //CronJob spec/jobTemplate/spec/template/spec/containers/volumeMounts/mountPath
    //CronJob spec/jobTemplate/spec/template/spec/initContainers/args
    //CronJob spec/jobTemplate/spec/template/spec/initContainers/command
    //CronJob spec/jobTemplate/spec/template/spec/initContainers/env/value
    //CronJob spec/jobTemplate/spec/template/spec/initContainers/volumeMounts/mountPath
    //CronJob spec/jobTemplate/spec/template/volumes/nfs/server
    //DaemonSet spec/template/spec/containers/args
    //DaemonSet spec/template/spec/containers/command
    //DaemonSet spec/template/spec/containers/env/value
    //DaemonSet spec/template/spec/containers/volumeMounts/mountPath
    //DaemonSet spec/template/spec/initContainers/args
    //DaemonSet spec/template/spec/initContainers/command
    //DaemonSet spec/template/spec/initContainers/env/value
    //DaemonSet spec/template/spec/initContainers/volumeMounts/mountPath
    //DaemonSet spec/template/spec/volumes/nfs/server
    //Deployment spec/template/spec/containers/args
    //Deployment spec/template/spec/containers/command
    //Deployment spec/template/spec/containers/env/value
    //Deployment spec/template/spec/containers/volumeMounts/mountPath
    //Deployment spec/template/spec/initContainers/args
    //Deployment spec/template/spec/initContainers/command
    //Deployment spec/template/spec/initContainers/env/value
    //Deployment spec/template/spec/initContainers/volumeMounts/mountPath
    //Deployment spec/template/spec/volumes/nfs/server
    //Deployment spec/template/metadata/annotations
    //Ingress spec/rules/host
    //Ingress spec/tls/hosts
    //Ingress spec/tls/secretName
    //Job spec/template/spec/containers/args
    //Job spec/template/spec/containers/command
    //Job spec/template/spec/containers/env/value
    //Job spec/template/spec/containers/volumeMounts/mountPath
    //Job spec/template/spec/initContainers/args
    //Job spec/template/spec/initContainers/command
    //Job spec/template/spec/initContainers/env/value
    //Job spec/template/spec/initContainers/volumeMounts/mountPath
    //Job spec/template/spec/volumes/nfs/server
    //Pod spec/containers/args
    //Pod spec/containers/command
    //Pod spec/containers/env/value
    //Pod spec/containers/volumeMounts/mountPath
    //Pod spec/initContainers/args
    //Pod spec/initContainers/command
    //Pod spec/initContainers/env/value
    //Pod spec/initContainers/volumeMounts/mountPath
    //Pod spec/volumes/nfs/server
    //ReplicaSet spec/template/spec/containers/args
    //ReplicaSet spec/template/spec/containers/command
    //ReplicaSet spec/template/spec/containers/env/value
    //ReplicaSet spec/template/spec/containers/volumeMounts/mountPath
    //ReplicaSet spec/template/spec/initContainers/args
    //ReplicaSet spec/template/spec/initContainers/command
    //ReplicaSet spec/template/spec/initContainers/env/value
    //ReplicaSet spec/template/spec/initContainers/volumeMounts/mountPath
    //ReplicaSet spec/template/spec/volumes/nfs/server
    //Service spec/ports/port
    //Service spec/ports/targetPort
    //StatefulSet spec/template/spec/containers/args
    //StatefulSet spec/template/spec/containers/command
    //StatefulSet spec/template/spec/containers/env/value
    //StatefulSet spec/template/spec/containers/volumeMounts/mountPath
    //StatefulSet spec/template/spec/initContainers/args
    //StatefulSet spec/template/spec/initContainers/command
    //StatefulSet spec/template/spec/initContainers/env/value
    //StatefulSet spec/template/spec/initContainers/volumeMounts/mountPath
    //StatefulSet spec/volumeClaimTemplates/spec/nfs/server
    //PersistentVolume spec/nfs/server
    // metadata/labels
    // metadata/annotations
    """#
}

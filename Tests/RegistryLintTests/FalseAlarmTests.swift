import Diagnostics
import Reporting
import Testing

@testable import RegistryLint

/// Things that real repositories hold and that a naive linter reports wrongly. Each stays silent.
@Suite struct FalseAlarmTests {
  /// What a trap may say all the same: a note is no alarm.
  private static func findings(_ files: [(path: String, text: String)]) async throws -> [Diagnostic] {
    let scratch = try ScratchRepository()
    for file in files { try scratch.write(file.text, to: file.path) }
    return try await Linter().run(scratch.request()).report.open
  }

  private func expectSilence(
    _ files: (path: String, text: String)..., notes: Set<String> = [], location: Testing.SourceLocation = #_sourceLocation
  ) async throws {
    let found = try await Self.findings(files).filter { !($0.severity == .note && notes.contains($0.rule)) }
    #expect(found.isEmpty, "\(found.map { "\($0.span.file.path):\($0.span.start.line) \($0.rule): \($0.message)" })", sourceLocation: location)
  }

  private static func mirrors(_ kind: String, _ entries: String, name: String = "mirrors") -> String {
    let list = kind == "ImageTagMirrorSet" ? "imageTagMirrors" : "imageDigestMirrors"
    return """
      apiVersion: config.openshift.io/v1
      kind: \(kind)
      metadata:
        name: \(name)
      spec:
        \(list):
      \(entries)

      """
  }

  @Test("1: keys of ours under kinds of others")
  func foreignKinds() async throws {
    try await expectSilence(
      ("skaffold.yaml", "apiVersion: skaffold/v4beta6\nkind: Config\nbuild:\n  insecureRegistries: [https://x]\n"),
      (
        "gatekeeper.yaml",
        "apiVersion: constraints.gatekeeper.sh/v1beta1\nkind: K8sAllowedRepos\nspec:\n  parameters:\n    allowedRegistries: ['https://x/']\n    registrySources: [a]\n"
      ),
      (
        "task.yaml",
        """
        apiVersion: tekton.dev/v1
        kind: PipelineRun
        metadata: {name: e2e}
        spec:
          params:
          - name: imageContentSources
            value: |
              - source: registry.redhat.io/rhosdt
                mirrors: [quay.io/redhat-user-workloads/ploffay-tenant]
        """
      ),
      ("kpack.yaml", "apiVersion: kpack.io/v1alpha2\nkind: Image\nmetadata: {name: x}\nspec: {tag: registry.lab/x}\n"),
      (
        "crd.yaml",
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: imagedigestmirrorsets.config.openshift.io}
        spec:
          names: {kind: ImageDigestMirrorSet}
          versions:
          - schema:
              openAPIV3Schema:
                description: |
                  ImageDigestMirrorSet holds cluster-wide information. kind: it is a string.
                properties: {registrySources: {type: object}}
        """
      ))
  }

  @Test("2: bases without entries, to be patched")
  func emptyBases() async throws {
    try await expectSilence(
      ("source-crs/null.yaml", "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata: {name: fec}\nspec:\n  # imageDigestMirrors:\n  # - $mirrors\n"),
      ("reference/empty.yaml", Self.mirrors("ImageDigestMirrorSet", "    # - $mirrors").replacing("imageDigestMirrors:", with: "imageDigestMirrors: []")),
      notes: ["empty-object", "missing-required", "wrong-type"])
  }

  @Test("3: placeholders of every kind")
  func placeholders() async throws {
    try await expectSilence(
      (
        "idms.yaml",
        Self.mirrors(
          "ImageDigestMirrorSet",
          """
              - source: registry.redhat.io/oadp
                mirrors: ["<registry.example.com:8443>/oadp"]
              - source: quay.io/acm-d
                mirrors: [$PRIVATE_REGISTRY/acm-d]
              - source: quay.io/stolostron
                mirrors: ["${VAR}/stolostron"]
              - source: quay.io/edge
                mirrors: ["{{ .Values.ecr_host }}/{{ .Values.path }}"]
          """)
      ),
      (
        "ca.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ca\n  namespace: openshift-config\ndata:\n  <registry.example.com..8443>: |\n    <CA>\n"
      ),
      notes: ["placeholder-value"])
  }

  @Test("4: hosts and paths that look odd")
  func oddHosts() async throws {
    try await expectSilence(
      (
        "idms.yaml",
        Self.mirrors(
          "ImageDigestMirrorSet",
          """
              - source: registry.redhat.io/rhacm2
                mirrors: ["quay.io:443/acm-d"]
              - source: quay.io/opstree
                mirrors: ["10.0.0.14:8081/quay.io/opstree"]
              - source: quay.io/local
                mirrors: ["localhost:5000/local"]
              - source: quay.io/team/my_app__x
                mirrors: [registry.lab.example.com]
          """)
      ))
  }

  @Test("5: one name in two kinds, and in alternatives beside each other")
  func sameNames() async throws {
    let entries = """
          - source: registry.redhat.io/ubi8
            mirrors: [harbor.lab.example.com/redhat/ubi8]
      """
    try await expectSilence(
      ("harbor/idms.yaml", Self.mirrors("ImageDigestMirrorSet", entries, name: "global")),
      ("harbor/itms.yaml", Self.mirrors("ImageTagMirrorSet", entries, name: "global")),
      ("jfrog/idms.yaml", Self.mirrors("ImageDigestMirrorSet", entries.replacing("harbor", with: "jfrog"), name: "global")),
      ("jfrog/itms.yaml", Self.mirrors("ImageTagMirrorSet", entries.replacing("harbor", with: "jfrog"), name: "global")))
  }

  @Test("6, 7 and 8: nested sources, one mirror for two, public mirrors of public sources")
  func deliberateMirrors() async throws {
    try await expectSilence(
      (
        "idms.yaml",
        Self.mirrors(
          "ImageDigestMirrorSet",
          """
              - source: registry.redhat.io
                mirrors: [mirror.lab.example.com:5000]
              - source: registry.redhat.io/rhel8
                mirrors: [mirror.lab.example.com:5000/rhel8]
              - source: quay.io/openshift-release-dev/ocp-release
                mirrors: [mirror.lab.example.com:5000/ocp4/openshift4]
              - source: quay.io/openshift-release-dev/ocp-v4.0-art-dev
                mirrors: [mirror.lab.example.com:5000/ocp4/openshift4]
          """)
      ),
      (
        ".tekton/images-mirror-set.yaml",
        Self.mirrors(
          "ImageDigestMirrorSet",
          """
              - source: registry.redhat.io/rhosdt/tempo-rhel8-operator
                mirrors: [quay.io/redhat-user-workloads/ploffay-tenant/tempo/operator]
              - source: registry.stage.redhat.io/rhosdt/tempo-rhel8
                mirrors: [quay.io/redhat-user-workloads/ploffay-tenant/tempo/tempo]
          """)
      ),
      notes: ["child-hides-parent-mirrors"])
  }

  @Test("9: what generators write")
  func generatedFields() async throws {
    let text = Self.mirrors(
      "ImageDigestMirrorSet",
      """
          - source: registry.redhat.io/ubi8
            mirrors: [mirror.lab.example.com/ubi8]
      status: {}
      """)
    try await expectSilence(
      ("idms.yaml", text.replacing("metadata:", with: "metadata:\n  creationTimestamp: null")),
      notes: ["server-fields", "status-in-git"])
  }

  @Test("10: certificates that are cut in samples")
  func truncatedCertificates() async throws {
    for body in ["MIIDzTCCArWgAwIBAgkx...", "MIIGcjCCXXXXXXXXXXXXXXXX", "···", "<CA du registry>"] {
      try await expectSilence(
        (
          "ca.yaml",
          "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ca\n  namespace: openshift-config\ndata:\n  registry.lab.example.com..5000: |\n    -----BEGIN CERTIFICATE-----\n    \(body)\n    -----END CERTIFICATE-----\n"
        ),
        (
          "install-config.yaml",
          "apiVersion: v1\nbaseDomain: lab.example.com\nplatform: {none: {}}\nadditionalTrustBundle: |\n  -----BEGIN CERTIFICATE-----\n  \(body)\n  -----END CERTIFICATE-----\n"
        ), notes: ["placeholder-value"])
    }
  }

  @Test("11: registries in comments only")
  func comments() async throws {
    try await expectSilence(
      (
        "install-config.yaml",
        """
        apiVersion: v1
        baseDomain: lab.example.com
        platform: {none: {}}
        # imageContentSources:
        # - mirrors: [{{ registry }}/ocp]
        #   source: https://quay.io
        # imageDigestSources: []
        # additionalTrustBundle: |
        """
      ))
  }

  @Test("12: templates that are no YAML are one note, quoted placeholders are read")
  func templates() async throws {
    try await expectSilence(
      (
        "templates/idms.yaml",
        "apiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nspec: {{ if .x }}{ {{ end }\n  imageDigestMirrors: [\n"
      ), notes: ["unrendered-template"])
    let read = try await Self.findings([
      (
        "policy.yaml",
        """
        apiVersion: policy.open-cluster-management.io/v1
        kind: Policy
        metadata: {name: bridge, namespace: policies}
        spec:
          policy-templates:
          - objectDefinition:
              apiVersion: policy.open-cluster-management.io/v1
              kind: ConfigurationPolicy
              metadata: {name: bridge}
              spec:
                remediationAction: enforce
                object-templates:
                - complianceType: musthave
                  objectDefinition:
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: opp-ingres-ca, namespace: openshift-config}
                    data:
                      '{{ (lookup "route.openshift.io/v1" "Route" "quay" "r").spec.host }}': |
                        {{ fromSecret "openshift-ingress-operator" "router-ca" "tls.crt" | base64dec | autoindent }}
                - complianceType: musthave
                  objectDefinition:
                    apiVersion: config.openshift.io/v1
                    kind: Image
                    metadata: {name: cluster}
                    spec:
                      additionalTrustedCA: {name: opp-ingres-ca}
                      registrySources: {insecureRegistries: ["https://registry.lab.example.com"]}
        """
      )
    ])
    #expect(read.map(\.rule) == ["registry-entry-scheme"])
  }

  @Test("listings and queries are no objects")
  func listings() async throws {
    try await expectSilence(
      ("mappings.yaml", "- group: config.openshift.io\n  kind: ImageDigestMirrorSet\n  name: imagedigestmirrorsets\n"),
      (
        "tasks.yaml",
        "- name: Look for mirrors\n  kubernetes.core.k8s_info:\n    api_version: config.openshift.io/v1\n    kind: ImageDigestMirrorSet\n"
      ))
  }

  @Test("a template's parameter where a list is due")
  func templateParameters() async throws {
    try await expectSilence(
      (
        "template.yaml",
        """
        apiVersion: template.openshift.io/v1
        kind: Template
        metadata: {name: idms}
        objects:
        - kind: ImageDigestMirrorSet
          apiVersion: config.openshift.io/v1
          metadata: {name: "${NAME}"}
          spec:
            imageDigestMirrors: ${{MIRRORS}}
        - kind: ImageTagMirrorSet
          apiVersion: config.openshift.io/v1
          metadata: {name: "${NAME}"}
          spec:
            imageTagMirrors: ${{OTHER}}
        parameters:
        - name: NAME
        - name: OTHER
          required: true
        - name: MIRRORS
          value: '[{"mirrors":["mirror.lab.example.com/ubi"],"source":"registry.access.redhat.com/ubi8"}]'
        """
      ))
  }

  @Test("a policy that removes the old kind, merges into lists, or only informs")
  func policies() async throws {
    func policy(_ compliance: String, _ definition: String, action: String = "enforce") -> String {
      """
      apiVersion: policy.open-cluster-management.io/v1
      kind: ConfigurationPolicy
      metadata: {name: p}
      spec:
        remediationAction: \(action)
        object-templates:
        - complianceType: \(compliance)
          objectDefinition: \(definition)

      """
    }
    try await expectSilence(
      (
        "remove.yaml",
        policy(
          "mustnothave",
          "{apiVersion: operator.openshift.io/v1alpha1, kind: ImageContentSourcePolicy, metadata: {name: old}}")
      ),
      (
        "add.yaml",
        policy(
          "musthave",
          "{apiVersion: config.openshift.io/v1, kind: Image, metadata: {name: cluster}, spec: {registrySources: {allowedRegistries: [registry.lab.example.com]}}}"
        )
      ),
      (
        "inform.yaml",
        policy(
          "musthave",
          "{apiVersion: config.openshift.io/v1, kind: Image, metadata: {name: cluster}, spec: {additionalTrustedCA: {name: elsewhere}}}",
          action: "inform")
      ))
  }

  @Test("hosted clusters look for their CA beside the HostedCluster")
  func hostedClusters() async throws {
    try await expectSilence(
      (
        "hosted.yaml",
        """
        apiVersion: hypershift.openshift.io/v1beta1
        kind: HostedCluster
        metadata: {name: demo, namespace: clusters}
        spec:
          additionalTrustBundle: {name: user-ca-bundle}
          configuration:
            image:
              additionalTrustedCA: {name: registry-cas}
          imageContentSources:
          - source: quay.io/openshift-release-dev/ocp-release
            mirrors: ["registry.lab.example.com:5000/openshift/release-images"]
          - source: quay.io/openshift-release-dev/ocp-v4.0-art-dev
            mirrors: ["registry.lab.example.com:5000/openshift/release"]
        """
      ))
  }

  @Test("patches written inside of strings leave things out")
  func inlinePatches() async throws {
    let patch = """
      patches:
      - target: {kind: Image, name: cluster}
        patch: |-
          apiVersion: config.openshift.io/v1
          kind: Image
          metadata:
            name: cluster
          spec:
            registrySources:
              allowedRegistries:
              - registry.lab.example.com

      """
    try await expectSilence(
      (
        "app.yaml",
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\nspec:\n  source:\n    repoURL: https://git.example.com/x\n    kustomize:\n"
          + patch.split(separator: "\n").map { "      \($0)\n" }.joined()
      ))
  }

  @Test("a kustomization with a patch in it is no manifest of its own")
  func kustomizationsWithPatches() async throws {
    let scratch = try ScratchRepository()
    try scratch.write(
      "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec: {registrySources: {insecureRegistries: [a.lab.example.com]}}\n",
      to: "base/image.yaml")
    try scratch.write("resources: [image.yaml]\n", to: "base/kustomization.yaml")
    try scratch.write(
      "resources: [../base]\npatches:\n- patch: |-\n    apiVersion: config.openshift.io/v1\n    kind: Image\n    metadata: {name: cluster}\n    spec: {registrySources: {insecureRegistries: [b.lab.example.com]}}\n",
      to: "overlay/kustomization.yaml")
    let reading = try await ClusterReading(scratch.request())
    #expect(reading.assembly.discovery.strays.isEmpty)
    #expect(reading.clusters.map(\.name) == ["overlay"])
    #expect(try await Linter().run(scratch.request()).report.open.isEmpty)
  }

  @Test("templates beside each other are processed one by one")
  func templatesBesideEachOther() async throws {
    func template(_ policy: String) -> String {
      """
      apiVersion: template.openshift.io/v1
      kind: Template
      metadata: {name: mirrors-\(policy.lowercased())}
      objects:
      - apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata: {name: "${NAME}"}
        spec:
          imageDigestMirrors:
          - source: registry.redhat.io/ubi8
            mirrors: [mirror.lab.example.com/ubi8]
            mirrorSourcePolicy: \(policy)
      parameters: [{name: NAME}]

      """
    }
    try await expectSilence(
      ("a.yaml", template("NeverContactSource")), ("b.yaml", template("AllowContactingSource")),
      notes: ["default-policy-explicit"])
  }

  @Test("clusters of carriers do not meet the cluster of their file")
  func separateClusters() async throws {
    func image(_ list: String) -> String {
      "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec: {registrySources: {insecureRegistries: [\(list)]}}\n"
    }
    try await expectSilence(
      ("image.yaml", image("a.lab.example.com")),
      (
        "work.yaml",
        "apiVersion: work.open-cluster-management.io/v1\nkind: ManifestWork\nmetadata: {name: w, namespace: edge}\nspec:\n  workload:\n    manifests:\n    - {apiVersion: config.openshift.io/v1, kind: Image, metadata: {name: cluster}, spec: {registrySources: {insecureRegistries: [b.lab.example.com]}}}\n"
      ))
  }
}

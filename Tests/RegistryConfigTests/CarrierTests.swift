import RegistryConfig
import SourceText
import Testing
import YAMLSyntax

/// What is read out of each carrier, where it lands, and where its values stand. `⟦…⟧` marks the places.
@Suite struct CarrierTests {
  private struct Text {
    let file: SourceFile
    let marks: [ByteRange]
    let reading: ResourceReading

    init(_ text: String) {
      var bytes: [UInt8] = []
      var starts: [Int] = []
      var marks: [ByteRange] = []
      for scalar in text.unicodeScalars {
        switch scalar {
        case "⟦": starts.append(bytes.count)
        case "⟧": marks.append(starts.removeLast()..<bytes.count)
        default: bytes += Array(String(scalar).utf8)
        }
      }
      file = SourceFile(path: RepositoryPath("carrier.yaml"), bytes: bytes)
      self.marks = marks.sorted { $0.lowerBound < $1.lowerBound }
      reading = ResourceReader().reading(of: YAMLStream(file))
    }

    var resources: [Resource] { reading.resources }
    var sets: [MirrorSet] {
      resources.compactMap { if case .mirrorSet(let set) = TypedResource($0) { set } else { nil } }
    }
    var images: [ImageConfiguration] {
      resources.compactMap { if case .image(let image) = TypedResource($0) { image } else { nil } }
    }
    /// Sources and mirrors, in the order of the text.
    var mirrorSpans: [ByteRange] {
      sets.flatMap(\.entries).flatMap { $0.mirrors.map(\.span.range) + [$0.source?.span.range].compactMap { $0 } }
        .sorted { $0.lowerBound < $1.lowerBound }
    }
  }

  @Test func templateSubstitutesDeclaredDefaults() {
    let text = Text(
      """
      apiVersion: template.openshift.io/v1
      kind: Template
      metadata:
        name: image-digest-mirror-set
      objects:
      - kind: ImageDigestMirrorSet
        apiVersion: config.openshift.io/v1
        metadata:
          name: "${NAME}"
        spec:
          imageDigestMirrors: ${{MIRRORS}}
      - kind: ImageTagMirrorSet
        apiVersion: config.openshift.io/v1
        metadata:
          name: ${TAGNAME}
        spec:
          imageTagMirrors:
          - source: ⟦registry.redhat.io/${REPO}⟧
            mirrors: ["${HOST}/ubi", ⟦mirror.example.com/ubi⟧]
      parameters:
      - name: NAME
      - name: HOST
        generate: expression
        value: unused
      - name: REPO
        value: ubi8
      - name: TAGNAME
        value: tags
      - name: MIRRORS
        value: '[{"mirrors":[⟦"example.io/ubi"⟧], "source": ⟦"registry.access.redhat.com/ubi8"⟧}]'
      """)
    #expect(text.resources.map(\.kind) == [.imageDigestMirrorSet, .imageTagMirrorSet])
    #expect(text.resources.map(\.carrier) == [.object("Template"), .object("Template")])
    #expect(text.resources.allSatisfy { $0.destination == .elsewhere("template image-digest-mirror-set") })
    #expect(text.resources.map { $0.name?.value } == [nil, "tags"])
    #expect(text.mirrorSpans == text.marks)
    #expect(text.sets[0].entries[0].source?.value == "registry.access.redhat.com/ubi8")
    #expect(text.sets[1].entries[0].source?.value == "registry.redhat.io/ubi8")
    #expect(text.sets[1].entries[0].isComplete == false)
  }

  private static func policy(
    _ compliance: String, outer: String = "enforce", inner: String = "inform", rest: String = ""
  ) -> String {
    """
    apiVersion: policy.open-cluster-management.io/v1
    kind: Policy
    metadata:
      name: image-policy
      namespace: policies
    spec:
      remediationAction: \(outer)
      policy-templates:
      - objectDefinition:
          apiVersion: policy.open-cluster-management.io/v1
          kind: ConfigurationPolicy
          metadata: {name: image-policy-example}
          spec:
            remediationAction: \(inner)
            object-templates:
            - complianceType: \(compliance)
              objectDefinition:
                apiVersion: config.openshift.io/v1
                kind: Image
                metadata: {name: cluster}
                spec:
                  registrySources:
                    allowedRegistries: [⟦quay.io⟧]
    \(rest)
    """
  }

  @Test func policiesSayWhereTheyLand() {
    let text = Text(Self.policy("musthave"))
    #expect(text.resources.map(\.isPatch) == [true])
    #expect(text.resources[0].destination == .elsewhere("policy policies/image-policy"))
    #expect(text.images[0].allowedRegistries?.entries.map(\.span.range) == text.marks)
    #expect(Text(Self.policy("mustonlyhave")).resources.map(\.isPatch) == [false])
    #expect(Text(Self.policy("mustnothave")).resources.isEmpty)
    #expect(text.resources[0].retention == Retention(keepsObject: true, keepsContent: true))
    #expect(Text(Self.policy("mustonlyhave")).resources[0].retention == Retention(keepsObject: true))
    #expect(Text(Self.policy("MustHave", outer: "inform", inner: "enforce")).resources[0].destination == .nowhere)
    #expect(Text(Self.policy("musthave", inner: "informOnly")).resources[0].destination == .nowhere)
    let placed = Text(
      Self.policy(
        "musthave",
        rest: """
          ---
          apiVersion: policy.open-cluster-management.io/v1
          kind: PlacementBinding
          metadata: {name: b, namespace: policies}
          placementRef: {kind: Placement, name: fleet}
          subjects: [{kind: Policy, name: image-policy}]
          """))
    #expect(placed.resources[0].destination == .elsewhere("placement policies/fleet"))
  }

  @Test func rawTemplatesAreReadWithTheirControlLinesHidden() {
    let text = Text(
      """
      apiVersion: policy.open-cluster-management.io/v1
      kind: ConfigurationPolicy
      metadata: {name: raw}
      spec:
        remediationAction: enforce
        object-templates-raw: |
          {{- range $h := (lookup "v1" "ConfigMap" "a" "b").data }}
          - complianceType: musthave
            objectDefinition:
              apiVersion: config.openshift.io/v1
              kind: ImageDigestMirrorSet
              metadata:
                name: {{ $h }}
              spec:
                imageDigestMirrors:
                - source: ⟦quay.io/é⟧
                  mirrors:
                  - '{{ $h }}/quay'
                  - ⟦mirror.example.com/quay⟧
          {{- end }}
      """)
    #expect(text.resources.map(\.kind) == [.imageDigestMirrorSet])
    #expect(text.resources[0].name == nil)
    #expect(text.resources[0].carrier == .object("ConfigurationPolicy") || text.resources[0].carrier == .text("ConfigurationPolicy"))
    #expect(text.mirrorSpans == text.marks)
    #expect(text.sets[0].entries[0].isComplete == false)
  }

  @Test func generatorsLayFragmentsOverFiles() {
    let text = Text(
      """
      apiVersion: policy.open-cluster-management.io/v1
      kind: PolicyGenerator
      metadata: {name: common}
      policyDefaults:
        namespace: ztp
        remediationAction: enforce
        placement:
          labelSelector: {matchLabels: {common: "true", du: a}}
      policies:
      - name: config
        manifests:
        - path: source-crs/Catsrc.yaml
          patches: [{spec: {image: registry.example.com/index:v1}}]
        - path: source-crs/IDMS.yaml
          patches:
          - spec:
              imageDigestMirrors:
              - mirrors: [⟦registry.example.com:5000⟧]
                source: ⟦registry.redhat.io⟧
      ---
      apiVersion: ran.openshift.io/v1
      kind: PolicyGenTemplate
      metadata: {name: common-latest, namespace: ztp}
      spec:
        bindingRules: {common: "true"}
        sourceFiles:
        - fileName: sriov/Sub.yaml
          policyName: subs
        - fileName: disconnected/IDMS.yaml
          policyName: config
          spec:
            imageDigestMirrors:
            - mirrors: [⟦registry.example.com:5000⟧]
              source: ⟦registry.redhat.io⟧
      """)
    #expect(text.resources.map(\.kind) == [.imageDigestMirrorSet, .imageDigestMirrorSet])
    #expect(text.resources.allSatisfy { $0.isPatch && !$0.isEditable })
    #expect(text.resources.map(\.destination) == [.elsewhere("clusters with common=true,du=a"), .nowhere])
    #expect(text.mirrorSpans == text.marks)
    let manifests = text.reading.carriers.flatMap(PolicyGeneratorManifest.all)
    #expect(manifests.map(\.path.value) == ["source-crs/Catsrc.yaml", "source-crs/IDMS.yaml"])
  }

  @Test func syncSetsCarryObjectsAndPatches() {
    let text = Text(
      #"""
      apiVersion: hive.openshift.io/v1
      kind: SelectorSyncSet
      metadata: {name: mirrors}
      spec:
        clusterDeploymentSelector:
          matchLabels: {env: prod}
        resources:
        - apiVersion: operator.openshift.io/v1alpha1
          kind: ImageContentSourcePolicy
          metadata: {name: rhacm-repo}
          spec:
            repositoryDigestMirrors:
            - mirrors: [⟦quay.io:443/acm-d⟧]
              source: ⟦registry.redhat.io/rhacm2⟧
        patches:
        - apiVersion: config.openshift.io/v1
          kind: Image
          name: cluster
          patch: |-
            {"spec": {"registrySources": {"blockedRegistries": [⟦"bad.example.com"⟧]}}}
          patchType: merge
        - apiVersion: config.openshift.io/v1
          kind: Image
          name: cluster
          patch: '[{"op":"add","path":"/spec/registrySources/insecureRegistries/-","value":⟦"reg.example.com"⟧}]'
          patchType: json
      ---
      apiVersion: hive.openshift.io/v1
      kind: SyncSet
      metadata: {name: one, namespace: ns}
      spec:
        clusterDeploymentRefs: [{name: b}, {name: a}]
        resources:
        - {apiVersion: config.openshift.io/v1, kind: Image, metadata: {name: cluster}, spec: {}}
      """#)
    #expect(text.resources.map(\.kind) == [.imageContentSourcePolicy, .image, .image, .image])
    #expect(text.resources.map(\.isPatch) == [false, true, true, false])
    #expect(text.resources[0].destination == .elsewhere("clusters with env=prod"))
    #expect(text.resources[3].destination == .elsewhere("cluster ns/a, ns/b"))
    let entries =
      text.mirrorSpans + (text.images[0].blockedRegistries?.entries ?? []).map(\.span.range)
      + (text.images[1].insecureRegistries?.entries ?? []).map(\.span.range)
    #expect(entries == text.marks)
    #expect(text.images[1].insecureRegistries?.isComplete == false)
  }

  @Test func manifestWorkLandsOnItsManagedCluster() {
    let text = Text(
      """
      apiVersion: work.open-cluster-management.io/v1
      kind: ManifestWork
      metadata: {name: w, namespace: edge-1}
      spec:
        workload:
          manifests:
          - apiVersion: config.openshift.io/v1
            kind: ImageTagMirrorSet
            metadata: {name: t}
            spec:
              imageTagMirrors:
              - {source: ⟦docker.io/library⟧, mirrors: [⟦mirror.example.com/library⟧]}
      """)
    #expect(text.resources.map(\.destination) == [.elsewhere("managed cluster edge-1")])
    #expect(text.mirrorSpans.sorted { $0.lowerBound < $1.lowerBound } == text.marks)
  }

  @Test func hostedClusterBecomesImageAndMirrorSet() {
    let text = Text(
      """
      apiVersion: hypershift.openshift.io/v1beta1
      kind: HostedCluster
      metadata: {name: demo, namespace: clusters}
      spec:
        configuration:
          image:
            registrySources:
              insecureRegistries: [⟦registry.example.com:5000⟧]
        imageContentSources:
        - source: quay.io/openshift-release-dev/ocp-release
          mirrors: [registry.example.com:5000/openshift/release-images]
      """)
    #expect(text.resources.map(\.kind) == [.image, .imageDigestMirrorSet])
    #expect(text.resources.allSatisfy { $0.destination == .elsewhere("hosted cluster clusters/demo") && !$0.isEditable })
    #expect(text.resources.map { $0.name?.value } == ["cluster", "cluster"])
    #expect(text.images[0].insecureRegistries?.entries.map(\.span.range) == text.marks)
    #expect(text.sets[0].entries.count == 1)
    #expect(text.reading.carriers.map(\.kind) == [.hostedCluster])
  }

  @Test func nodePoolsReadManifestsInConfigMaps() {
    let text = Text(
      """
      apiVersion: hypershift.openshift.io/v1beta1
      kind: NodePool
      metadata: {name: pool, namespace: clusters}
      spec:
        clusterName: demo
        config: [{name: mirrors}]
      ---
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: mirrors, namespace: clusters}
      data:
        config: |
          apiVersion: config.openshift.io/v1
          kind: ImageDigestMirrorSet
          metadata:
            name: mirrors
          spec:
            imageDigestMirrors:
            - source: ⟦registry.redhat.io⟧
              mirrors:
              - ⟦registry.example.com/redhat⟧
      """)
    let inner = text.resources.filter { $0.kind == .imageDigestMirrorSet }
    #expect(inner.map(\.destination) == [.elsewhere("hosted cluster clusters/demo")])
    #expect(inner.map(\.carrier) == [.text("ConfigMap")])
    #expect(inner.map(\.isEditable) == [true])
    #expect(text.mirrorSpans == text.marks)
  }

  @Test func installConfigBecomesMirrorSets() {
    let text = Text(
      """
      apiVersion: v1
      baseDomain: example.com
      metadata: {name: demo}
      platform: {none: {}}
      pullSecret: '{"auths":{}}'
      imageDigestSources:
      - mirrors: [⟦registry.example.com:5000/ocp/release⟧]
        source: ⟦quay.io/openshift-release-dev/ocp-release⟧
        sourcePolicy: NeverContactSource
      """)
    #expect(text.resources.map(\.kind) == [.imageDigestMirrorSet])
    #expect(text.resources[0].destination == .installation("demo.example.com"))
    #expect(text.resources[0].carrier == .derived("install-config"))
    #expect(text.mirrorSpans == text.marks)
    #expect(text.sets[0].entries[0].effectivePolicy == .neverContactSource)
    #expect(text.reading.carriers.map(\.kind) == [.installConfig("install-config")])
  }

  @Test func overridesAreReadInsideOfJSON() {
    let text = Text(
      #"""
      apiVersion: siteconfig.open-cluster-management.io/v1alpha1
      kind: ClusterInstance
      metadata: {name: edge, namespace: edge}
      spec:
        clusterName: edge
        installConfigOverrides: "{\"imageDigestSources\":[{\"source\":⟦\"quay.io/é\"⟧,\"mirrors\":[⟦\"reg.example.com/quay\"⟧]}]}"
      ---
      apiVersion: extensions.hive.openshift.io/v1beta1
      kind: AgentClusterInstall
      metadata:
        name: aci
        namespace: aci
        annotations:
          agent-install.openshift.io/install-config-overrides: >-
            {"imageContentSources": [{"source": ⟦"quay.io"⟧, "mirrors": [⟦"reg.example.com/quay"⟧]}]}
      ---
      apiVersion: extensions.hive.openshift.io/v1alpha1
      kind: ImageClusterInstall
      metadata: {name: ibi, namespace: ibi}
      spec:
        imageDigestSources:
        - source: ⟦registry.redhat.io⟧
          mirrors: [⟦reg.example.com/redhat⟧]
      """#)
    #expect(text.resources.map(\.kind) == [.imageDigestMirrorSet, .imageContentSourcePolicy, .imageDigestMirrorSet])
    let found = text.mirrorSpans.map { text.file.text($0).filter { $0 != "\\" } }
    #expect(found == text.marks.map { text.file.text($0).filter { $0 != "\\" } })
    #expect(text.mirrorSpans.map(\.upperBound) == text.marks.map(\.upperBound))
    #expect(text.resources.allSatisfy { !$0.isEditable })
  }

  @Test func machineConfigsWriteFiles() throws {
    let text = Text(
      """
      apiVersion: machineconfiguration.openshift.io/v1
      kind: MachineConfig
      metadata:
        name: 99-worker-registries
        labels:
          machineconfiguration.openshift.io/role: worker
      spec:
        config:
          ignition: {version: 3.2.0}
          storage:
            files:
            - path: /etc/containers/registries.conf.d/50-mirror.conf
              contents:
                source: data:,short-name-mode%20%3D%20⟦%22permissive%22⟧%0A
            - path: /etc/containers/registries.conf
              contents:
                source: data:text/plain;charset=utf-8;base64,⟦c2hvcnQ=⟧
            - path: /etc/containers/policy.json
              contents: {compression: gzip, source: "data:;base64,H4sIAAAA"}
            - path: /etc/chrony.conf
              contents: {source: "data:,x"}
      ---
      variant: openshift
      version: 4.20.0
      metadata:
        name: 99-master-registries
        labels:
          machineconfiguration.openshift.io/role: master
      storage:
        files:
        - path: /etc/containers/registries.conf.d/50-mirror.conf
          contents:
            inline: |
              short-name-mode = ⟦"permissive"⟧
      """)
    #expect(text.reading.carriers.map(\.kind) == [.machineConfig, .machineConfig])
    let files = text.reading.carriers[0].files
    #expect(files.map(\.role) == ["worker", "worker", "worker"])
    #expect(files.map { $0.text.map { String(decoding: $0.bytes, as: UTF8.self) } } == [
      "short-name-mode = \"permissive\"\n", "short", nil,
    ])
    #expect(files[0].text?.span(18..<30).range == text.marks[0])
    #expect(files[1].text?.span(0..<5).range == text.marks[1])
    let inline = try #require(text.reading.carriers[1].files[0].text)
    #expect(inline.span(18..<30).range == text.marks[2])
    #expect(text.reading.carriers[1].files[0].role == "master")
  }

  @Test func patchesWithoutKindAreOnesOfImage() {
    let text = Text("spec:\n  registrySources:\n    allowedRegistries:\n    - ⟦quay.io⟧\n")
    #expect(text.resources.map(\.kind) == [.image])
    #expect(text.resources.map(\.isPatch) == [true])
    #expect(text.images[0].allowedRegistries?.entries.map(\.span.range) == text.marks)
    for other in [
      "spec: {allowedRegistries: [a]}\n", "spec: {registrySources: [a]}\n", "spec: {registrySources: {}, replicas: 1}\n",
      "registrySources: {allowedRegistries: [a]}\n", "spec: {registrySources: {}}\nname: x\n", "imageContentSources: |\n  - a\nother: 1\n",
    ] {
      #expect(Text(other).resources.isEmpty, "\(other)")
    }
  }

  @Test func manifestsInStringsAreReadAndLandNowhere() {
    let text = Text(
      #"""
      apiVersion: espejote.io/v1alpha1
      kind: ManagedResource
      metadata: {name: image}
      spec:
        template: |-
          {
            "apiVersion": "config.openshift.io/v1", "kind": "Image", "metadata": {"name": "cluster"},
            "spec": {"registrySources": {"insecureRegistries": [⟦"reg.example.com"⟧]}}
          }
        script: |
          cat <<EOF
          kind: ImageDigestMirrorSet
          apiVersion: config.openshift.io/v1
          EOF
      """#)
    #expect(text.resources.map(\.kind) == [.image])
    #expect(text.resources.map(\.destination) == [.nowhere])
    #expect(text.images[0].insecureRegistries?.entries.map(\.span.range) == text.marks)
  }

  @Test(arguments: [
    "[[registry]]\nprefix = \"\"\nlocation = 'a.io'\n[[registry.mirror]]\n  location = \"b.io\" # c\n",
    "unqualified-search-registries = [\n  \"a\", # x\n  'b',\n]\nx = {y = 1, z = true}\n", "a.b = 1979-05-27T07:32:00Z\n",
    "k = \"\"\"\nlong \\\" text\"\"\"\n",
  ])
  func tomlIsRead(text: String) throws {
    let document = try TOMLDocument(Array(text.utf8))
    #expect(!document.tables.flatMap(\.entries).isEmpty)
  }

  @Test(arguments: ["a = \n", "a = \"x\n", "[[registry]\n", "a\n", "a = b\n", "a = 1 2\n", "a = 1\na = 2\n", "a = [1\n"])
  func brokenTOMLIsRefused(text: String) {
    #expect(throws: TOMLProblem.self) { try TOMLDocument(Array(text.utf8)) }
  }

  @Test func deepAndLargeInputIsBounded() {
    var text = "apiVersion: v1\nkind: List\nitems: [x]\n"
    for _ in 0..<40 {
      text = "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n" + text.split(separator: "\n").map { "    \($0)\n" }.joined()
    }
    #expect(Text(text + "# ImageDigestMirrorSet\n").resources.count <= 10)
    #expect(throws: TOMLProblem.self) { try TOMLDocument(Array(("a = " + String(repeating: "[", count: 10_000)).utf8)) }
  }
}

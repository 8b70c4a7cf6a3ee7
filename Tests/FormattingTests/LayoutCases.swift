/// How files are written: styles, line ends, templates, anchors, what is not ours.
enum LayoutCases {
  static let all: [FormattingCase] = [
    .list(
      "registries by host, port, path; duplicates go when they say nothing",
      """
          - registry.example.com:10000
          - quay.io/b
          - "quay.io/a"
          - registry.example.com:5000
          - '*.example.com'
          - registry.example.com
          - example.com
          - quay.io/a-b
          - quay.io/a/b
          - quay.io/a # said twice, with a reason
          - example.com
          - 10.0.0.9:5000
          - 10.0.0.10

      """,
      """
          - 10.0.0.9:5000
          - 10.0.0.10
          - example.com
          - '*.example.com'
          - registry.example.com
          - registry.example.com:5000
          - registry.example.com:10000
          - quay.io/a # said twice, with a reason
          - quay.io/a/b
          - quay.io/a-b
          - quay.io/b

      """),
    .mirrors(
      "equal sources keep their order, exact duplicates go, mirrors are never sorted",
      """
        - mirrors:
          - z.example.com/1
          - a.example.com/1
          source: quay.io/b
        - mirrors:
          - first.example.com
          source: quay.io/a
        - mirrors:
          - a-second.example.com
          source: quay.io/a
        - source: quay.io/a
          mirrors:
          - first.example.com

      """,
      """
        - source: quay.io/a
          mirrors:
          - first.example.com
        - source: quay.io/a
          mirrors:
          - a-second.example.com
        - source: quay.io/b
          mirrors:
          - z.example.com/1
          - a.example.com/1

      """),
    FormattingCase(
      name: "lists whose order is data",
      before: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          externalRegistryHostnames: [z.example.com, a.example.com]
          registrySources:
            containerRuntimeSearchRegistries: [z.example.com, a.example.com]

        """,
      after: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          externalRegistryHostnames: [z.example.com, a.example.com]
          registrySources:
            containerRuntimeSearchRegistries: [z.example.com, a.example.com]

        """),
    FormattingCase(
      name: "flow lists: entries change places, the formatting stays",
      before: """
        apiVersion: config.openshift.io/v1
        kind: Image
        spec: {registrySources: {insecureRegistries: [ b.example.com,a.example.com ], blockedRegistries: [
          "z.example.com",
          y.example.com, y.example.com,
          x.example.com,
        ]}}
        """,
      after: """
        apiVersion: config.openshift.io/v1
        kind: Image
        spec: {registrySources: {insecureRegistries: [ a.example.com,b.example.com ], blockedRegistries: [
          x.example.com,
          y.example.com, "z.example.com",
        ]}}
        """),
    FormattingCase(
      name: "a list of objects, mixed indentation, an unknown key",
      before: """
        kind: List
        items:
        - kind: Image
          metadata:
              labels: {b: c, a: b}
              name: cluster
          spec:
            registrySources:
                 allowedRegistries:
                 - b.io
                 - a.io
                 somethingNew: 1
                 insecureRegistries:
                    - d.io
                    - c.io
          apiVersion: config.openshift.io/v1
        - data: {z: a}
          kind: ConfigMap
          apiVersion: v1
        apiVersion: v1

        """,
      after: """
        kind: List
        items:
        - apiVersion: config.openshift.io/v1
          kind: Image
          metadata:
              name: cluster
              labels: {b: c, a: b}
          spec:
            registrySources:
                 insecureRegistries:
                    - c.io
                    - d.io
                 allowedRegistries:
                 - a.io
                 - b.io
                 somethingNew: 1
        - data: {z: a}
          kind: ConfigMap
          apiVersion: v1
        apiVersion: v1

        """),
    .list(
      "an unknown value is a wall",
      """
          - d.example.com
          - c.example.com
          - {{ .Values.registry }}
          - b.example.com
          - a.example.com

      """,
      """
          - c.example.com
          - d.example.com
          - {{ .Values.registry }}
          - a.example.com
          - b.example.com

      """, notes: ["template value"]),
    .mirrors(
      "an entry with an unknown part does not move and is not crossed",
      """
        - source: quay.io/d
          mirrors: ["${HOST}/d"]
        - source: quay.io/c
          mirrors: [m.example.com]
        - source: quay.io/b
          mirrors: [m.example.com]
        - source: <registry.example.com>/a
          mirrors: [m.example.com]

      """,
      """
        - source: quay.io/d
          mirrors: ["${HOST}/d"]
        - source: quay.io/b
          mirrors: [m.example.com]
        - source: quay.io/c
          mirrors: [m.example.com]
        - source: <registry.example.com>/a
          mirrors: [m.example.com]

      """, notes: ["template value"]),
    .list(
      "template lines",
      """
          - b.example.com
          {{- if .Values.docker }}
          - docker.io
          {{- end }}
          - a.example.com

      """,
      """
          - b.example.com
          {{- if .Values.docker }}
          - docker.io
          {{- end }}
          - a.example.com

      """, notes: ["template lines"]),
    FormattingCase(
      name: "anchors and aliases",
      before: """
        apiVersion: config.openshift.io/v1
        kind: Image
        spec:
          registrySources:
            insecureRegistries: &hosts
            - b.io
            - a.io
            blockedRegistries:
            - z.io
            - &x y.io
            - b.io
            - a.io
            containerRuntimeSearchRegistries: *hosts

        """,
      after: """
        apiVersion: config.openshift.io/v1
        kind: Image
        spec:
          registrySources:
            insecureRegistries: &hosts
            - b.io
            - a.io
            blockedRegistries:
            - z.io
            - &x y.io
            - a.io
            - b.io
            containerRuntimeSearchRegistries: *hosts

        """, notes: ["has an anchor", "an anchor or an alias"]),
    FormattingCase(
      name: "block texts that keep what is behind them stay",
      before: """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: a
        data:
          c.example.com: |
            -----BEGIN CERTIFICATE-----
          b.example.com: |+
            -----BEGIN CERTIFICATE-----

          a.example.com: >-
            -----BEGIN CERTIFICATE-----
            folded

        """,
      after: """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: a
        data:
          c.example.com: |
            -----BEGIN CERTIFICATE-----
          b.example.com: |+
            -----BEGIN CERTIFICATE-----

          a.example.com: >-
            -----BEGIN CERTIFICATE-----
            folded

        """, notes: ["keeps the empty lines"]),
    FormattingCase(
      name: "a block text would take the deeper comment of its neighbour",
      before: """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: a
        data:
          c.example.com: |
            -----BEGIN CERTIFICATE-----

            # deeper
          b.example.com: |
           -----BEGIN CERTIFICATE-----
          # of a
          a.example.com: |
           -----BEGIN CERTIFICATE-----

        """.replacing("    # deeper", with: "   # deeper"),
      after: """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: a
        data:
          c.example.com: |
            -----BEGIN CERTIFICATE-----

            # deeper
          b.example.com: |
           -----BEGIN CERTIFICATE-----
          # of a
          a.example.com: |
           -----BEGIN CERTIFICATE-----

        """.replacing("    # deeper", with: "   # deeper"), notes: ["part of a block text"]),
    .list(
      "a line with a tab is good YAML behind plain text only",
      """
          - b.example.com
             \u{9}
          - "a.example.com"

      """,
      """
          - b.example.com
             \u{9}
          - "a.example.com"

      """, notes: ["tab"]),
    FormattingCase(
      name: "others of the same name and other ConfigMaps",
      before: """
        kind: Image
        apiVersion: image.openshift.io/v1
        metadata: {namespace: a, name: b}
        ---
        kind: ConfigMap
        apiVersion: v1
        metadata:
          name: trust
        data:
          b.crt: |
            -----BEGIN CERTIFICATE-----
          a.crt: |
            -----BEGIN CERTIFICATE-----
        ---
        kind: Deployment
        apiVersion: apps/v1

        """,
      after: """
        kind: Image
        apiVersion: image.openshift.io/v1
        metadata: {namespace: a, name: b}
        ---
        kind: ConfigMap
        apiVersion: v1
        metadata:
          name: trust
        data:
          b.crt: |
            -----BEGIN CERTIFICATE-----
          a.crt: |
            -----BEGIN CERTIFICATE-----
        ---
        kind: Deployment
        apiVersion: apps/v1

        """),
    FormattingCase(
      name: "empty values, values on the next line, repeated keys, a broken neighbour",
      before: """
        kind: ImageDigestMirrorSet
        status:
        apiVersion:
          config.openshift.io/v1
        metadata:
          namespace:
          name: b
          name: a
        spec:
          imageDigestMirrors:
          -
            mirrors:
            source: quay.io/z
          - source:
              quay.io/b
            mirrors: null
          -
          - source: "quay.io/\\
              a"
        ---
        broken: [
        ---
        kind: Image
        apiVersion: config.openshift.io/v1

        """,
      after: """
        apiVersion:
          config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: b
          name: a
          namespace:
        spec:
          imageDigestMirrors:
          - source:
              quay.io/b
            mirrors: null
          -
            source: quay.io/z
            mirrors:
          -
          - source: "quay.io/\\
              a"
        status:
        ---
        broken: [
        ---
        apiVersion: config.openshift.io/v1
        kind: Image

        """, notes: ["no text to sort it by"]),
  ]
}

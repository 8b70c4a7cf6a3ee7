/// How people comment lists, reduced from what public repositories hold.
enum CommentCases {
  static let all: [FormattingCase] = [
    .list(
      "comment above an item, trailing comment",
      """
          - quay.io   # two spaces and more
          # the build registry
          # is ours
          - build.example.com
          - docker.io # one

      """,
      """
          # the build registry
          # is ours
          - build.example.com
          - docker.io # one
          - quay.io   # two spaces and more

      """),
    .mirrors(
      "a banner over several entries",
      """
        # -----
        # operator
        # -----
        - source: registry.example.com/op-rhel9
          mirrors: [m.example.com/a]

        - source: registry.example.com/op-rhel8
          mirrors: [m.example.com/b]

        # -----
        # bundle
        # -----
        - source: registry.example.com/bundle-rhel9
          mirrors: [m.example.com/c]

        - source: registry.example.com/bundle-rhel8
          mirrors: [m.example.com/d]

      """,
      """
        # -----
        # operator
        # -----
        - source: registry.example.com/op-rhel8
          mirrors: [m.example.com/b]

        - source: registry.example.com/op-rhel9
          mirrors: [m.example.com/a]

        # -----
        # bundle
        # -----
        - source: registry.example.com/bundle-rhel8
          mirrors: [m.example.com/d]

        - source: registry.example.com/bundle-rhel9
          mirrors: [m.example.com/c]

      """),
    .list(
      "two groups with titles",
      """
          # needed for the platform
          - quay.io
          - registry.redhat.io

          # nice to have
          - ghcr.io
          - docker.io

      """,
      """
          # needed for the platform
          - quay.io
          - registry.redhat.io

          # nice to have
          - docker.io
          - ghcr.io

      """),
    .mirrors(
      "one comment for each entry, no blank lines",
      """
          # the operator
          - source: quay.io/z
            mirrors:
              - m.example.com/z
          # the agent
          - source: quay.io/b
            mirrors:
              - m.example.com/b
              - m.example.com/a
          # the bundle
          - source: quay.io/a
            mirrors:
              - m.example.com/a

      """,
      """
          # the bundle
          - source: quay.io/a
            mirrors:
              - m.example.com/a
          # the agent
          - source: quay.io/b
            mirrors:
              - m.example.com/b
              - m.example.com/a
          # the operator
          - source: quay.io/z
            mirrors:
              - m.example.com/z

      """),
    .mirrors(
      "one comment for each entry, blank lines between",
      """
        # z
        - source: quay.io/z
          mirrors: [m.example.com/z]

        # a
        - source: quay.io/a
          mirrors: [m.example.com/a]

      """,
      """
        # a
        - source: quay.io/a
          mirrors: [m.example.com/a]

        # z
        - source: quay.io/z
          mirrors: [m.example.com/z]

      """),
    .mirrors(
      "entries commented out at the start",
      """
          # - mirrors:
          #    - quay.io/old
          #  source: registry.example.com/old
          - mirrors:
              - quay.io/new-z
            source: registry.example.com/z
          - mirrors:
              - quay.io/new-a
            source: registry.example.com/a

      """,
      """
          # - mirrors:
          #    - quay.io/old
          #  source: registry.example.com/old
          - source: registry.example.com/a
            mirrors:
              - quay.io/new-a
          - source: registry.example.com/z
            mirrors:
              - quay.io/new-z

      """),
    FormattingCase(
      name: "items commented out at the end stay in their own list",
      before: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          registrySources:
            allowedRegistries:
            - quay.io
            - docker.io
            # - your-mirror.example.com
            insecureRegistries:
            - b.example.com
            - a.example.com
          allowedRegistriesForImport:
          - domainName: quay.io
            insecure: false
          - domainName: docker.io
          # - domainName: your-mirror.example.com
          #   insecure: false

        """,
      after: """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata:
          name: cluster
        spec:
          allowedRegistriesForImport:
          - domainName: docker.io
          - domainName: quay.io
            insecure: false
          # - domainName: your-mirror.example.com
          #   insecure: false
          registrySources:
            insecureRegistries:
            - a.example.com
            - b.example.com
            allowedRegistries:
            - docker.io
            - quay.io
            # - your-mirror.example.com

        """),
    .list(
      "a comment at column 0 and disabled items to the end",
      """
          - quay.io
          - docker.io
      # these were asked for and never used
          #- nvcr.io
          ##- gcr.io # ticket 12
          ##- k8s.gcr.io

      """,
      """
          - docker.io
          - quay.io
      # these were asked for and never used
          #- nvcr.io
          ##- gcr.io # ticket 12
          ##- k8s.gcr.io

      """),
    FormattingCase(
      name: "a comment between key and first item, deeper than the item",
      before: """
        apiVersion: config.openshift.io/v1
        kind: ImageTagMirrorSet
        metadata: {name: a}
        spec:
          imageTagMirrors:
            # TODO ask the network team
            #allowMirrorByTags
          - source: quay.io/b
            mirrors: [m.example.com/b]
          - source: quay.io/a
            mirrors: [m.example.com/a]

        """,
      after: """
        apiVersion: config.openshift.io/v1
        kind: ImageTagMirrorSet
        metadata: {name: a}
        spec:
          imageTagMirrors:
            # TODO ask the network team
            #allowMirrorByTags
          - source: quay.io/a
            mirrors: [m.example.com/a]
          - source: quay.io/b
            mirrors: [m.example.com/b]

        """),
    .mirrors(
      "a commented field at the end of an entry",
      """
        - source: quay.io/b
          mirrors:
          - m.example.com/b  # the fast one
          mirrorSourcePolicy: NeverContactSource # as the installer does
          #allowMirrorByTags: true
        - source: quay.io/a
          mirrors:
          - m.example.com/a
          #mirrorSourcePolicy: NeverContactSource

      """,
      """
        - source: quay.io/a
          mirrors:
          - m.example.com/a
          #mirrorSourcePolicy: NeverContactSource
        - source: quay.io/b
          mirrors:
          - m.example.com/b  # the fast one
          mirrorSourcePolicy: NeverContactSource # as the installer does
          #allowMirrorByTags: true

      """),
    FormattingCase(
      name: "comments before and behind ---, kind before apiVersion",
      before: """
        # required
        # count: 1
        ---
        # made for the tests
        kind: ImageDigestMirrorSet
        apiVersion: config.openshift.io/v1
        metadata:
          name: a
        spec:
          imageDigestMirrors: []
        #    - $mirrors
        ---
        # another
        spec: {}
        kind: Deployment
        """,
      after: """
        # required
        # count: 1
        ---
        # made for the tests
        apiVersion: config.openshift.io/v1
        kind: ImageDigestMirrorSet
        metadata:
          name: a
        spec:
          imageDigestMirrors: []
        #    - $mirrors
        ---
        # another
        spec: {}
        kind: Deployment
        """),
    FormattingCase(
      name: "a comment above a CA moves with it",
      before: """
        apiVersion: v1
        data:
          # the office
          registry.example.com..8443: |
            -----BEGIN CERTIFICATE-----
            b
            -----END CERTIFICATE-----
          # the lab
          registry.example.com..443: |
            -----BEGIN CERTIFICATE-----
            # data, not a comment
            -----END CERTIFICATE-----
          # everyone
          registry.example.com: |
            -----BEGIN CERTIFICATE-----
            a
            -----END CERTIFICATE-----
        kind: ConfigMap
        metadata:
          namespace: openshift-config
          name: cas

        """,
      after: """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: cas
          namespace: openshift-config
        data:
          # everyone
          registry.example.com: |
            -----BEGIN CERTIFICATE-----
            a
            -----END CERTIFICATE-----
          # the lab
          registry.example.com..443: |
            -----BEGIN CERTIFICATE-----
            # data, not a comment
            -----END CERTIFICATE-----
          # the office
          registry.example.com..8443: |
            -----BEGIN CERTIFICATE-----
            b
            -----END CERTIFICATE-----

        """),
    .list(
      "a suppression speaks of the next line and goes with it",
      """
          # registrylint:ignore broad-wildcard -- asked for
          - quay.io
          - docker.io

      """,
      """
          - docker.io
          # registrylint:ignore broad-wildcard -- asked for
          - quay.io

      """),
    .list(
      "a comment that goes on below a trailing one",
      """
          - quay.io    # the first line
                       # the second line
          - docker.io

      """,
      """
          - docker.io
          - quay.io    # the first line
                       # the second line

      """),
    .list(
      "paragraphs are groups, a space between all is none",
      """
          - z.example.com
          - y.example.com

          - b.example.com
          - a.example.com

      """,
      """
          - y.example.com
          - z.example.com

          - a.example.com
          - b.example.com

      """),
    .list(
      "a blank line behind the key and between all items",
      """

          - z.example.com
          \u{20}
          - y.example.com

          - b.example.com

      """,
      """

          - b.example.com
          \u{20}
          - y.example.com

          - z.example.com

      """),
    .list(
      "a title of all, or of the first? then nothing moves",
      """
          # partners
          - quay.io
          # the build registry
          - build.example.com
          - docker.io

      """,
      """
          # partners
          - quay.io
          # the build registry
          - build.example.com
          - docker.io

      """, notes: ["title of several entries"]),
    .mirrors(
      "prose deeper than the dash: end of this or start of that?",
      """
        - source: quay.io/b
          mirrors: [m.example.com/b]
          # Mirror for the agent
        - source: quay.io/a
          mirrors: [m.example.com/a]

      """,
      """
        - source: quay.io/b
          mirrors: [m.example.com/b]
          # Mirror for the agent
        - source: quay.io/a
          mirrors: [m.example.com/a]

      """, notes: ["to which entry"]),
    .mirrors(
      "a comment that would have to go in front of the dash",
      """
        - mirrors: [m.example.com/a]
          # the vendor
          source: quay.io/a

      """,
      """
        - mirrors: [m.example.com/a]
          # the vendor
          source: quay.io/a

      """, notes: ["behind the dash"]),
    .list(
      "an entry commented out in the middle is not crossed",
      """
          - d.example.com
          - b.example.com
          # - c.example.com
          - e.example.com
          - a.example.com

      """,
      """
          - b.example.com
          - d.example.com
          # - c.example.com
          - a.example.com
          - e.example.com

      """, notes: ["commented out"]),
    FormattingCase(
      name: "what the first comment of a file speaks of is not clear",
      before: """
        # our certificates
        data:
          a.example.com: |-
            -----BEGIN CERTIFICATE-----
        kind: ConfigMap
        apiVersion: v1

        """,
      after: """
        # our certificates
        data:
          a.example.com: |-
            -----BEGIN CERTIFICATE-----
        kind: ConfigMap
        apiVersion: v1

        """, notes: ["speaks of the file"]),
  ]
}

/// What the examples of the CA rules are made of. The certificates were made for them; their keys were thrown away.
enum CAExample {
  /// A ConfigMap with one key.
  static func map(_ key: String, _ value: String) -> String { data(literal(key, value)) }

  /// A ConfigMap with these lines under `data`.
  static func data(_ lines: String, section: String = "data") -> String {
    """
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: registry-cas
      namespace: openshift-config
    \(section):
    \(indented(lines, by: 2))
    """
  }

  /// `key: |` and the text.
  static func literal(_ key: String, _ value: String) -> String { "\(key): |\n\(indented(value, by: 2))" }

  static func indented(_ lines: String, by count: Int) -> String {
    lines.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
  }

  /// The certificate with its BEGIN line marked as reported.
  static func marked(_ certificate: String) -> String {
    certificate.replacing("-----BEGIN CERTIFICATE-----", with: "⟦-----BEGIN CERTIFICATE-----⟧")
  }

  /// An `Image` that names the ConfigMap of the examples.
  static let image = ImageExample.spec("additionalTrustedCA:\n  name: registry-cas")

  /// A mirror set with these mirrors of `quay.io/team`.
  static func mirrors(_ mirrors: String, source: String = "quay.io/team", kind: String = "ImageDigestMirrorSet")
    -> String
  {
    """
    apiVersion: config.openshift.io/v1
    kind: \(kind)
    metadata:
      name: mirrors
    spec:
      \(kind == "ImageTagMirrorSet" ? "imageTagMirrors" : "imageDigestMirrors"):
      - source: \(source)
        mirrors:
    \(indented(mirrors, by: 4))
    """
  }

  /// A CA: `CN=Lab CA`, valid from 2020 to 2099.
  static let ca = """
    -----BEGIN CERTIFICATE-----
    MIIBBDCBt6ADAgECAgEBMAUGAytlcDARMQ8wDQYDVQQDDAZMYWIgQ0EwIBcNMjAw
    MTAxMDAwMDAwWhgPMjA5OTAxMDEwMDAwMDBaMBExDzANBgNVBAMMBkxhYiBDQTAq
    MAUGAytlcAMhAOV3pwH+52pVkLzxzAaPpOVqPX0woHxyHUA8HpHVPJaDozIwMDAP
    BgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBSU9VYNtUswD9YMV4MMl0t19m9EYDAF
    BgMrZXADQQAwJmVvnaoawBXdkpPZ6ZA76ui3lJIcQreNE6RbJNlVG4B0JLet+zBt
    Csmf79fVitaSS7f1wWYqV5702KQw7ZEL
    -----END CERTIFICATE-----
    """

  /// Another CA: `CN=Other CA`.
  static let otherCA = """
    -----BEGIN CERTIFICATE-----
    MIIBCDCBu6ADAgECAgEBMAUGAytlcDATMREwDwYDVQQDDAhPdGhlciBDQTAgFw0y
    MDAxMDEwMDAwMDBaGA8yMDk5MDEwMTAwMDAwMFowEzERMA8GA1UEAwwIT3RoZXIg
    Q0EwKjAFBgMrZXADIQBi68xfznHNLC+5yZWhyEiIU3S/DtrsqJ32Nhhbe6AB1KMy
    MDAwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUqm0jD13wHIVcxQ2N7Q9jhkjd
    UW4wBQYDK2VwA0EAPbAhyUxePgphKuAskQMc+Do6UiITN5d+sTJrHvbliuGFP3VA
    zMH88Krof1+onr1YiIMpLzHI3geLRf0VdVFOCg==
    -----END CERTIFICATE-----
    """

  /// `CN=Old CA`, expired on 2020-01-01.
  static let expired = """
    -----BEGIN CERTIFICATE-----
    MIIBAjCBtaADAgECAgEBMAUGAytlcDARMQ8wDQYDVQQDDAZPbGQgQ0EwHhcNMTAw
    MTAxMDAwMDAwWhcNMjAwMTAxMDAwMDAwWjARMQ8wDQYDVQQDDAZPbGQgQ0EwKjAF
    BgMrZXADIQAKJwADnK2GdIYCHaYia9wnonqv3tBxw3xOqgx50lry+aMyMDAwDwYD
    VR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUytP09jsc/VEozmcoK+7raZPRuSMwBQYD
    K2VwA0EA/m3a224kGDh/ThU3Dygu1kbNeZk3z8hKfbV2a4U9Dck0m+hnQdu2PAdH
    wHDeKvi+F04nui2r0kjdUzUDpTQIAA==
    -----END CERTIFICATE-----
    """

  /// `CN=Next CA`, valid from 2090 on.
  static let future = """
    -----BEGIN CERTIFICATE-----
    MIIBCDCBu6ADAgECAgEBMAUGAytlcDASMRAwDgYDVQQDDAdOZXh0IENBMCIYDzIw
    OTAwMTAxMDAwMDAwWhgPMjA5OTAxMDEwMDAwMDBaMBIxEDAOBgNVBAMMB05leHQg
    Q0EwKjAFBgMrZXADIQBggiRPHEYM9VZk035Rw0cwe0HGeCxVFgx0d44zDJVKdaMy
    MDAwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUaqIZ8kbFEEt10bWIZVmlVK6M
    ANcwBQYDK2VwA0EA35RikjdXsNW/FVcJk+CaGhtLQfN0dYXldopfDo2Gt9F15FAo
    q71u+FEov9+SV9L21NczQsECV1np9PX4KM2UDg==
    -----END CERTIFICATE-----
    """

  /// `CN=Lab CA`, valid until 2026-06-15.
  static let soon = """
    -----BEGIN CERTIFICATE-----
    MIIBAjCBtaADAgECAgEBMAUGAytlcDARMQ8wDQYDVQQDDAZMYWIgQ0EwHhcNMjAw
    MTAxMDAwMDAwWhcNMjYwNjE1MDAwMDAwWjARMQ8wDQYDVQQDDAZMYWIgQ0EwKjAF
    BgMrZXADIQCAfa7fzKreLJSSTWkTh+DrJg5FuqAC65LJLJ13290LTKMyMDAwDwYD
    VR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUOWsM+NVAGEPQuHesJQgOReny1XMwBQYD
    K2VwA0EA9ze+E6UIgxkOX2thNpKjtcX946qXIe9hWJ3IryUDKd7uy5umJHxePwkr
    DKY8MjFi/v89wNgVVq1PrHfQsaqeBg==
    -----END CERTIFICATE-----
    """

  /// `CN=reg.lab`, no CA.
  static let leaf = """
    -----BEGIN CERTIFICATE-----
    MIIBAzCBtqADAgECAgEBMAUGAytlcDASMRAwDgYDVQQDDAdyZWcubGFiMCAXDTIw
    MDEwMTAwMDAwMFoYDzIwOTkwMTAxMDAwMDAwWjASMRAwDgYDVQQDDAdyZWcubGFi
    MCowBQYDK2VwAyEAD3PQaK8aIsiQAVa4mi4RJcC0xrUTMz22eJfovUnwNBejLzAt
    MAwGA1UdEwEB/wQCMAAwHQYDVR0OBBYEFKojYE3CA7Hw//fHjU21TFHw5QXcMAUG
    AytlcANBAEJi+qsdUhXuPuvCMFS9fZEDI8rxg9phYlJEGev/6ItyjNjSQAbOdHf5
    IO72WTzXKHBVZrBEOy2z1vyJMQi9igU=
    -----END CERTIFICATE-----
    """

  /// A CA with an Ed448 key.
  static let ed448 = """
    -----BEGIN CERTIFICATE-----
    MIIBTzCB0KADAgECAgEBMAUGAytlcTARMQ8wDQYDVQQDDAZMYWIgQ0EwIBcNMjAw
    MTAxMDAwMDAwWhgPMjA5OTAxMDEwMDAwMDBaMBExDzANBgNVBAMMBkxhYiBDQTBD
    MAUGAytlcQM6AN1NSugp0F9Pk6n3KeEP3d3lqeDQKcYEvousFu/Y8ClQ8qB+iSTH
    IvuZg7pyBIBbrje96EahTYfpAKMyMDAwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4E
    FgQUL9PoGQtshKSpQLkaFJPlqw+OqvwwBQYDK2VxA3MADVSi9YxkK+HNlJkpGiCl
    uevA+9A6nqHJOrgBWqwXfdvjtm7Cs+3YlOxFrb3jvnbz1YB3UVE1vTwAZa4EGIjH
    ULmQkuZAJ31UHFZXpYzQAkA0pXb0ErGbkZysML52rF7Km4ejmoYHW84tVIkMhJX3
    3wMA
    -----END CERTIFICATE-----
    """

  /// Base64 of the PEM text of `ca`.
  static let base64 = """
    LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJCRENCdDZBREFnRUNBZ0VCTUFVR0F5dGxjREFSTVE4d0RRWURWUVFE\
    REFaTVlXSWdRMEV3SUJjTk1qQXcKTVRBeE1EQXdNREF3V2hnUE1qQTVPVEF4TURFd01EQXdNREJhTUJFeER6QU5CZ05WQkFN\
    TUJreGhZaUJEUVRBcQpNQVVHQXl0bGNBTWhBT1YzcHdIKzUycFZrTHp4ekFhUHBPVnFQWDB3b0h4eUhVQThIcEhWUEphRG96\
    SXdNREFQCkJnTlZIUk1CQWY4RUJUQURBUUgvTUIwR0ExVWREZ1FXQkJTVTlWWU50VXN3RDlZTVY0TU1sMHQxOW05RVlEQUYK\
    QmdNclpYQURRUUF3Sm1Wdm5hb2F3Qlhka3BQWjZaQTc2dWkzbEpJY1FyZU5FNlJiSk5sVkc0QjBKTGV0K3pCdApDc21mNzlm\
    Vml0YVNTN2Yxd1dZcVY1NzAyS1F3N1pFTAotLS0tLUVORCBDRVJUSUZJQ0FURS0tLS0tCg==
    """

  /// Base64 of the DER of `ca`.
  static let der = """
    MIIBBDCBt6ADAgECAgEBMAUGAytlcDARMQ8wDQYDVQQDDAZMYWIgQ0EwIBcNMjAwMTAxMDAwMDAwWhgPMjA5OTAxMDEwMDAw\
    MDBaMBExDzANBgNVBAMMBkxhYiBDQTAqMAUGAytlcAMhAOV3pwH+52pVkLzxzAaPpOVqPX0woHxyHUA8HpHVPJaDozIwMDAP\
    BgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBSU9VYNtUswD9YMV4MMl0t19m9EYDAFBgMrZXADQQAwJmVvnaoawBXdkpPZ6ZA7\
    6ui3lJIcQreNE6RbJNlVG4B0JLet+zBtCsmf79fVitaSS7f1wWYqV5702KQw7ZEL
    """

  /// The form of a private key, of zeros, with its BEGIN line marked as reported.
  static let markedKey = """
    ⟦-----BEGIN PRIVATE KEY-----⟧
    MC4CAQAwBQYDK2VwBCIEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
    -----END PRIVATE KEY-----
    """

  /// A CA with an RSA key of 512 bits.
  static let shortRSA = """
    -----BEGIN CERTIFICATE-----
    MIIBdTCCAR+gAwIBAgIUQSwrsIwOeffoeQDjaPcqIXnR4yYwDQYJKoZIhvcNAQEL
    BQAwDzENMAsGA1UEAwwEcjUxMjAeFw0yNjExMjMwMzQ4MzBaFw0zNjExMjAwMzQ4
    MzBaMA8xDTALBgNVBAMMBHI1MTIwXDANBgkqhkiG9w0BAQEFAANLADBIAkEAu89e
    EKjloAYZs5+4jmCCCVxZTL8R7FGKuarERr2h+QiAbrQaoizfbpZCb8eql0EoF4AQ
    csOBcB2vQUCeY+1m8QIDAQABo1MwUTAdBgNVHQ4EFgQUEIfokncMIUhkHPmuPiij
    sdytmeQwHwYDVR0jBBgwFoAUEIfokncMIUhkHPmuPiijsdytmeQwDwYDVR0TAQH/
    BAUwAwEB/zANBgkqhkiG9w0BAQsFAANBABC0kl9ZaR+q59T1MOtyicP0nYfTjfrA
    bLvvdungjRg21vCJuB5dvy0++XAHcU6xsfCTMIp27oK2jDhtGrEqmTo=
    -----END CERTIFICATE-----
    """

  /// The ConfigMap of the examples without its namespace.
  static let withoutNamespace =
    map("registry.example.com..5000", ca).replacing("  namespace: openshift-config\n", with: "")
}

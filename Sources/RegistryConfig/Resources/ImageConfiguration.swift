import SourceText

/// `Image` of config.openshift.io: where a cluster may pull images from.
public final class ImageConfiguration: Sendable {
  /// One entry of `spec.allowedRegistriesForImport`.
  public struct ImportDomain: Sendable {
    public let index: Int
    public let domainName: Located<String>?
    public let insecure: Bool
    public let span: SourceSpan

    public init(index: Int, domainName: Located<String>?, insecure: Bool, span: SourceSpan) {
      self.index = index
      self.domainName = domainName
      self.insecure = insecure
      self.span = span
    }
  }

  public let resource: Resource
  /// `nil` when the key is absent. A key with an empty list is a list without entries.
  public let allowedRegistries: RegistryList?
  public let blockedRegistries: RegistryList?
  public let insecureRegistries: RegistryList?
  public let searchRegistries: RegistryList?
  public let externalRegistryHostnames: RegistryList?
  public let allowedRegistriesForImport: [ImportDomain]?
  /// `spec.additionalTrustedCA.name`
  public let trustedCA: Located<String>?

  public init(
    resource: Resource, allowedRegistries: RegistryList?, blockedRegistries: RegistryList?,
    insecureRegistries: RegistryList?, searchRegistries: RegistryList?, externalRegistryHostnames: RegistryList?,
    allowedRegistriesForImport: [ImportDomain]?, trustedCA: Located<String>?
  ) {
    self.resource = resource
    self.allowedRegistries = allowedRegistries
    self.blockedRegistries = blockedRegistries
    self.insecureRegistries = insecureRegistries
    self.searchRegistries = searchRegistries
    self.externalRegistryHostnames = externalRegistryHostnames
    self.allowedRegistriesForImport = allowedRegistriesForImport
    self.trustedCA = trustedCA
  }
}

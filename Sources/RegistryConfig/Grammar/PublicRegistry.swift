/// Registries of the public internet that this program knows by name.
public enum PublicRegistry {
  /// Whether a host (without port) is a well-known public registry: its certificate is signed by a public CA, and it
  /// is nobody's mirror of the rest.
  public static func contains(_ host: String) -> Bool {
    let host = host.lowercased()
    return hosts.contains(host) || suffixes.contains { host.hasSuffix($0) }
  }

  /// Whether anybody can open an account there and push images under a new name.
  public static func isOpenToEverybody(_ host: String) -> Bool {
    let host = host.lowercased()
    return open.contains(host) || host.hasSuffix(".gcr.io")
  }

  /// Docker Hub under its own names.
  public static func isDockerHub(_ host: String) -> Bool {
    ["docker.io", "index.docker.io", "registry-1.docker.io"].contains(host.lowercased())
  }

  private static let open: Set<String> = [
    "docker.io", "index.docker.io", "registry-1.docker.io", "quay.io", "ghcr.io", "gcr.io", "public.ecr.aws",
    "registry.gitlab.com",
  ]

  private static let hosts: Set<String> = open.union([
    "registry.redhat.io", "registry.access.redhat.com", "registry.connect.redhat.com", "registry.ci.openshift.org",
    "cloud.openshift.com", "cdn.quay.io", "mcr.microsoft.com", "registry.k8s.io", "k8s.gcr.io", "nvcr.io", "icr.io",
    "cp.icr.io", "docker.elastic.co", "registry.fedoraproject.org", "registry.suse.com", "registry.opensuse.org",
    "container-registry.oracle.com", "lscr.io", "dhi.io", "docker.pkg.github.com",
  ])

  private static let suffixes = [".gcr.io", ".pkg.dev", ".icr.io", ".amazonaws.com", ".azurecr.io"]
}

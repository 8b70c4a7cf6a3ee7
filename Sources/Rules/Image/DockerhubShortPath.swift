import Diagnostics
import RegistryConfig
import SourceText

/// `docker.io/nginx`, where nodes ask for `docker.io/library/nginx`.
public struct DockerhubShortPath: Rule {
  public static let documentation = RuleDocumentation(
    id: "dockerhub-short-path", code: "IMG117", category: .image, severity: .warning, effect: .notApplied,
    fixing: .unsafe,
    summary: "An entry names an official image of Docker Hub without `library/`.",
    why: """
      Nodes complete `nginx` and `docker.io/nginx` to `docker.io/library/nginx` before they look into policy.json and \
      registries.conf. An entry `docker.io/nginx` matches only images of an organisation of that name, such as \
      `docker.io/nginx/unit`.
      """,
    instead: "Write `docker.io/library/nginx`; keep the short form when the organisation is meant.",
    sources: [
      "containers/image docker/reference/normalize.go", "the list of official images: docker-library/official-images",
    ])

  public static let examples: [RuleExample] = [
    .bad(
      "an official image",
      ImageExample.sources(
        """
        allowedRegistries:
        - quay.io
        - ⟦docker.io/postgres⟧
        """),
      fixed: ImageExample.sources(
        """
        allowedRegistries:
        - quay.io
        - docker.io/library/postgres
        """), message: "'docker.io/postgres'"),
    .good(
      "organisations, and the full name",
      ImageExample.sources(
        "allowedRegistries: [docker.io/bitnami, docker.io/library, docker.io/library/nginx, quay.io/postgres]")),
  ]

  public init() {}

  public func check(_ resource: LintedResource, _ findings: inout Findings) {
    for list in resource.image?.scopeLists ?? [] {
      for entry in list.known(.valid) where entry.value.hasPrefix("docker.io/") {
        guard let path = ImageName(entry.value).path, Self.officialImages.contains(path) else { continue }
        let better = "docker.io/library/\(path)"
        let consequence =
          switch list.name {
          case "allowedRegistries": "the official image is rejected"
          case "blockedRegistries": "the official image is not blocked"
          default: "the official image is not pulled insecurely"
          }
        findings.report(
          "\(entry.quoted) in \(list.name) does not match the official image '\(better)'", at: entry.span,
          field: list.field(of: entry), effect: list.name == "allowedRegistries" ? .pullsFail : .notApplied,
          help: "\(consequence), because nodes ask for it with its full name; write '\(better)'",
          fixes: ScalarReplacement.edit(entry.span, with: better).map {
            [Fix("Write the full name", safety: .unsafe, in: entry.span.file, [$0])]
          } ?? [])
      }
    }
  }

  /// Official images that people run on clusters. A name that is missing here is a finding that is missing, no more.
  private static let officialImages: Set<String> = [
    "adminer", "alpine", "almalinux", "amazoncorretto", "amazonlinux", "arangodb", "archlinux", "bash",
    "buildpack-deps",
    "busybox", "caddy", "cassandra", "centos", "chronograf", "clojure", "composer", "couchbase", "couchdb", "crate",
    "debian", "docker", "drupal", "eclipse-mosquitto", "eclipse-temurin", "elasticsearch", "elixir", "erlang", "fedora",
    "flink", "fluentd", "gcc", "ghost", "golang", "gradle", "groovy", "haproxy", "haskell", "hello-world", "httpd",
    "influxdb", "jetty", "joomla", "jruby", "julia", "kapacitor", "kibana", "kong", "logstash", "mariadb", "matomo",
    "maven", "mediawiki", "memcached", "mongo", "mongo-express", "mysql", "nats", "neo4j", "nextcloud", "nginx", "node",
    "odoo", "openjdk", "oraclelinux", "perl", "php", "phpmyadmin", "postgres", "python", "rabbitmq", "redis", "redmine",
    "registry", "rethinkdb", "rockylinux", "ruby", "rust", "solr", "sonarqube", "spiped", "storm", "swift", "telegraf",
    "tomcat", "tomee", "traefik", "ubuntu", "varnish", "vault", "wordpress", "zookeeper",
  ]
}

/// Images of Docker Hub that stand in no organisation: `docker.io/nginx` is pulled as `docker.io/library/nginx`.
public enum DockerHubImages {
  /// Whether a name is one of the well-known official images. An organisation can have the same name, so for those
  /// that have a busy one (`jenkins`, `bitnami`, `grafana`) the answer is no.
  public static func isOfficial(_ name: String) -> Bool { names.contains(name) }

  private static let names: Set<String> = [
    "alpine", "almalinux", "amazoncorretto", "amazonlinux", "bash", "busybox", "caddy", "cassandra", "centos",
    "couchdb", "debian", "drupal", "eclipse-mosquitto", "eclipse-temurin", "fedora", "flink", "gcc", "ghost", "golang",
    "gradle", "haproxy", "hello-world", "httpd", "influxdb", "joomla", "mariadb", "maven", "memcached", "mongo",
    "mongo-express", "mysql", "nats", "neo4j", "nextcloud", "nginx", "node", "openjdk", "oraclelinux", "perl", "php",
    "phpmyadmin", "postgres", "python", "rabbitmq", "redis", "redmine", "registry", "rockylinux", "ruby", "rust",
    "solr", "sonarqube", "telegraf", "tomcat", "traefik", "ubuntu", "wordpress", "zookeeper",
  ]
}

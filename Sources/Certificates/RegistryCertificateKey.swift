/// A key of the ConfigMap that `additionalTrustedCA` names: `host` or `host..port`, because a ConfigMap key cannot hold
/// a colon. Two programs make directories below `/etc/docker/certs.d` of it, and they differ on odd keys.
public struct RegistryCertificateKey: Hashable, Sendable {
  /// Why the API refuses the key (Kubernetes `validation.IsConfigMapKey`), with its words.
  public enum Fault: String, Hashable, Sendable {
    case tooLong = "must be no more than 253 characters"
    case characters = """
      a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  \
      or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')
      """
    case dot = "must not be '.'"
    case dotDot = "must not be '..'"
    case startsWithDotDot = "must not start with '..'"
  }

  /// What a key is for.
  public enum Role: Hashable, Sendable {
    case registry
    /// `updateservice-registry`: the OpenShift Update Service reads it, no node does.
    case updateService
    /// The registry operator writes this key itself.
    case operatorOwned
    /// The service CA in build pods, which overwrites it.
    case serviceCA
  }

  /// A legal key that is likely not what its writer meant.
  public enum Suspicion: Hashable, Sendable {
    /// `host.5000`, `host-5000`, `host_5000`, `host:5000`: the separator and the key with `..`.
    case portSeparator(String, suggestion: String)
    /// The two directories differ: three dots or more, or two `..`.
    case readersDisagree
    /// `ca.crt`, `ca-bundle.crt`, `tls.crt` and other file names.
    case fileName
    /// A single label without a port is no registry host; `localhost` is.
    case notAHost
    /// `https..host`: a URL.
    case scheme
    /// What stands behind `..` is no port from 1 to 65535, or nothing.
    case badPort(String)
    /// Nothing before `..`, a label that is empty or begins or ends with `-`, an underscore.
    case badHost(String)
    /// Directory names are compared byte by byte; image references have small letters only in the host as written.
    case upperCase(suggestion: String)
    /// `..443` serves `host:443/…` only, not `host/…`.
    case defaultPort
  }

  public let rawValue: String

  public init(_ rawValue: String) { self.rawValue = rawValue }

  public var faults: [Fault] {
    let bytes = rawValue.utf8
    var faults: [Fault] = []
    if bytes.count > 253 { faults.append(.tooLong) }
    if bytes.isEmpty || !bytes.allSatisfy(Self.isKeyByte) { faults.append(.characters) }
    if rawValue == "." {
      faults.append(.dot)
    } else if rawValue == ".." {
      faults.append(.dotDot)
    } else if bytes.starts(with: "..".utf8) {
      faults.append(.startsWithDotDot)
    }
    return faults
  }

  /// Whether the API takes the key.
  public var isLegal: Bool { faults.isEmpty }

  /// The directory that the node-ca DaemonSet makes: the last `..` becomes a colon (image registry operator,
  /// `pkg/nodeca/nodeca.go`).
  public var nodeCADirectory: String {
    let bytes = Array(rawValue.utf8)
    guard bytes.count >= 2,
      let dots = (0...(bytes.count - 2)).last(where: { bytes[$0] == 0x2E && bytes[$0 + 1] == 0x2E })
    else { return rawValue }
    return String(decoding: bytes[..<dots] + [0x3A] + bytes[(dots + 2)...], as: UTF8.self)
  }

  /// The directory that the Machine Config Daemon makes: every `..` becomes a colon, from the left (machine config
  /// operator, `pkg/daemon/certificate_writer.go`).
  public var machineConfigDaemonDirectory: String {
    var output: [UInt8] = []
    var rest = rawValue.utf8[...]
    while let byte = rest.popFirst() {
      if byte == 0x2E, rest.first == 0x2E {
        rest.removeFirst()
        output.append(0x3A)
      } else {
        output.append(byte)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }

  public var role: Role {
    switch rawValue {
    case "updateservice-registry": .updateService
    case "service-ca.crt": .serviceCA
    case "storage-ca-bundle.pem", "image-registry.openshift-image-registry.svc..5000",
      "image-registry.openshift-image-registry.svc.cluster.local..5000":
      .operatorOwned
    default: .registry
    }
  }

  /// Before the last `..`.
  public var host: String { split.host }
  /// Behind the last `..`; `nil` without one.
  public var port: String? { split.port }

  private var split: (host: String, port: String?) {
    let directory = nodeCADirectory
    guard directory != rawValue, let dots = rawValue.utf8.lastRange(of: "..") else { return (rawValue, nil) }
    return (String(rawValue[..<dots.lowerBound]), String(rawValue[dots.upperBound...]))
  }

  /// In the order of the cases; empty for keys that are not for a registry.
  public var suspicions: [Suspicion] {
    guard role == .registry, !rawValue.isEmpty else { return [] }
    if Self.isFileName(rawValue) { return [.fileName] }
    var suspicions: [Suspicion] = []
    let (host, port) = split
    if let separator = portSeparator { suspicions.append(separator) }
    if nodeCADirectory != machineConfigDaemonDirectory { suspicions.append(.readersDisagree) }
    let isSchemed = ["http..", "https..", "docker.."].contains { rawValue.lowercased().utf8.starts(with: $0.utf8) }
    if isSchemed {
      suspicions.append(.scheme)
    } else if suspicions.isEmpty {
      if port == nil, !host.utf8.contains(0x2E), host.lowercased() != "localhost" { suspicions.append(.notAHost) }
      if let port, !Self.isPort(port.utf8[...]) { suspicions.append(.badPort(port)) }
      if !Self.isHost(host) { suspicions.append(.badHost(host)) }
    }
    if rawValue.utf8.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) {
      suspicions.append(.upperCase(suggestion: rawValue.lowercased()))
    }
    if port == "443" { suspicions.append(.defaultPort) }
    return suspicions
  }

  /// A port behind something else than `..`.
  private var portSeparator: Suspicion? {
    guard split.port == nil else { return nil }
    let bytes = rawValue.utf8[...]
    guard let last = bytes.lastIndex(where: { $0 < 0x30 || $0 > 0x39 }) else { return nil }
    let digits = bytes[bytes.index(after: last)...]
    let before = bytes[..<last]
    guard Self.isPort(digits), digits.count >= 2, !before.isEmpty else { return nil }
    let separator = bytes[last]
    switch separator {
    case 0x2E:
      // Four numbers are an IPv4 address; the last is no port.
      if IPAddressText.isIPv4(Array(bytes)[...]) { return nil }
    case 0x3A:
      break
    case 0x2D, 0x5F:
      // "registry-01" is a name: a port behind a dash needs a host with a dot and three digits.
      guard before.contains(0x2E), digits.count >= 3 else { return nil }
    default:
      return nil
    }
    let suggestion = String(decoding: Array(before) + [0x2E, 0x2E] + Array(digits), as: UTF8.self)
    return .portSeparator(String(decoding: [separator], as: UTF8.self), suggestion: suggestion)
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func isFileName(_ key: String) -> Bool {
    let lower = Array(key.lowercased().utf8)
    return [".crt", ".pem", ".cer", ".cert", ".key", ".der", ".p12", ".pfx", ".p7b"].contains { suffix in
      lower.count > suffix.utf8.count && lower.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }
  }

  private static func isPort(_ text: Substring.UTF8View) -> Bool {
    guard (1...5).contains(text.count), text.first != 0x30, text.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
      return false
    }
    return text.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 65_535
  }

  private static func isHost(_ host: String) -> Bool {
    host.utf8.split(separator: 0x2E, omittingEmptySubsequences: false).allSatisfy { label in
      guard let first = label.first, let last = label.last, first != 0x2D, last != 0x2D else { return false }
      return label.allSatisfy { isKeyByte($0) && $0 != 0x5F }
    }
  }
}

extension String.UTF8View {
  /// The last place of a short pattern.
  fileprivate func lastRange(of pattern: String) -> Range<Index>? {
    let count = pattern.utf8.count
    guard self.count >= count else { return nil }
    var start = index(endIndex, offsetBy: -count)
    while true {
      if self[start...].starts(with: pattern.utf8) { return start..<index(start, offsetBy: count) }
      guard start > startIndex else { return nil }
      start = index(before: start)
    }
  }
}

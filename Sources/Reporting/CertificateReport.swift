import Certificates
import Diagnostics
import RegistryConfig
import SourceText

/// Every registry CA, sorted by the end of its validity.
public struct CertificateReport {
  /// A key with the rules that found something in it.
  public struct Row: Sendable {
    public let certificates: RegistryCertificates
    public let problems: [String]

    public init(_ certificates: RegistryCertificates, problems: [String]) {
      self.certificates = certificates
      self.problems = problems
    }
  }

  private let rows: [Row]
  private let now: CertificateTime

  public init(_ rows: [Row], now: Int64) {
    self.now = CertificateTime(secondsSince1970: now)
    self.rows = rows.enumerated().sorted { left, right in
      switch (left.element.certificates.expiry, right.element.certificates.expiry) {
      case (let one?, let other?) where one != other: return one < other
      case (nil, _?): return true
      case (_?, nil): return false
      default: return left.offset < right.offset
      }
    }.map(\.element)
  }

  public func text(isColoured: Bool) -> String {
    let style = TerminalStyle(isColoured: isColoured)
    guard !rows.isEmpty else { return "" }
    var table = [["EXPIRES", "REGISTRY", "SUBJECT", "KEY", "SIGNATURE", "WHERE", "PROBLEMS"]]
    for row in rows {
      let place = "\(row.certificates.entry.key.span.file.path.text):\(row.certificates.entry.key.span.start.line)"
      let problems = row.problems.joined(separator: ", ")
      let accepted = row.certificates.bundle?.certificates ?? []
      if accepted.isEmpty {
        table.append(["-", row.certificates.registry, "no certificate that nodes take", "-", "-", place, problems])
      }
      for (index, certificate) in accepted.enumerated() {
        table.append([
          String(certificate.notAfter.description.prefix(10)) + remaining(certificate),
          index == 0 ? row.certificates.registry : "", certificate.subject.description,
          certificate.publicKey.name, certificate.signatureAlgorithm.name, index == 0 ? place : "",
          index == 0 ? problems : "",
        ])
      }
    }
    let cells = table.map { $0.map(TerminalText.escaped) }
    let widths = cells[0].indices.map { column in cells.map { TerminalText.width($0[column]) }.max() ?? 0 }
    return cells.enumerated().map { index, row in
      let line = row.enumerated().map { column, cell in
        column == row.count - 1
          ? cell : cell + String(repeating: " ", count: widths[column] - TerminalText.width(cell))
      }.joined(separator: "  ")
      let trimmed = String(line.reversed().drop { $0 == " " }.reversed())
      return (index == 0 ? style.bold(trimmed) : trimmed) + "\n"
    }.joined()
  }

  private func remaining(_ certificate: Certificate) -> String {
    if certificate.notAfter < now { return " (expired)" }
    if now < certificate.notBefore { return " (not yet valid)" }
    let days = now.days(until: certificate.notAfter)
    return days < 90 ? " (\(days) days)" : ""
  }

  public func json() -> String {
    JSONText.object([
      ("version", .int(1)), ("certificates", .array(rows.map(json))),
    ]).text(indented: true) + "\n"
  }

  private func json(_ row: Row) -> JSONText {
    let item = row.certificates
    return .object([
      (
        "configMap",
        .object([
          ("namespace", .optional(item.configMap.namespace?.value)), ("name", .optional(item.configMap.name?.value)),
        ])
      ),
      ("path", .string(item.entry.key.span.file.path.text)), ("line", .int(item.entry.key.span.start.line)),
      ("in", .string(item.entry.section.rawValue)), ("key", .string(item.entry.key.value)),
      ("registry", .string(item.registry)),
      (
        "directories",
        .object([
          ("nodeCA", .string(item.key.nodeCADirectory)),
          ("machineConfigDaemon", .string(item.key.machineConfigDaemonDirectory)),
        ])
      ),
      ("trusted", .int(item.bundle?.poolSize ?? 0)),
      ("blocks", .array((item.bundle?.blocks ?? []).map(json))),
      ("problems", .array(row.problems.map { .string($0) })),
    ])
  }

  private func json(_ block: PEMBundle.Block) -> JSONText {
    var members: [(String, JSONText)] = [("type", .string(block.type))]
    switch block.result {
    case .ok: members += [("result", .string("ok")), ("reason", .null)]
    case .error(let error): members += [("result", .string("error")), ("reason", .string("\(error)"))]
    case .skippedType:
      members += [("result", .string("skipped")), ("reason", .string("nodes read CERTIFICATE blocks only"))]
    case .skippedHeaders:
      members += [("result", .string("skipped")), ("reason", .string("nodes skip blocks with header lines"))]
    }
    guard let certificate = block.certificate else { return .object(members) }
    members += [
      ("subject", .string(certificate.subject.description)), ("issuer", .string(certificate.issuer.description)),
      ("serial", .string(certificate.serialNumber)), ("notBefore", .string(certificate.notBefore.description)),
      ("notAfter", .string(certificate.notAfter.description)), ("isCA", .bool(certificate.isCA)),
      ("signatureAlgorithm", .string(certificate.signatureAlgorithm.name)),
      ("keyType", .string(certificate.publicKey.name)),
      ("keyBits", certificate.publicKey.bits.map { .int($0) } ?? .null),
      ("sha256", .string(certificate.sha256.description)),
    ]
    return .object(members)
  }
}

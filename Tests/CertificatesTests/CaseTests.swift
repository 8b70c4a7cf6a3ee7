import Certificates
import Foundation
import SourceText
import Testing
import YAMLSyntax

/// Tests/Fixtures/cases/ca: ConfigMaps with what Go 1.27's crypto/x509 and the operators' key rules made of them.
@Suite struct CaseTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/cases/ca")
  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()

  @Test func theCasesAreThere() { #expect(Self.names.count == 110) }

  @Test(arguments: names) func agrees(name: String) throws {
    let folder = Self.folder.appendingPathComponent(name)
    let expected = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: folder.appendingPathComponent("expected.json")))
        as? [[String: Any]])
    let file = SourceFile(
      path: "input.yaml", text: try String(contentsOf: folder.appendingPathComponent("input.yaml"), encoding: .utf8))
    let maps = YAMLStream(file).documents.compactMap(\.root)
    try #require(maps.count == expected.count)
    for (map, answer) in zip(maps, expected) {
      if answer["error"] != nil {
        #expect(!decodes(map))
        continue
      }
      let keys = answer["keys"] as? [[String: Any]] ?? []
      var count = 0
      for section in ["data", "binaryData"] { count += map[section]?.entries.count ?? 0 }
      #expect(count == keys.count)
      for key in keys { try compare(map, key) }
    }
  }

  private func decodes(_ map: Node) -> Bool {
    for section in ["data", "binaryData"] {
      guard let node = map[section] else { continue }
      guard node.isMapping else { return false }
      for entry in node.entries {
        guard let scalar = entry.value.scalar else { return false }
        if section == "binaryData", (try? BinaryDataValue(base64: Array(scalar.text.utf8))) == nil { return false }
      }
    }
    return true
  }

  private func compare(_ map: Node, _ expected: [String: Any]) throws {
    let name = try #require(expected["key"] as? String)
    let section = try #require(expected["in"] as? String)
    let text = Array(try #require(map[section]?[name]?.scalar).text.utf8)
    let key = RegistryCertificateKey(name)
    #expect(key.faults.map(\.rawValue) == expected["keyErrors"] as? [String] ?? [])
    #expect(key.nodeCADirectory == expected["nodeCaDir"] as? String)
    #expect(key.machineConfigDaemonDirectory == expected["mcdDir"] as? String)
    var value = text
    if section == "binaryData" {
      value = try BinaryDataValue(base64: text).bytes
    } else {
      let daemon = MachineConfigDaemonValue(data: text)
      #expect(daemon.decodesBase64 == expected["mcdDecodesBase64"] as? Bool)
      #expect(daemon.decodesBase64 == (expected["mcdValue"] != nil))
      if let answer = expected["mcdValue"] as? [String: Any] { try compare(daemon.bytes, answer) }
    }
    try compare(value, try #require(expected["nodeCaValue"] as? [String: Any]))
  }

  private func compare(_ value: [UInt8], _ expected: [String: Any]) throws {
    let bundle = PEMBundle(decoding: value)
    #expect(value.count == expected["bytes"] as? Int)
    #expect(bundle.appendsCertificates == expected["appendCertsFromPEM"] as? Bool)
    #expect(bundle.poolSize == expected["poolSize"] as? Int)
    #expect(bundle.parsedCertificateCount == expected["certificatesParsed"] as? Int)
    #expect(bundle.unconsumedRange.count == expected["unconsumedBytes"] as? Int)
    let blocks = try #require(expected["blocks"] as? [[String: Any]])
    try #require(bundle.blocks.count == blocks.count)
    for (block, answer) in zip(bundle.blocks, blocks) {
      var answer = answer
      answer["error"] = nil  // the words change with the version of Go
      #expect(NSDictionary(dictionary: describe(block)) == NSDictionary(dictionary: answer))
      #expect(value[block.range].starts(with: "-----BEGIN ".utf8))
    }
  }

  private func describe(_ block: PEMBundle.Block) -> [String: Any] {
    var fields: [String: Any] = ["type": block.type, "derBytes": block.derByteCount]
    if !block.headers.isEmpty { fields["headers"] = block.headers }
    fields["result"] =
      switch block.result {
      case .ok: "ok"
      case .error: "error"
      case .skippedType: "skipped-type"
      case .skippedHeaders: "skipped-headers"
      }
    guard let certificate = block.certificate else { return fields }
    if !certificate.subject.isEmpty { fields["subject"] = certificate.subject.description }
    if !certificate.issuer.isEmpty { fields["issuer"] = certificate.issuer.description }
    fields["serial"] = certificate.serialNumber
    fields["version"] = certificate.version
    fields["notBefore"] = certificate.notBefore.description
    fields["notAfter"] = certificate.notAfter.description
    fields["basicConstraints"] = certificate.hasBasicConstraints
    fields["isCA"] = certificate.isCA
    fields["keyUsageCertSign"] = certificate.keyUsage.contains(.certificateSign)
    fields["selfIssued"] = certificate.isSelfIssued
    fields["signatureAlgorithm"] = certificate.signatureAlgorithm.name
    fields["keyType"] = certificate.publicKey.name
    if let bits = certificate.publicKey.bits { fields["keyBits"] = bits }
    if !certificate.dnsNames.isEmpty { fields["dnsNames"] = certificate.dnsNames }
    fields["sha256"] = certificate.sha256.description
    return fields
  }
}

/// A PEM text as Go's `x509.CertPool.AppendCertsFromPEM` takes it, which is how containers/image, and so every node,
/// reads a registry CA; plus what that function drops without a word.
public struct PEMBundle: Sendable {
  /// One block that `encoding/pem` finds.
  public struct Block: Sendable {
    public enum Outcome: Sendable {
      /// In the pool.
      case ok(Certificate)
      /// A CERTIFICATE block whose content Go refuses.
      case error(CertificateError)
      /// Any other label than `CERTIFICATE`, also `TRUSTED CERTIFICATE` and `X509 CERTIFICATE`.
      case skippedType
      /// `Name: value` lines in a CERTIFICATE block.
      case skippedHeaders
    }

    /// The label between BEGIN and the dashes.
    public let type: String
    /// From the first dash of BEGIN to the last dash of END, in the bytes of the bundle.
    public let range: Range<Int>
    public let headers: [String: String]
    /// Empty for a private key, whose content is never kept.
    public let der: [UInt8]
    /// The decoded length, also of a private key.
    public let derByteCount: Int
    public let result: Outcome
    /// The certificate inside, also when the block is skipped: what would be lost.
    public let certificate: Certificate?

    public var isPrivateKey: Bool { isPrivateKeyLabel(Array(type.utf8)) }
  }

  /// What a value without any BEGIN or END line seems to be.
  public enum BareContent: Hashable, Sendable {
    case empty
    /// A certificate's DER without base64.
    case der
    /// Base64 of a PEM text. In `data` only the Machine Config Daemon decodes it.
    case base64OfPEM
    /// Base64 of a certificate's DER: the BEGIN and END lines are missing.
    case base64OfDER
    /// Base64 of base64 of a PEM text.
    case base64Twice
    case other
  }

  /// Values longer than this are not looked at. etcd takes objects of 1.5 MiB at most.
  public static let maximumByteCount = 4 << 20
  /// No more defects are collected than this.
  public static let maximumDefectCount = 1_000

  /// In the order of the text.
  public let blocks: [Block]
  /// What Go leaves over when it finds no more block; empty when the last block ends the text.
  public let unconsumedRange: Range<Int>
  /// In the order of the text.
  public let defects: [PEMDefect]
  /// The value is longer than `maximumByteCount`: blocks and defects are empty and nothing is known.
  public let exceedsLimit: Bool
  /// Set when the text has neither a BEGIN nor an END line.
  public let bareContent: BareContent?
  /// Set when no certificate is accepted and the text is an obvious sample to fill in.
  public let placeholder: CertificatePlaceholder?
  /// The distinct certificates in the pool, in the order of their first block.
  public let certificates: [Certificate]

  /// Reads `text` in time linear in its length.
  public init(decoding text: [UInt8]) {
    guard text.count <= Self.maximumByteCount else {
      blocks = []
      unconsumedRange = 0..<text.count
      defects = []
      exceedsLimit = true
      bareContent = nil
      placeholder = nil
      certificates = []
      return
    }
    exceedsLimit = false
    var decoder = PEMDecoder(text)
    var blocks: [Block] = []
    var certificates: [Certificate] = []
    var seen: Set<SHA256Digest> = []
    while decoder.position < text.count, let found = decoder.next() {
      let block = Block(found)
      blocks.append(block)
      if case .ok(let certificate) = block.result, seen.insert(certificate.sha256).inserted {
        certificates.append(certificate)
      }
    }
    self.blocks = blocks
    self.certificates = certificates
    unconsumedRange = decoder.position..<text.count
    let markers = PEMMarker.all(in: text)
    var scanner = PEMDefectScanner(text, markers: markers, decoded: blocks.map(\.range))
    defects = scanner.scan()
    bareContent = markers.isEmpty ? BareContent(text) : nil
    placeholder = certificates.isEmpty ? CertificatePlaceholder(in: text, markers: markers) : nil
  }

  /// What `AppendCertsFromPEM` returns.
  public var appendsCertificates: Bool { !certificates.isEmpty }
  /// The distinct certificates in the pool.
  public var poolSize: Int { certificates.count }
  /// The blocks that parse, duplicates counted.
  public var parsedCertificateCount: Int {
    blocks.reduce(0) { count, block in
      if case .ok = block.result { count + 1 } else { count }
    }
  }
}

extension PEMBundle.Block {
  init(_ block: PEMDecoder.Block) {
    type = block.type
    range = block.range
    headers = block.headers
    derByteCount = block.content.count
    guard !isPrivateKeyLabel(Array(block.type.utf8)) else {
      der = []
      result = .skippedType
      certificate = nil
      return
    }
    der = block.content
    let parsed: Result<Certificate, CertificateError>
    do {
      parsed = .success(try Certificate(der: block.content))
    } catch {
      parsed = .failure(error)
    }
    certificate = try? parsed.get()
    if block.type != "CERTIFICATE" {
      result = .skippedType
    } else if !block.headers.isEmpty {
      result = .skippedHeaders
    } else {
      switch parsed {
      case .success(let certificate): result = .ok(certificate)
      case .failure(let error): result = .error(error)
      }
    }
  }
}

extension PEMBundle.BareContent {
  init(_ text: [UInt8]) {
    guard text.contains(where: { $0 != 0x20 && !(0x09...0x0D).contains($0) }) else {
      self = .empty
      return
    }
    if Self.isDER(text) {
      self = .der
      return
    }
    guard case .success(let decoded) = Base64.decode(text, skipsBlanks: true) else {
      self = .other
      return
    }
    if Self.isPEM(decoded) {
      self = .base64OfPEM
    } else if Self.isDER(decoded) {
      self = .base64OfDER
    } else if case .success(let twice) = Base64.decode(decoded, skipsBlanks: true), Self.isPEM(twice) {
      self = .base64Twice
    } else {
      self = .other
    }
  }

  private static func isDER(_ bytes: [UInt8]) -> Bool { (try? Certificate(der: bytes)) != nil }
  private static func isPEM(_ bytes: [UInt8]) -> Bool { PEMMarker.all(in: bytes).contains { $0.kind == .begin } }
}

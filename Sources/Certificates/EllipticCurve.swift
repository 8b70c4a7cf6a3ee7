/// The curves that Go verifies with. A key on another curve makes it refuse the certificate.
public enum EllipticCurve: String, Hashable, Sendable, CaseIterable {
  case p224 = "P-224"
  case p256 = "P-256"
  case p384 = "P-384"
  case p521 = "P-521"

  public var bits: Int {
    switch self {
    case .p224: 224
    case .p256: 256
    case .p384: 384
    case .p521: 521
    }
  }

  init?(_ identifier: ASN1ObjectIdentifier) {
    switch identifier {
    case [1, 3, 132, 0, 33]: self = .p224
    case [1, 2, 840, 10045, 3, 1, 7]: self = .p256
    case [1, 3, 132, 0, 34]: self = .p384
    case [1, 3, 132, 0, 35]: self = .p521
    default: return nil
    }
  }

  /// Whether the octets are an uncompressed point (SEC 1, 2.3.4) on this curve.
  func contains(uncompressedPoint octets: [UInt8]) -> Bool {
    let size = (bits + 7) / 8
    guard octets.count == 1 + 2 * size, octets[0] == 4 else { return false }
    let field = field
    guard let x = field.element(octets[1...size]), let y = field.element(octets[(size + 1)...]) else { return false }
    // y² = x³ - 3x + b, everything in Montgomery form.
    let cube = field.product(field.product(x, x), x)
    let right = field.sum(field.difference(cube, field.sum(field.sum(x, x), x)), field.coefficient)
    return field.product(y, y) == right
  }

  private var field: PrimeField {
    switch self {
    case .p224: Self.fields[0]
    case .p256: Self.fields[1]
    case .p384: Self.fields[2]
    case .p521: Self.fields[3]
    }
  }

  /// The primes and the coefficients b of FIPS 186-4, D.1.2.
  private static let fields: [PrimeField] = [
    PrimeField(
      prime: [
        0x0000_0000_0000_0001, 0xFFFF_FFFF_0000_0000, 0xFFFF_FFFF_FFFF_FFFF, 0x0000_0000_FFFF_FFFF,
      ],
      coefficient: [
        0x270B_3943_2355_FFB4, 0x5044_B0B7_D7BF_D8BA, 0x0C04_B3AB_F541_3256, 0x0000_0000_B405_0A85,
      ]),
    PrimeField(
      prime: [
        0xFFFF_FFFF_FFFF_FFFF, 0x0000_0000_FFFF_FFFF, 0x0000_0000_0000_0000, 0xFFFF_FFFF_0000_0001,
      ],
      coefficient: [
        0x3BCE_3C3E_27D2_604B, 0x651D_06B0_CC53_B0F6, 0xB3EB_BD55_7698_86BC, 0x5AC6_35D8_AA3A_93E7,
      ]),
    PrimeField(
      prime: [
        0x0000_0000_FFFF_FFFF, 0xFFFF_FFFF_0000_0000, 0xFFFF_FFFF_FFFF_FFFE, 0xFFFF_FFFF_FFFF_FFFF,
        0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF,
      ],
      coefficient: [
        0x2A85_C8ED_D3EC_2AEF, 0xC656_398D_8A2E_D19D, 0x0314_088F_5013_875A, 0x181D_9C6E_FE81_4112,
        0x988E_056B_E3F8_2D19, 0xB331_2FA7_E23E_E7E4,
      ]),
    PrimeField(
      prime: [
        0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF,
        0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF,
        0x0000_0000_0000_01FF,
      ],
      coefficient: [
        0xEF45_1FD4_6B50_3F00, 0x3573_DF88_3D2C_34F1, 0x1652_C0BD_3BB1_BF07, 0x5619_3951_EC7E_937B,
        0xB8B4_8991_8EF1_09E1, 0xA2DA_725B_99B3_15F3, 0x929A_21A0_B685_40EE, 0x953E_B961_8E1C_9A1F,
        0x0000_0000_0000_0051,
      ]),
  ]
}

/// Arithmetic modulo an odd prime in Montgomery form, on little-endian words. Only for points that everybody may see:
/// nothing here runs in constant time.
struct PrimeField: Sendable {
  private let prime: [UInt64]
  /// -1 / prime modulo 2^64.
  private let inverse: UInt64
  /// R² modulo the prime, R being 2^(64 · words).
  private let square: [UInt64]
  /// The curve's b in Montgomery form.
  private(set) var coefficient: [UInt64] = []

  init(prime: [UInt64], coefficient: [UInt64]) {
    self.prime = prime
    // Newton's iteration doubles the correct bits each time.
    var inverse: UInt64 = 1
    for _ in 0..<6 { inverse = inverse &* (2 &- prime[0] &* inverse) }
    self.inverse = 0 &- inverse
    var power = [UInt64](repeating: 0, count: prime.count)
    power[0] = 1
    for _ in 0..<(128 * prime.count) { power = Self.sum(power, power, modulo: prime) }
    square = power
    self.coefficient = product(coefficient, power)
  }

  /// A big-endian number below the prime, in Montgomery form.
  func element(_ octets: ArraySlice<UInt8>) -> [UInt64]? {
    var words = [UInt64](repeating: 0, count: prime.count)
    for (index, octet) in octets.reversed().enumerated() {
      words[index / 8] |= UInt64(octet) << UInt64(index % 8 * 8)
    }
    guard Self.isLess(words, prime) else { return nil }
    return product(words, square)
  }

  func sum(_ a: [UInt64], _ b: [UInt64]) -> [UInt64] { Self.sum(a, b, modulo: prime) }

  func difference(_ a: [UInt64], _ b: [UInt64]) -> [UInt64] {
    Self.isLess(a, b) ? Self.subtract(b, from: Self.add(a, prime).words) : Self.subtract(b, from: a)
  }

  /// a · b / R modulo the prime.
  func product(_ a: [UInt64], _ b: [UInt64]) -> [UInt64] {
    let count = prime.count
    var total = [UInt64](repeating: 0, count: count + 2)
    for i in 0..<count {
      Self.addProduct(of: b, and: a[i], to: &total)
      let factor = total[0] &* inverse
      Self.addProduct(of: prime, and: factor, to: &total)
      for j in 0...count { total[j] = total[j + 1] }
      total[count + 1] = 0
    }
    let low = Array(total[..<count])
    return total[count] != 0 || !Self.isLess(low, prime) ? Self.subtract(prime, from: low) : low
  }

  private static func addProduct(of words: [UInt64], and factor: UInt64, to total: inout [UInt64]) {
    var carry: UInt64 = 0
    for index in words.indices {
      let (high, low) = words[index].multipliedFullWidth(by: factor)
      let (first, overflow) = total[index].addingReportingOverflow(low)
      let (second, overflow2) = first.addingReportingOverflow(carry)
      total[index] = second
      carry = high &+ (overflow ? 1 : 0) &+ (overflow2 ? 1 : 0)
    }
    let (sum, overflow) = total[words.count].addingReportingOverflow(carry)
    total[words.count] = sum
    if overflow { total[words.count + 1] &+= 1 }
  }

  private static func sum(_ a: [UInt64], _ b: [UInt64], modulo prime: [UInt64]) -> [UInt64] {
    let (words, carry) = add(a, b)
    return carry || !isLess(words, prime) ? subtract(prime, from: words) : words
  }

  private static func add(_ a: [UInt64], _ b: [UInt64]) -> (words: [UInt64], carry: Bool) {
    var words = a
    var carry = false
    for index in words.indices {
      let (first, overflow) = words[index].addingReportingOverflow(b[index])
      let (second, overflow2) = first.addingReportingOverflow(carry ? 1 : 0)
      words[index] = second
      carry = overflow || overflow2
    }
    return (words, carry)
  }

  /// Modulo 2^(64 · words): a borrow out of the highest word is dropped, as the carry before it was.
  private static func subtract(_ b: [UInt64], from a: [UInt64]) -> [UInt64] {
    var words = a
    var borrow = false
    for index in words.indices {
      let (first, overflow) = words[index].subtractingReportingOverflow(b[index])
      let (second, overflow2) = first.subtractingReportingOverflow(borrow ? 1 : 0)
      words[index] = second
      borrow = overflow || overflow2
    }
    return words
  }

  private static func isLess(_ a: [UInt64], _ b: [UInt64]) -> Bool {
    for index in a.indices.reversed() where a[index] != b[index] { return a[index] < b[index] }
    return false
  }
}

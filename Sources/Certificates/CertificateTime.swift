import SwiftASN1

/// A moment to the second in UTC, counted from 1970-01-01T00:00:00Z. Also what `now` is passed as.
public struct CertificateTime: Hashable, Comparable, Sendable, CustomStringConvertible {
  public let secondsSince1970: Int64

  public init(secondsSince1970: Int64) { self.secondsSince1970 = secondsSince1970 }

  /// Midnight UTC of a day of the Gregorian calendar; `nil` when there is no such day.
  public init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    guard (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, of: year),
      (0..<24).contains(hour), (0..<60).contains(minute), (0..<60).contains(second), abs(year) < 1_000_000
    else { return nil }
    let days = Self.daysSince1970(year: year, month: month, day: day)
    secondsSince1970 = Int64(days) * 86_400 + Int64(hour * 3_600 + minute * 60 + second)
  }

  public static func < (left: Self, right: Self) -> Bool { left.secondsSince1970 < right.secondsSince1970 }

  public func adding(days: Int) -> CertificateTime {
    let (product, overflow) = Int64(days).multipliedReportingOverflow(by: 86_400)
    let (sum, overflow2) = secondsSince1970.addingReportingOverflow(overflow ? 0 : product)
    guard !overflow, !overflow2 else { return CertificateTime(secondsSince1970: days < 0 ? .min : .max) }
    return CertificateTime(secondsSince1970: sum)
  }

  /// Whole days from `self` to `other`, rounded down.
  public func days(until other: CertificateTime) -> Int {
    let (seconds, overflow) = other.secondsSince1970.subtractingReportingOverflow(secondsSince1970)
    guard !overflow else { return other > self ? .max : .min }
    return Int(seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400)
  }

  /// RFC 3339 in UTC: `2030-01-01T00:00:00Z`.
  public var description: String {
    var days = secondsSince1970 / 86_400
    var seconds = secondsSince1970 % 86_400
    if seconds < 0 {
      seconds += 86_400
      days -= 1
    }
    let (year, month, day) = Self.date(daysSince1970: Int(days))
    return (year < 0 ? "-" : "") + padded(abs(year), 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + "T"
      + padded(Int(seconds) / 3_600, 2) + ":" + padded(Int(seconds) / 60 % 60, 2) + ":" + padded(Int(seconds) % 60, 2)
      + "Z"
  }

  private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  // The two conversions count in eras of 400 years that start on 1 March (Howard Hinnant, "chrono-compatible
  // low-level date algorithms").
  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}

extension DERElements {
  mutating func readTime() -> CertificateTime? {
    guard peek(DERTag.utcTime) || peek(DERTag.generalizedTime) else { return nil }
    return readAny()?.time
  }
}

extension DERElement {
  /// UTCTime or GeneralizedTime as Go reads them: UTCTime may leave out the seconds, both may carry a zone, and
  /// no spelling passes that Go would not print itself. The library wants DER: seconds, `Z`, and also fractions, which
  /// Go refuses. So it gets the time with `00` and `Z` where they are missing.
  var time: CertificateTime? {
    let isUTC = tag == DERTag.utcTime
    let digits = content.prefix { $0 >= 0x30 && $0 <= 0x39 }
    guard let offset = Self.zone(content.dropFirst(digits.count)) else { return nil }
    var text = Array(digits)
    if isUTC, text.count == 10 { text += "00".utf8 }
    guard text.count == (isUTC ? 12 : 14) else { return nil }
    text.append(UInt8(ascii: "Z"))
    var serializer = DER.Serializer()
    serializer.appendPrimitiveNode(identifier: isUTC ? .utcTime : .generalizedTime) { $0 += text }
    let local: CertificateTime?
    if isUTC {
      local = (try? UTCTime(derEncoded: serializer.serializedBytes)).flatMap {
        CertificateTime(
          year: $0.year, month: $0.month, day: $0.day, hour: $0.hours, minute: $0.minutes, second: $0.seconds)
      }
    } else {
      local = (try? GeneralizedTime(derEncoded: serializer.serializedBytes)).flatMap {
        CertificateTime(
          year: $0.year, month: $0.month, day: $0.day, hour: $0.hours, minute: $0.minutes, second: $0.seconds)
      }
    }
    return local.map { CertificateTime(secondsSince1970: $0.secondsSince1970 - offset) }
  }

  /// The seconds east of UTC that `Z`, `+hhmm` or `-hhmm` tell.
  private static func zone(_ text: ArraySlice<UInt8>) -> Int64? {
    if text.elementsEqual("Z".utf8) { return 0 }
    guard text.count == 5, let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      return nil
    }
    let digits = text.dropFirst().map { Int64($0) - 0x30 }
    guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
    let (hours, minutes) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
    guard hours <= 24, minutes < 60, hours + minutes > 0 else { return nil }
    return (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -60 : 60)
  }
}

import Diagnostics

/// What of a report becomes results, in which order, and how much of it.
extension SARIFReporter {
  enum Finding {
    /// With its `baselineState`.
    case here(Diagnostic, String?)
    /// Only a baseline file tells of it.
    case gone(AbsentFinding)

    var severity: Severity {
      switch self {
      case .here(let diagnostic, _): diagnostic.severity
      case .gone: .note
      }
    }
  }

  /// The weightiest first: what is open, then what is suppressed or absent. With a baseline every result says how it
  /// stands to it (SARIF 3.27.24), and of equal weight are the new ones first.
  func findings(of report: LintReport) -> [Finding] {
    let state = report.known == nil ? nil : "new"
    let unchanged = report.known?.unchanged ?? []
    let open = report.open.map { Finding.here($0, state) } + unchanged.map { Finding.here($0, "unchanged") }
    let suppressed = showSuppressed ? report.diagnostics.filter { $0.suppression != nil } : []
    let absent = showAbsent ? report.known?.absent ?? [] : []
    let others =
      suppressed.map { Finding.here($0, state) }
      + absent.map { absent in absent.diagnostic.map { .here($0, "absent") } ?? .gone(absent) }
    return open.worstFirst(\.severity) + others.worstFirst(\.severity)
  }

  /// As many of the first results as one run may hold, and what to say of the others.
  func cut<Result>(_ results: [Result]) -> (kept: ArraySlice<Result>, notifications: [Notification]) {
    let cut = results.count - mostResults
    guard cut > 0 else { return (results[...], []) }
    let words = cut == 1 ? "1 result of the least weight is" : "\(cut) results of the least weight are"
    return (
      results.prefix(mostResults), [Notification(.warning, "\(words) left out: GitHub takes \(mostResults) in one run")]
    )
  }

  /// A text of the repository, so long as one may be.
  static func shortened(_ text: String) -> String {
    guard text.utf8.count > longestText else { return text }
    var length = 0
    let kept = text.unicodeScalars.prefix { scalar in
      length += UTF8.width(scalar)
      return length <= longestText
    }
    return String(kept) + "…"
  }
}

extension Sequence {
  /// Errors, warnings, notes; those of one severity in the order they have.
  func worstFirst(_ severity: (Element) -> Severity) -> [Element] {
    let ranked = map { (severity: severity($0), element: $0) }
    return Severity.allCases.sorted(by: >).flatMap { level in
      ranked.filter { $0.severity == level }.map(\.element)
    }
  }
}

import SourceText

extension [Diagnostic] {
  /// Findings of one rule in one file beyond this number become one.
  public static var mostOfOneRule: Int { 10 }

  /// Six hundred findings of one rule in one file are one diagnostic with a count and the first few places. Rules in
  /// `exempt` keep one diagnostic a finding. All fixes are kept.
  public func aggregated(exempt: Set<String>) -> [Diagnostic] {
    func key(_ diagnostic: Diagnostic) -> RuleAndFile {
      RuleAndFile(
        rule: diagnostic.rule, file: ObjectIdentifier(diagnostic.span.file),
        isSuppressed: diagnostic.suppression != nil)
    }
    var counts: [RuleAndFile: Int] = [:]
    for diagnostic in self where !exempt.contains(diagnostic.rule) { counts[key(diagnostic), default: 0] += 1 }
    guard counts.contains(where: { $0.value > Self.mostOfOneRule }) else { return self }
    var places: [RuleAndFile: Int] = [:]
    var result: [Diagnostic] = []
    for diagnostic in self {
      let key = key(diagnostic)
      guard counts[key, default: 0] > Self.mostOfOneRule else {
        result.append(diagnostic)
        continue
      }
      if let place = places[key] {
        result[place].count += 1
        if result[place].count <= 5 { result[place].related.append(Label(diagnostic.message, at: diagnostic.span)) }
        result[place].fixes += diagnostic.fixes.prefix(1)
        result[place].severity = Swift.max(result[place].severity, diagnostic.severity)
        for cluster in diagnostic.clusters where !result[place].clusters.contains(cluster) {
          result[place].clusters.append(cluster)
        }
      } else {
        places[key] = result.count
        result.append(diagnostic)
      }
    }
    return result
  }

  /// In the order of paths and places; one finding that several clusters have becomes one with the list of them.
  public func sortedAndMerged() -> [Diagnostic] {
    var places: [SameFinding: Int] = [:]
    var result: [Diagnostic] = []
    for diagnostic in self {
      let key = SameFinding(rule: diagnostic.rule, span: diagnostic.span, message: diagnostic.message)
      if let place = places[key] {
        for cluster in diagnostic.clusters where !result[place].clusters.contains(cluster) {
          result[place].clusters.append(cluster)
        }
      } else {
        places[key] = result.count
        result.append(diagnostic)
      }
    }
    return result.enumerated().sorted { left, right in
      let (one, other) = (left.element.span, right.element.span)
      if one.file !== other.file, one.file.path != other.file.path { return one.file.path < other.file.path }
      return (one.range.lowerBound, one.range.upperBound, left.offset)
        < (other.range.lowerBound, other.range.upperBound, right.offset)
    }.map(\.element)
  }
}

private struct RuleAndFile: Hashable {
  let rule: String
  let file: ObjectIdentifier
  let isSuppressed: Bool
}

private struct SameFinding: Hashable {
  let rule: String
  let span: SourceSpan
  let message: String
}

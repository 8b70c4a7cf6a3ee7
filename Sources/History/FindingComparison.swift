import Diagnostics
import RegistryConfig
import SourceText

/// A finding with what makes it the same in another state; the key is computed once.
public struct KeyedFinding: Sendable {
  public let diagnostic: Diagnostic
  public let key: FindingKey

  public init(_ diagnostic: Diagnostic) {
    self.diagnostic = diagnostic
    key = FindingKey(diagnostic)
  }

  private init(_ diagnostic: Diagnostic, key: FindingKey) {
    self.diagnostic = diagnostic
    self.key = key
  }

  /// Another wording of the same finding.
  public func with(_ diagnostic: Diagnostic) -> KeyedFinding { KeyedFinding(diagnostic, key: key) }
}

/// Which findings of one state are new in another, and which are gone. One that only moved is neither.
public struct FindingComparison: Sendable {
  public private(set) var introduced: [KeyedFinding] = []
  public private(set) var fixed: [KeyedFinding] = []
  /// Findings of both states.
  public private(set) var unchanged: [(old: KeyedFinding, new: KeyedFinding)] = []

  /// Matches by fingerprint; what is left, by everything but the path where the old place is gone and the new one was
  /// not there; then findings about several places of which either may be the first.
  /// - Parameter hasMoved: Whether what the first finding speaks of went from its place to that of the second.
  public init(
    from old: [KeyedFinding], to new: [KeyedFinding], hasMoved: (Diagnostic, Diagnostic) -> Bool
  ) {
    var (before, after) = (old, new)
    match(&before, &after, by: \.fingerprint) { _, _ in true }
    match(&before, &after, by: \.identity, hasMoved)
    match(&before, &after, by: \.places) { !$0.related.isEmpty && !$1.related.isEmpty }
    introduced = after
    fixed = before
  }

  /// With findings that speak of the change itself.
  public func adding(_ findings: [KeyedFinding]) -> FindingComparison {
    var result = self
    result.introduced += findings
    return result
  }

  /// Without findings that are not known to be gone.
  public func keepingFixed(where isGone: (Diagnostic) -> Bool) -> FindingComparison {
    var result = self
    result.fixed = fixed.filter { isGone($0.diagnostic) }
    return result
  }

  /// With other words for the new findings.
  public func rewording(_ reword: (KeyedFinding) -> KeyedFinding) -> FindingComparison {
    var result = self
    result.introduced = introduced.map(reword)
    return result
  }

  private mutating func match(
    _ old: inout [KeyedFinding], _ new: inout [KeyedFinding], by part: KeyPath<FindingKey, UInt64>,
    _ isSame: (Diagnostic, Diagnostic) -> Bool
  ) {
    guard !old.isEmpty, !new.isEmpty else { return }
    var waiting: [UInt64: [Int]] = [:]
    for index in old.indices.reversed() { waiting[old[index].key[keyPath: part], default: []].append(index) }
    var isTaken = Array(repeating: false, count: old.count)
    var left: [KeyedFinding] = []
    for finding in new {
      let candidates = waiting[finding.key[keyPath: part]] ?? []
      // The last of them is the first of the text.
      guard let place = candidates.lastIndex(where: { isSame(old[$0].diagnostic, finding.diagnostic) }) else {
        left.append(finding)
        continue
      }
      let index = candidates[place]
      waiting[finding.key[keyPath: part]]?.remove(at: place)
      isTaken[index] = true
      unchanged.append((old[index], finding))
    }
    old = old.indices.filter { !isTaken[$0] }.map { old[$0] }
    new = left
  }
}

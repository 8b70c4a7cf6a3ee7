import Diagnostics
import RegistryConfig
import SourceText

/// A finding with what makes it the same in another state; the key is computed once.
public struct KeyedFinding: KnownFinding {
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

  public var isOfSeveralPlaces: Bool { !diagnostic.related.isEmpty }

  /// Another wording of the same finding.
  public func with(_ diagnostic: Diagnostic) -> KeyedFinding { KeyedFinding(diagnostic, key: key) }
}

/// Which findings of one state are new in another, and which are gone. One that only moved is neither.
public struct FindingComparison: Sendable {
  public private(set) var introduced: [KeyedFinding] = []
  public private(set) var fixed: [KeyedFinding] = []
  /// Findings of both states.
  public private(set) var unchanged: [(old: KeyedFinding, new: KeyedFinding)] = []

  /// - Parameter hasMoved: Whether what the first finding speaks of went from its place to that of the second.
  public init(
    from old: [KeyedFinding], to new: [KeyedFinding], hasMoved: (Diagnostic, Diagnostic) -> Bool
  ) {
    let match = FindingMatch(from: old, to: new) { hasMoved($0.diagnostic, $1.diagnostic) }
    introduced = match.introduced
    fixed = match.left
    unchanged = match.unchanged
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
}

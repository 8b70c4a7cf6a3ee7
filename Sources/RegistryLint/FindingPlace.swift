import Diagnostics
import SourceText

/// Where a finding lies; two of one rule at one place are the same.
struct FindingPlace: Hashable {
  let rule: String
  let path: RepositoryPath
  let range: ByteRange

  init(_ diagnostic: Diagnostic) {
    rule = diagnostic.rule
    path = diagnostic.span.file.path
    range = diagnostic.span.range
  }
}

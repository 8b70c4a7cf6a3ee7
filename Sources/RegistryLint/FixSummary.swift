/// What a run with fixes did, in a few lines for people.
public struct FixSummary {
  private let run: FixRun
  private let unsafe: Bool

  public init(_ run: FixRun, unsafe: Bool) {
    self.run = run
    self.unsafe = unsafe
  }

  /// - Parameter written: The number of files that were written, `nil` when nothing was meant to be.
  /// - Returns: Lines, or nothing when there was nothing to fix and a report tells what is left.
  public func text(written: Int?) -> String {
    var text = ""
    let hidden = unsafe ? 0 : run.leftToFix.unsafe
    if run.fixedCount > 0 {
      let findings = run.fixedCount == 1 ? "1 finding" : "\(run.fixedCount) findings"
      let count = written ?? run.changes.count
      let files = count == 1 ? "1 file" : "\(count) files"
      text += written == nil ? "Would fix \(findings) in \(files)" : "Fixed \(findings) in \(files)"
      text += run.leftCount > 0 ? ", \(run.leftCount) remain" + (run.leftCount == 1 ? "s" : "") : ""
    } else if hidden > 0 {
      text += "No safe fixes"
    } else if written == nil, run.leftCount > 0 {
      // Changes are printed without the findings: only this says why the run fails.
      text += "No fixes, " + (run.leftCount == 1 ? "1 finding remains" : "\(run.leftCount) findings remain")
    }
    if hidden > 0 { text += " (\(hidden) more with `--unsafe-fixes`)" }
    if !text.isEmpty { text += ".\n" }
    if run.fixedRules["icsp-deprecated"] != nil { text += Migration.rolloutOrder }
    return text
  }
}

import NodeConfig
import Rules
import SourceText

/// What a node does to pull an image, told as a short story or as JSON.
public struct PullReport {
  /// One cluster's answer.
  public struct Answer: Sendable {
    public let cluster: LintedCluster
    public let resolution: PullResolution

    public init(cluster: LintedCluster, resolution: PullResolution) {
      self.cluster = cluster
      self.resolution = resolution
    }

    /// A policy.json that cannot be loaded fails every pull, whatever it says about the image.
    public var isPullable: Bool { resolution.isPullable && cluster.rendering.error == nil && unloadable.isEmpty }

    /// False when parts of the configuration are merged into what the cluster has, and that decides.
    public var isKnown: Bool {
      if cluster.parts.isEmpty { return true }
      if cluster.rendering.error != nil { return false }
      // What is blocked stays blocked, whatever else the cluster has; only its search registries are its own.
      guard cluster.parts.allSatisfy(\.resource.isMerged), !isPullable, resolution.error == nil, !resolution.isShortName
      else { return false }
      return resolution.candidates.allSatisfy(\.allBlocked)
        || cluster.parts.allSatisfy { $0.image?.allowedRegistries == nil }
    }

    var unloadable: [(path: String, scope: String, origins: [Origin])] {
      cluster.rendering.unloadablePolicies.filter { policy in
        resolution.candidates.isEmpty || resolution.candidates.contains { $0.policyPath == policy.path }
      }
    }
  }

  let answerList: [Answer]

  public init(_ answers: [Answer]) {
    answerList = answers
  }

  public func text(isColoured: Bool) -> String {
    let style = TerminalStyle(isColoured: isColoured)
    return answerList.map { story($0, style) }.joined(separator: "\n")
  }

  /// A host without a repository, `quay.io`, which nodes take for an image of that name.
  private static func looksLikeARegistry(_ name: String) -> Bool {
    let host = name.utf8.prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "@") }
    if host.elementsEqual("localhost".utf8) { return true }
    guard !name.utf8.contains(UInt8(ascii: "/")), let dot = host.lastIndex(of: UInt8(ascii: ".")) else { return false }
    // Not `python3.11`: a top-level domain holds no digits.
    let last = host[host.index(after: dot)...]
    return last.count > 1 && last.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
  }

  private func story(_ answer: Answer, _ style: TerminalStyle) -> String {
    let resolution = answer.resolution
    var text = ""
    func line(_ depth: Int, _ words: String) {
      text += String(repeating: "  ", count: depth) + words + "\n"
    }
    func places(_ depth: Int, _ origins: [Origin]) {
      for origin in origins.prefix(3) { line(depth, style.dim(Self.quote(origin))) }
    }
    func escaped(_ words: String) -> String { TerminalText.escaped(words) }
    let pods = resolution.namespace.map { "a pod in namespace \(escaped($0))" } ?? "a pod"
    let target = "cluster \(escaped(answer.cluster.name)), OpenShift \(answer.cluster.rendering.release)"
    line(0, style.bold("\(pods) asks for \(escaped(resolution.input)) on \(target)"))
    if let error = answer.cluster.rendering.error {
      line(1, style.red("the operator cannot render this configuration: ") + escaped(error.message))
      line(1, "nodes keep the files they have; what they do now cannot be told from here")
      places(2, error.origins)
      return text
    }
    for policy in answer.unloadable {
      line(
        1,
        style.red("no image can be pulled: ") + "\(policy.path) cannot be loaded because of '\(escaped(policy.scope))'")
      places(2, policy.origins)
    }
    if let error = resolution.error {
      line(1, style.red("nothing is tried: ") + escaped(error))
      places(2, resolution.errorOrigins)
      return text
    }
    if resolution.isShortName {
      line(
        1,
        "the name does not say its registry: each search registry is tried (alias files of the node are not known here)"
      )
      if Self.looksLikeARegistry(resolution.input) {
        let name = escaped(resolution.input)
        line(1, "'\(name)' is read as the name of an image: a registry needs a repository, \(name)/NAME")
      }
    }
    for candidate in resolution.candidates {
      line(1, style.bold(escaped(candidate.reference)))
      line(
        2,
        candidate.matchedPrefix.isEmpty
          ? "no entry of registries.conf matches" : "registries.conf: entry \(escaped(candidate.matchedPrefix))")
      places(3, candidate.matchedOrigins)
      switch candidate.policyVerdict {
      case .accept: line(2, "\(candidate.policyPath): \(escaped(candidate.policyScope)) accepts it")
      case .reject: line(2, style.red("\(candidate.policyPath): \(escaped(candidate.policyScope)) rejects it"))
      case .signatureRequired:
        line(2, style.yellow("\(candidate.policyPath): \(escaped(candidate.policyScope)) asks for a signature"))
      }
      places(3, candidate.policyOrigins)
      if let error = candidate.error { line(2, style.red("no source can be made: ") + escaped(error)) }
      for (index, source) in candidate.sources.enumerated() {
        let name = escaped(source.reference)
        let kind = source.isMirror ? "mirror" : "source"
        line(2, "\(index + 1). \(kind) " + (source.isBlocked ? style.red("\(name) is blocked") : name))
        places(4, source.isBlocked ? source.blockedOrigins : source.origins)
        if source.isInsecure {
          line(4, style.yellow("TLS is not verified"))
          places(5, source.insecureOrigins)
        } else if !source.isBlocked {
          line(4, source.certificate == nil
            ? "\(source.certificateDirectory): no CA of this configuration; the node's system trust is used"
            : "\(source.certificateDirectory)/ca.crt is trusted")
        }
      }
      for mirror in candidate.skippedMirrors {
        line(2, style.dim("not used: mirror \(escaped(mirror.location)), which is \(mirror.pullMode.rawValue)"))
      }
      let verdict = candidate.isPullable ? "can be pulled: " : "cannot be pulled: "
      let painted =
        answer.isKnown
        ? candidate.isPullable ? style.green(verdict) : style.red(verdict) : "by what is known it " + verdict
      line(2, painted + escaped(candidate.reason))
    }
    if !answer.isKnown, let why = answer.cluster.whyPartial {
      line(0, style.yellow("whether the image can be pulled is not known: ") + escaped(why))
      for part in answer.cluster.parts.prefix(3) { line(1, style.dim(place(part))) }
      return text
    }
    line(0, answer.isPullable ? style.green("the image can be pulled") : style.red("the image cannot be pulled"))
    return text
  }

  private func place(_ part: LintedResource) -> String {
    let span = part.resource.name?.span ?? part.resource.kindName.span
    return TerminalText.escaped("\(span.file.path.text):\(span.start.line)")
  }

  /// `blocked as … (entry 3 of spec.registrySources.blockedRegistries, image.yaml:14)`, with the line itself.
  static func quote(_ origin: Origin) -> String {
    let line = origin.span.file.lines.lineIndex(of: origin.span.range.lowerBound)
    let source = origin.span.file.text(origin.span.file.lineRange(line))
    let trimmed = source.drop { $0 == " " || $0 == "\t" }
    let shown = trimmed.utf8.count > 100 ? String(trimmed.prefix(100)) + "…" : String(trimmed)
    return TerminalText.escaped("\(origin.description): \(shown)")
  }
}

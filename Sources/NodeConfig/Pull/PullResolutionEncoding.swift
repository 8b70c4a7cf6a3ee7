import SourceText

// The fields of `registrylint pull --format json`; those of the cases, and the places and reasons beside them.

extension PullResolution: Encodable {
  private enum Key: String, CodingKey {
    case input, namespace, shortName, candidates, error, errorOrigins
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(input, forKey: .input)
    try container.encodeIfPresent(namespace, forKey: .namespace)
    try container.encode(isShortName, forKey: .shortName)
    try container.encode(candidates, forKey: .candidates)
    try container.encode(error, forKey: .error)
    if !errorOrigins.isEmpty { try container.encode(errorOrigins, forKey: .errorOrigins) }
  }
}

extension PullResolution.Candidate: Encodable {
  private enum Key: String, CodingKey {
    case reference, matchedPrefix, matchedOrigins, inheritsMirrorsOf, sources, skippedMirrors, policyFile, policyScope
    case policyVerdict, policyOrigins, allBlocked, pullable, error, reason
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(reference, forKey: .reference)
    try container.encode(matchedPrefix, forKey: .matchedPrefix)
    try container.encode(matchedOrigins, forKey: .matchedOrigins)
    try container.encodeIfPresent(inheritsMirrorsOf, forKey: .inheritsMirrorsOf)
    try container.encode(sources, forKey: .sources)
    try container.encode(skippedMirrors, forKey: .skippedMirrors)
    try container.encode(policyPath, forKey: .policyFile)
    try container.encode(policyScope, forKey: .policyScope)
    try container.encode(policyVerdict.rawValue, forKey: .policyVerdict)
    try container.encode(policyOrigins, forKey: .policyOrigins)
    try container.encode(allBlocked, forKey: .allBlocked)
    try container.encode(isPullable, forKey: .pullable)
    try container.encodeIfPresent(error, forKey: .error)
    try container.encode(reason, forKey: .reason)
  }
}

extension PullResolution.Source: Encodable {
  private enum Key: String, CodingKey {
    case reference, insecure, pullFromMirror, mirror, blocked, blockedBy, origins, insecureOrigins, blockedOrigins
    case certificateDirectory, certificate, reason
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(reference, forKey: .reference)
    try container.encode(isInsecure, forKey: .insecure)
    try container.encodeIfPresent(pullMode?.rawValue, forKey: .pullFromMirror)
    try container.encode(isMirror, forKey: .mirror)
    try container.encode(isBlocked, forKey: .blocked)
    try container.encodeIfPresent(blockedBy, forKey: .blockedBy)
    if !origins.isEmpty { try container.encode(origins, forKey: .origins) }
    if !insecureOrigins.isEmpty { try container.encode(insecureOrigins, forKey: .insecureOrigins) }
    if !blockedOrigins.isEmpty { try container.encode(blockedOrigins, forKey: .blockedOrigins) }
    try container.encode(certificateDirectory, forKey: .certificateDirectory)
    try container.encodeIfPresent(certificate?.origin, forKey: .certificate)
    try container.encode(reason, forKey: .reason)
  }
}

extension PullResolution.SkippedMirror: Encodable {
  private enum Key: String, CodingKey { case location, pullFromMirror, origins }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(location, forKey: .location)
    try container.encode(pullMode.rawValue, forKey: .pullFromMirror)
    try container.encode(origins, forKey: .origins)
  }
}

extension Origin: Encodable {
  private enum Key: String, CodingKey { case kind, namespace, name, field, path, line, column }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind.rawValue, forKey: .kind)
    try container.encodeIfPresent(namespace, forKey: .namespace)
    try container.encodeIfPresent(name, forKey: .name)
    try container.encode(field, forKey: .field)
    try container.encode(span.file.path.text, forKey: .path)
    let start = span.start
    try container.encode(start.line, forKey: .line)
    try container.encode(start.column, forKey: .column)
  }
}

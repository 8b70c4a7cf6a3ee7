import RegistryConfig

/// Answers for images what a node with the files of a rendering does. Loads the files once for many questions.
/// Source: containers/image as CRI-O uses it: pkg/shortnames, pkg/sysregistriesv2, docker, signature.
public struct PullResolver: Sendable {
  public let rendering: NodeRendering
  private let registries: LoadedRegistries?
  private let searchRegistries: [String]
  /// Any one bad entry makes every pull fail.
  private let loadingProblem: LoadedRegistries.Problem?

  public init(_ rendering: NodeRendering) {
    self.rendering = rendering
    var registries: LoadedRegistries?
    var search: [String] = []
    var problem: LoadedRegistries.Problem?
    if let error = rendering.error {
      problem = LoadedRegistries.Problem(
        "the operator refuses this configuration, so nodes keep the one they have: \(error.message)",
        origins: error.origins)
    } else {
      do throws(LoadedRegistries.Problem) {
        let loaded = try Self.loading("registries configuration", NodePath.registriesConf) {
          () throws(LoadedRegistries.Problem) in
          try LoadedRegistries(rendering.registriesConf, release: rendering.release)
        }
        registries = loaded
        search = loaded.searchRegistries
        if let list = rendering.searchRegistries {
          search = try Self.loading("drop-in registries configuration", NodePath.searchRegistries) {
            () throws(LoadedRegistries.Problem) in
            try LoadedRegistries.searchRegistries(list, origins: rendering.searchOrigins)
          }
        }
      } catch {
        problem = error
      }
    }
    self.registries = problem == nil ? registries : nil
    searchRegistries = search
    loadingProblem = problem
  }

  private static func loading<Result>(
    _ what: String, _ path: String, _ load: () throws(LoadedRegistries.Problem) -> Result
  ) throws(LoadedRegistries.Problem) -> Result {
    do throws(LoadedRegistries.Problem) {
      return try load()
    } catch {
      throw LoadedRegistries.Problem(
        "registries.conf: loading \(what) \(GoQuoting.quote(path)): \(error.message)", origins: error.origins)
    }
  }

  /// Why no image at all can be pulled; `nil` when the files load.
  public var problem: (message: String, origins: [Origin])? {
    loadingProblem.map { ($0.message, $0.origins) }
  }

  /// Why a text is no image that a pod can name, on no cluster; `nil` when it is one.
  public static func problem(of reference: String) -> String? {
    do throws(ImageReference.Problem) {
      _ = isShortName(reference) ? try ImageReference.parse(reference) : try ImageReference(normalizing: reference)
      return nil
    } catch {
      return error.message
    }
  }

  /// Whether a text is a reference as a node takes it; nothing else can be pulled.
  public static func isReference(_ text: String) -> Bool { (try? ImageReference.parse(text)) != nil }

  /// Whether the entry that fits a location best refuses to be asked for anything.
  public func blocks(_ location: String) -> Bool { registries?.find(location)?.registry.isBlocked ?? false }

  /// What a node does to pull an image.
  /// - Parameters:
  ///   - reference: as a pod writes it, short or full, with or without tag and digest.
  ///   - namespace: that of the pod, whose ImagePolicies apply.
  public func resolve(_ reference: String, namespace: String? = nil) -> PullResolution {
    let isShort = Self.isShortName(reference)
    func failed(_ message: String, _ origins: [Origin] = []) -> PullResolution {
      PullResolution(
        input: reference, namespace: namespace, isShortName: isShort, candidates: [], error: message,
        errorOrigins: origins)
    }
    guard let registries else { return failed(loadingProblem?.message ?? "", loadingProblem?.origins ?? []) }
    do throws(Failure) {
      return PullResolution(
        input: reference, namespace: namespace, isShortName: isShort,
        candidates: try names(of: reference).map { candidate($0, namespace, registries) }, error: nil,
        errorOrigins: [])
    } catch {
      return failed(error.message, error.origins)
    }
  }

  /// What comes of pulling an image: of a short name in the first search registry.
  /// - Parameter reference: as a pod writes it, short or full, with or without tag and digest.
  func outcome(of reference: String) -> PullOutcome {
    do throws(Failure) {
      guard let first = try names(of: reference).first else { return PullOutcome(error: "") }
      return outcome(of: first)
    } catch {
      return PullOutcome(error: loadingProblem?.message ?? error.message)
    }
  }

  /// - Parameter image: with a tag or a digest.
  func outcome(of image: ImageReference) -> PullOutcome {
    guard let registries else { return PullOutcome(error: loadingProblem?.message ?? "") }
    return PullOutcome(PullAttempt(image, nil, registries, in: rendering))
  }

  /// Why nothing is tried.
  private struct Failure: Error {
    let message: String
    var origins: [Origin] = []
  }

  /// The full references that a node tries, with a tag or a digest.
  private func names(of reference: String) throws(Failure) -> [ImageReference] {
    let quoted = { GoQuoting.quote(reference) }
    guard Self.isShortName(reference) else {
      do throws(ImageReference.Problem) {
        return [try ImageReference(normalizing: reference).withDefaultTag]
      } catch {
        throw Failure(message: "cannot parse \(quoted()): \(error.message)")
      }
    }
    do throws(ImageReference.Problem) {
      _ = try ImageReference.parse(reference)
    } catch {
      throw Failure(message: "cannot parse \(quoted()): \(error.message)")
    }
    guard !searchRegistries.isEmpty else {
      throw Failure(
        message: "short name \(quoted()) did not resolve: no unqualified-search registries are defined",
        origins: rendering.searchOrigins)
    }
    var names: [ImageReference] = []
    for registry in searchRegistries {
      do throws(ImageReference.Problem) {
        names.append(try ImageReference(normalizing: registry + "/" + reference).withDefaultTag)
      } catch {
        throw Failure(
          message: "creating reference with unqualified-search registry \(GoQuoting.quote(registry)): \(error.message)")
      }
    }
    return names
  }

  /// The first of several components names a host when it holds `.`, `:` or a capital letter, or is `localhost`.
  static func isShortName(_ reference: String) -> Bool {
    guard let slash = reference.utf8.firstIndex(of: UInt8(ascii: "/")) else { return true }
    let first = reference[..<slash].utf8
    return !first.elementsEqual("localhost".utf8)
      && !first.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") || $0.isUppercaseLetter }
  }

  private func candidate(
    _ reference: ImageReference, _ namespace: String?, _ registries: LoadedRegistries
  ) -> PullResolution.Candidate {
    let attempt = PullAttempt(reference, namespace, registries, in: rendering)
    let (entry, policy) = (attempt.entry, attempt.policy)
    let sources = attempt.sources.map { source($0, own: $1, of: entry) }
    let skipped = entry.map { skippedMirrors(of: $0, for: attempt.pulled) } ?? []
    return PullResolution.Candidate(
      reference: reference.text, matchedPrefix: entry?.prefix ?? "", matchedOrigins: entry?.registry.origins ?? [],
      inheritsMirrorsOf: entry?.registry.inheritsMirrorsOf, sources: sources, skippedMirrors: skipped,
      policyPath: policy.path, policyScope: policy.scope, policyVerdict: policy.verdict, policyOrigins: policy.origins,
      allBlocked: attempt.allBlocked, isPullable: attempt.isPullable, error: attempt.problem,
      reason: PullWords.candidate(
        sources: sources, skipped: skipped, policy: policy, allBlocked: attempt.allBlocked, problem: attempt.problem,
        matchedPrefix: entry?.prefix))
  }

  private func skippedMirrors(
    of entry: LoadedRegistries.Entry, for reference: ImageReference
  ) -> [PullResolution.SkippedMirror] {
    let other: RegistriesConf.PullMode = reference.digest == nil ? .digestOnly : .tagOnly
    return entry.registry.mirrors.compactMap { mirror in
      let mode = entry.registry.mirrorByDigestOnly ? .digestOnly : mirror.pullMode
      guard mode == other else { return nil }
      return PullResolution.SkippedMirror(location: mirror.location, pullMode: other, origins: mirror.origins)
    }
  }

  private func source(
    _ source: LoadedRegistries.PullSource, own: LoadedRegistries.Entry?, of entry: LoadedRegistries.Entry?
  ) -> PullResolution.Source {
    let isBlocked = own?.registry.isBlocked ?? false
    let mirror = source.mirror
    let origins = mirror?.origins ?? []
    let insecure = source.isInsecure ? mirror?.insecureOrigins ?? entry?.registry.insecureOrigins ?? [] : []
    let blocked = isBlocked ? own?.registry.blockedOrigins ?? [] : []
    let host = source.reference.domain
    return PullResolution.Source(
      reference: source.reference.text, isMirror: mirror != nil, isInsecure: source.isInsecure,
      pullMode: mirror.flatMap { $0.pullMode ?? (entry?.registry.mirrorByDigestOnly == true ? .digestOnly : nil) },
      isBlocked: isBlocked, blockedBy: isBlocked ? own?.prefix : nil, origins: origins, insecureOrigins: insecure,
      blockedOrigins: blocked, certificateDirectory: "\(NodePath.certificates)/\(host)",
      certificate: rendering.certificates[NodePath.certificate(ofHost: host)],
      reason: PullWords.source(
        isMirror: mirror != nil, of: entry, origins: origins, blockedBy: isBlocked ? own?.prefix : nil,
        blockedOrigins: blocked, isInsecure: source.isInsecure, insecureOrigins: insecure))
  }
}

import ArgumentParser
import Foundation
import Testing

@testable import RegistryLintCommand

/// What the program does with its arguments and its streams.
@Suite struct CommandLineTests {
  @Test func formatsThatNobodyWouldReadAreRefused() throws {
    #expect(throws: (any Error).self) { try RenderCommand.parse(["--output", "there", "--format", "json"]) }
    #expect(try RenderCommand.parse(["--output", "there"]).output == "there")
    #expect(try RenderCommand.parse(["--format", "json"]).format.wanted == .json)
  }

  /// The last of two formats would win, and nobody be told.
  @Test func ofTwoFormatsNoneIsLostSilently() throws {
    let commands: [(any ParsableCommand.Type, [String], String)] = [
      (DiffCommand.self, ["HEAD"], "text"), (RenderCommand.self, [], "files"), (PullCommand.self, ["a/b"], "text"),
      (ClustersCommand.self, [], "text"), (CertsCommand.self, [], "text"), (ComposeCommand.self, [], "yaml"),
      (RulesCommand.self, [], "text"),
    ]
    for (command, words, format) in commands {
      let both = words + ["--format", format, "--format", "json"]
      let error = try #require(throws: (any Error).self) { try command.parse(both) }
      #expect(command.fullMessage(for: error).contains("--format \(format) and --format json exclude each other"))
      #expect(throws: Never.self) { try command.parse(words + ["--format", "json", "--format", "json"]) }
    }
    #expect(try DiffCommand.parse(["HEAD"]).format.wanted == .text)
    #expect(try RenderCommand.parse([]).format.wanted == .files && ComposeCommand.parse([]).format.wanted == .yaml)
    #expect(DiffCommand.helpMessage(columns: 120).contains(" text, json, markdown or sarif; text by default."))
    #expect(RenderCommand.helpMessage(columns: 120).contains(" files or json; files by default."))
  }

  /// Whatever else is wrong, as in Git and ruff.
  @Test func unknownOptionsAreFound() {
    func found(_ words: String) -> String? { UnknownOption(in: words.split(separator: " ").map(String.init))?.name }
    for command in RegistryLintRoot.configuration.subcommands {
      let name = command._commandName
      #expect(found("\(name) --bogus") == "--bogus" && found("\(name) -x --bogus") == "-x", "\(name)")
      #expect(found("\(name) --help") == nil && found("\(name) -h") == nil, "\(name)")
      #expect(found("\(name) -- --bogus") == nil && found("\(name) -") == nil, "\(name)")
    }
    #expect(found("--bogus=3 prod") == "--bogus" && found("prod -qx") == "-qx")
    #expect(found("diff --format nope --staged --root --bogus") == "--bogus")
    #expect(found("hook run --bogus") == "--bogus" && found("config show --bogus") == "--bogus")
    #expect(found("render --bogus --output") == "--bogus" && found("render -o there -qv --jobs=3 --release-image x") == nil)
    #expect(found("lint --jobs -1 --fix --no-config --stdin-filename a -") == nil && found("help --bogus") == nil)
    #expect(found("") == nil && found("lint") == nil)
    #expect(UnknownOption(in: ["diff", "--sumary"])?.meant == "--summary")
    #expect(UnknownOption(in: ["diff", "-x"])?.meant == nil)
  }

  @Test(.enabled(if: BuiltProgram.url != nil)) func unknownOptionsAreNamedFirst() throws {
    let program = try #require(BuiltProgram.url)
    let folder = FileManager.default.temporaryDirectory
    for words in ["diff --sumary", "diff --sumary HEAD", "pull --quet", "certs --staged --rev a --formt x", "explain -x"] {
      let name = words.split(separator: " ").last { $0.hasPrefix("-") } ?? ""
      let said = try shell("'\(program.path)' \(words) 2>&1; echo $?", in: folder)
      #expect(said.hasPrefix("Error: Unknown option '\(name)'") && said.hasSuffix(" for more information.\n2\n"), "\(said)")
      #expect(said.contains("\nUsage: registrylint \(words.prefix { $0 != " " }) "), "\(said)")
    }
    #expect(try shell("'\(program.path)' diff 2>&1; echo $?", in: folder).hasPrefix("Error: name a range"))
  }

  /// As an empty range.
  @Test(.enabled(if: BuiltProgram.url != nil)) func nothingStagedIsSaid() throws {
    let program = try #require(BuiltProgram.url)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("registrylint-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let commit = "git -c user.name=t -c user.email=t@example.com commit -q --allow-empty -m"
    try shell("git init -q && mkdir prod && echo a > a && echo b > prod/b && git add -A && \(commit) a", in: folder)
    func run(_ words: String) throws -> String {
      try shell("'\(program.path)' diff --staged \(words) 2>&1; echo $?", in: folder)
    }
    #expect(try run("--fail-empty") == "note: nothing is staged\n1\n")
    #expect(try run("") == "note: nothing is staged\n0\n")
    #expect(try run("--fail-empty --quiet") == "1\n")
    try shell("echo c > a", in: folder)
    #expect(try run("--fail-empty").hasSuffix("staged\n1\n"))
    try shell("git add a", in: folder)
    #expect(try run("--fail-empty") == "no effect on any cluster\n0\n")
    #expect(try run("--fail-empty -- prod nope") == "note: nothing is staged in 'prod', 'nope'; there is no 'nope' here\n1\n")
    #expect(try run("--fail-empty -- a").hasSuffix("\n0\n"))
    // What is staged for deletion is in no index.
    try shell("git rm -q -f a", in: folder)
    #expect(try run("--fail-empty -- a") == "no effect on any cluster\n0\n")
  }

  /// Other forms of Git's ranges, and a folder beside a file, are told by one sentence.
  @Test(.enabled(if: BuiltProgram.url != nil)) func whatDiffDoesNotRead() throws {
    let program = try #require(BuiltProgram.url)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("registrylint-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let commit = "git -c user.name=t -c user.email=t@example.com commit -q --allow-empty -m"
    try shell("git init -q && \(commit) a && \(commit) b && mkdir sub && touch file", in: folder)
    for (words, form) in [
      ("'HEAD^@'", "HEAD^@"), ("'^HEAD~1' HEAD", "^HEAD~1"), ("HEAD '^HEAD~1'", "^HEAD~1"), ("--root 'HEAD^@'", "HEAD^@"),
      ("'^HEAD~1' HEAD -- sub", "^HEAD~1"),
    ] {
      let said = try shell("'\(program.path)' diff \(words) 2>&1; echo $?", in: folder)
      #expect(said.hasPrefix("error: '\(form)' is a form of range that diff does not read; it reads A..B, A...B, REV, "), "\(said)")
      #expect(said.hasSuffix("\n2\n"))
    }
    for words in ["sub file", "file sub"] {
      let said = try shell("'\(program.path)' diff \(words) 2>&1; echo $?", in: folder)
      #expect(said == "error: 'sub' is a folder and 'file' is a file; name two files, or two folders\n2\n")
    }
    #expect(try shell("'\(program.path)' diff sub sub 2>&1; echo $?", in: folder).hasSuffix("\n0\n"))
  }

  /// A file in the Git folder is no part of any commit.
  @Test(.enabled(if: BuiltProgram.url != nil)) func noConfigurationInAGitFolder() throws {
    let program = try #require(BuiltProgram.url)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("registrylint-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try shell("git init -q --bare bare.git && git init -q tree && mkdir tree/sub", in: folder)
    let initiate = "'\(program.path)' config init"
    let inBare = try shell("cd bare.git && \(initiate) 2> ../errors; echo $?; ls .registrylint.yaml; cat ../errors", in: folder)
    #expect(inBare.hasPrefix("2\nerror: this is the Git folder"))
    #expect(try shell("cd bare.git/refs && \(initiate) 2>&1; echo $?", in: folder).hasSuffix("\n2\n"))
    #expect(try shell("cd tree/.git && \(initiate) 2>&1; echo $?", in: folder).hasSuffix("\n2\n"))
    #expect(try shell("cd tree/sub && \(initiate) 2>&1; echo $?", in: folder).hasSuffix("\n0\n"))
  }

  /// A reader that hangs up ends the walk, silently and with the status of the range.
  @Test(.enabled(if: BuiltProgram.url != nil)) func nobodyListens() throws {
    let program = try #require(BuiltProgram.url)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("registrylint-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Each commit prints, so that a pipe would be full long before the end.
    var stream = ""
    for number in 1...600 {
      let text = """
        apiVersion: config.openshift.io/v1
        kind: Image
        metadata: {name: cluster}
        spec: {registrySources: {insecureRegistries: ['https://registry-\(number)']}}

        """
      stream += "commit refs/heads/main\ncommitter t <t@example.com> \(1_700_000_000 + number) +0000\n"
      stream += "data 4\nstep\nM 100644 inline image.yaml\ndata \(text.utf8.count)\n\(text)\n"
    }
    try Data(stream.utf8).write(to: folder.appendingPathComponent("stream"))
    try shell("git init -q -b main && git fast-import --quiet < stream", in: folder)
    // Who walks so far finds a commit that cannot be read.
    let commit = "git -c user.name=t -c user.email=t@example.com commit-tree -m step"
    try shell(
      "broken=$(printf '040000 tree %040d\\tgone\\n' 1 | git mktree --missing) && "
        + "git update-ref refs/heads/main $(\(commit) -p $(\(commit) -p main $broken) main^{tree})", in: folder)
    let diff = "'\(program.path)' diff HEAD~500..HEAD --release 4.23"
    func run(_ command: String) throws -> String {
      try shell("{ \(command) 2> errors; echo $? > status; } | head -1 > first; cat errors status; wc -l < first", in: folder)
    }
    #expect(try run(diff) == "1\n1\n")
    #expect(try run(diff + " --fail-on never") == "0\n1\n")
    #expect(try shell("\(diff) > all 2> errors; echo $?; grep -c missing errors", in: folder) == "3\n1\n")
  }

  /// Without a known cluster there is nothing to answer for, with and without its name.
  @Test(.enabled(if: BuiltProgram.url != nil), arguments: ["pull quay.io/team/a:v1", "render", "render --format json"])
  func noAnswerForAClusterThatIsNotKnown(command: String) throws {
    let program = try #require(BuiltProgram.url)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("registrylint-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder.appendingPathComponent("helm"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let image = "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec: {}\n"
    try Data(image.utf8).write(to: folder.appendingPathComponent("helm/image.yaml"))
    try Data("resources: [image.yaml]\nhelmCharts: [{name: x, repo: 'https://charts.example.com'}]\n".utf8)
      .write(to: folder.appendingPathComponent("helm/kustomization.yaml"))
    for input in ["helm", "helm --cluster helm"] {
      let told = try shell("'\(program.path)' \(command) \(input) 2> errors; echo $?; cat errors", in: folder)
      #expect(told.hasPrefix("2\nerror: the cluster 'helm' is not known: ") && told.contains("--enable-helm"), "\(told)")
    }
  }

  @discardableResult
  private func shell(_ command: String, in folder: URL) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["bash", "-c", command]
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("GIT_") }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}

/// The program beside the tests that were built with it; `nil` where they are laid out otherwise.
enum BuiltProgram {
  static let url: URL? = {
    var places = [URL(fileURLWithPath: CommandLine.arguments[0])]
    if let option = CommandLine.arguments.firstIndex(of: "--test-bundle-path"), option + 1 < CommandLine.arguments.count {
      places.append(URL(fileURLWithPath: CommandLine.arguments[option + 1]))
    }
    for place in places {
      var folder = place
      for _ in 0..<5 {
        folder.deleteLastPathComponent()
        let program = folder.appendingPathComponent("registrylint")
        if FileManager.default.isExecutableFile(atPath: program.path), !program.hasDirectoryPath { return program }
      }
    }
    return nil
  }()
}

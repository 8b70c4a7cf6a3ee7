// swift-tools-version: 6.1
import Foundation
import PackageDescription

// Targets stand in the order of the data: bytes, text, YAML, resources, what nodes get, rules, reports.
// A target may depend only on targets above it, so the compiler holds the arrows of docs/ARCHITECTURE.md.
let package = Package(
  name: "registrylint",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "registrylint", targets: ["RegistryLintCommand"]),
    .library(name: "RegistryLint", targets: ["RegistryLint"]),
    .plugin(name: "RegistryLintPlugin", targets: ["RegistryLintPlugin"]),
    .plugin(name: "RegistryFormatPlugin", targets: ["RegistryFormatPlugin"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.3.0"),
  ],
  targets: [
    // C, as thin as it gets.
    .systemLibrary(
      name: "CLibgit2", pkgConfig: "libgit2",
      providers: [.apt(["libgit2-dev"]), .brew(["libgit2"])]),
    .systemLibrary(
      name: "CLibyaml", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CShims", dependencies: ["CLibgit2"]),

    // Bytes, positions, edits. No Foundation.
    .target(name: "SourceText"),
    // libyaml: documents and nodes with exact byte ranges, comments, limits, templates masked.
    .target(name: "YAMLSyntax", dependencies: ["CLibyaml", "SourceText"]),
    // What a kustomization composes, without the kustomize binary; every value keeps its origin.
    .target(name: "Kustomize", dependencies: ["SourceText", "YAMLSyntax"]),
    // libgit2: bytes, path and origin of every file of a working tree, an index or a revision.
    .target(name: "GitStore", dependencies: ["CLibgit2", "CShims", "CZlib", "SourceText"]),
    // PEM and X.509 as a node reads them.
    .target(
      name: "Certificates",
      dependencies: ["SourceText", .product(name: "SwiftASN1", package: "swift-asn1")]),
    // Image, mirror sets, policies, CA bundles as typed views that remember where they were written.
    .target(name: "RegistryConfig", dependencies: ["SourceText", "YAMLSyntax", "Certificates"]),
    // What the Machine Config Operator writes from them, and what a node does with it.
    .target(name: "NodeConfig", dependencies: ["SourceText", "YAMLSyntax", "RegistryConfig", "Certificates"]),
    // Which resources meet on which cluster: declared, composed, delivered by Argo CD or Flux, or by folder.
    .target(name: "Clusters", dependencies: ["SourceText", "YAMLSyntax", "Kustomize", "GitStore", "RegistryConfig"]),
    // A finding, its fix, its suppression, its fingerprint.
    .target(name: "Diagnostics", dependencies: ["SourceText", "YAMLSyntax", "RegistryConfig"]),
    // Canonical order, as text edits that move lines.
    .target(name: "Formatting", dependencies: ["SourceText", "YAMLSyntax", "RegistryConfig"]),
    // One file a rule.
    .target(
      name: "Rules",
      dependencies: [
        "SourceText", "YAMLSyntax", "RegistryConfig", "Certificates", "NodeConfig", "Diagnostics", "Formatting",
      ]),
    // What a change does to clusters: resources, node files, disruption, pulls.
    .target(
      name: "History",
      dependencies: [
        "SourceText", "YAMLSyntax", "Certificates", "RegistryConfig", "NodeConfig", "Diagnostics", "Rules",
      ]),
    // Text, concise, JSON, SARIF.
    .target(
      name: "Reporting",
      dependencies: ["SourceText", "Certificates", "RegistryConfig", "NodeConfig", "Diagnostics", "Rules", "History"]),
    // The pipeline as a library.
    .target(
      name: "RegistryLint",
      dependencies: [
        "CShims", "SourceText", "YAMLSyntax", "GitStore", "Certificates", "RegistryConfig", "NodeConfig", "Diagnostics",
        "Rules", "History", "Formatting", "Reporting", "Clusters", "Kustomize",
      ]),
    // The command line. Not named like its product: "registrylint" and "RegistryLint" are one folder on macOS.
    .executableTarget(
      name: "RegistryLintCommand",
      dependencies: [
        "CShims", "RegistryLint", "SourceText", "GitStore", "RegistryConfig", "NodeConfig", "Diagnostics", "Rules",
        "Reporting", "Clusters", "Kustomize",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // `swift package registrylint …`; reads only.
    .plugin(
      name: "RegistryLintPlugin",
      capability: .command(
        intent: .custom(verb: "registrylint", description: "Check the registry configuration of this repository.")),
      dependencies: ["RegistryLintCommand"], path: "Plugins/RegistryLint"),
    // `swift package registrylint-format …`; writes, so SwiftPM asks for permission.
    .plugin(
      name: "RegistryFormatPlugin",
      capability: .command(
        intent: .custom(
          verb: "registrylint-format", description: "Put the registry configuration of this repository in canonical order."),
        permissions: [.writeToPackageDirectory(reason: "Puts manifests in canonical order.")]),
      dependencies: ["RegistryLintCommand"], path: "Plugins/RegistryFormat"),
    // Development only: writes the registry of rules and docs/rules.
    .executableTarget(name: "generate-rules", dependencies: ["Rules"]),

    .testTarget(name: "SourceTextTests", dependencies: ["SourceText"]),
    .testTarget(name: "GitStoreTests", dependencies: ["CZlib", "GitStore", "SourceText"]),
    .testTarget(name: "YAMLSyntaxTests", dependencies: ["YAMLSyntax", "SourceText"]),
    .testTarget(name: "DiagnosticsTests", dependencies: ["Diagnostics", "RegistryConfig", "YAMLSyntax", "SourceText"]),
    .testTarget(
      name: "RulesTests",
      dependencies: ["Rules", "Diagnostics", "NodeConfig", "RegistryConfig", "YAMLSyntax", "SourceText"]),
    .testTarget(name: "ClustersTests", dependencies: ["Clusters", "RegistryConfig", "YAMLSyntax", "SourceText"]),
    .testTarget(
      name: "NodeConfigTests", dependencies: ["NodeConfig", "RegistryConfig", "YAMLSyntax", "SourceText"]),
    .testTarget(name: "FormattingTests", dependencies: ["Formatting", "RegistryConfig", "YAMLSyntax", "SourceText"]),
    .testTarget(
      name: "RegistryLintTests",
      dependencies: [
        "RegistryLint", "GitStore", "Reporting", "Rules", "Diagnostics", "RegistryConfig", "YAMLSyntax", "SourceText",
        "Clusters", "Kustomize", "History", "Formatting", "NodeConfig",
      ]),
    .testTarget(
      name: "RegistryLintCommandTests",
      dependencies: ["RegistryLintCommand", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
    .testTarget(
      name: "ReportingTests",
      dependencies: ["Reporting", "History", "Rules", "Diagnostics", "RegistryConfig", "YAMLSyntax", "SourceText"]),
    .testTarget(name: "RegistryConfigTests", dependencies: ["RegistryConfig", "YAMLSyntax", "SourceText"]),
    .testTarget(name: "CertificatesTests", dependencies: ["Certificates", "YAMLSyntax", "SourceText"]),
    .testTarget(name: "KustomizeTests", dependencies: ["Kustomize", "YAMLSyntax", "SourceText"]),
  ],
  swiftLanguageModes: [.v6]
)

// Where it is installed, libdeflate inflates packs in half of the time of zlib.
let headers = ["/usr/include", "/usr/local/include", "/opt/homebrew/include"].map { $0 + "/libdeflate.h" }
if headers.contains(where: FileManager.default.fileExists) {
  package.targets.append(.systemLibrary(name: "CLibdeflate", pkgConfig: "libdeflate"))
  package.targets.first { $0.name == "GitStore" }?.dependencies.append("CLibdeflate")
}

// swift-tools-version: 6.1
// A package that has nothing in it but its tools: it pins registrylint for a repository of manifests.
//
//   swift package -c release registrylint lint clusters
import PackageDescription

let package = Package(
  name: "tools",
  dependencies: [
    // In your repository: .package(url: "https://github.com/registrylint/registrylint", exact: "0.1.0")
    .package(name: "registrylint", path: "../..")
  ]
)

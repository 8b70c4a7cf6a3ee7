import NodeConfig
import RegistryConfig
import Testing

/// Ten times the entries may not take a hundred times the time.
struct ScalingTests {
  private func input(_ count: Int) -> ClusterResources {
    func list(_ make: (Int) -> String) -> String { (0..<count).map { "    - \(make($0))\n" }.joined() }
    let text =
      "apiVersion: config.openshift.io/v1\nkind: Image\nmetadata: {name: cluster}\nspec:\n  registrySources:\n"
      + "    insecureRegistries:\n" + list { "r\($0 % 97).example.com/team\($0)/sub" }
      + "    blockedRegistries:\n" + list { "r\($0 % 97).example.com/team\($0)/bad" }
      + "---\napiVersion: config.openshift.io/v1\nkind: ImageDigestMirrorSet\nmetadata: {name: m}\nspec:\n"
      + "  imageDigestMirrors:\n"
      + (0..<count).map {
        "  - source: r\($0 % 97).example.com/team\($0)\n    mirrors: [m.example.net/team\($0), n.example.net/\($0)]\n"
      }.joined()
    return Cases.cluster(text).resources
  }

  @Test func renderingResolvingAndComparingAreNearLinear() {
    func time(_ resources: ClusterResources) -> Duration {
      (0..<3).map { _ in
        ContinuousClock().measure {
          let rendering = NodeFiles.render(resources)
          #expect(rendering.error == nil)
          #expect(PullResolver(rendering).resolve("r1.example.com/team1/bad/x:1").candidates.count == 1)
          #expect(!Disruption.between(old: rendering, new: rendering).drain)
        }
      }.min() ?? .zero
    }
    let small = time(input(200))
    let large = time(input(2000))
    // A quadratic part would show as 100; the rest is for a busy machine.
    #expect(large < small * 30, "\(small) for 200 entries, \(large) for 2000")
  }
}

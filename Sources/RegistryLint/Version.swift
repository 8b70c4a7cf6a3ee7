/// The version of this program.
public enum RegistryLintVersion {
  public static let current = "0.1.0"
}

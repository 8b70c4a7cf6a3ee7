/// A dictionary whose versions share nearly all of their memory: states of a history that follow each other differ in
/// some entries of thousands.
struct SharedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private final class Base: Sendable {
    let values: [Key: Value]
    init(_ values: [Key: Value]) { self.values = values }
  }

  private var base = Base([:])
  /// What is not as in the base; `nil` for what is gone.
  private var changes: [Key: Value?] = [:]

  subscript(key: Key) -> Value? {
    get { if let change = changes[key] { change } else { base.values[key] } }
    set {
      changes[key] = .some(newValue)
      if changes.count > max(64, base.values.count / 8) { fold() }
    }
  }

  /// Takes everything that another one has.
  mutating func take(_ other: Self) {
    for (key, value) in other.base.values where other.changes[key] == nil { self[key] = value }
    for (key, change) in other.changes { if let value = change { self[key] = value } }
  }

  private mutating func fold() {
    var values = base.values
    for (key, change) in changes { values[key] = change }
    base = Base(values)
    changes = [:]
  }
}

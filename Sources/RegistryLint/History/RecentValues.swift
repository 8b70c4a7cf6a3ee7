/// A cache that forgets what was not asked for lately: two generations, the older of which is dropped when the newer is
/// full.
struct RecentValues<Key: Hashable, Value> {
  private var new: [Key: Value] = [:]
  private var old: [Key: Value] = [:]
  private var cost = 0
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
  }

  subscript(key: Key) -> Value? {
    new[key] ?? old[key]
  }

  mutating func insert(_ value: Value, for key: Key, cost: Int) {
    if self.cost + cost > limit / 2 {
      old = new
      new = [:]
      self.cost = 0
    }
    new[key] = value
    self.cost += cost
  }
}

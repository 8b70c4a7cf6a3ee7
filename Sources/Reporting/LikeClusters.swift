/// Clusters of which the same is told, once for all: overlays of one base.
struct LikeClusters<Words: Hashable> {
  private(set) var names: [String]
  let words: Words

  /// In the order of the first cluster of each.
  static func gathered(_ all: [(cluster: String, words: Words)]) -> [LikeClusters] {
    if all.count == 1 { return [LikeClusters(names: [all[0].cluster], words: all[0].words)] }
    var places: [Words: Int] = [:]
    var result: [LikeClusters] = []
    for (cluster, words) in all {
      if let place = places[words] {
        result[place].names.append(cluster)
      } else {
        places[words] = result.count
        result.append(LikeClusters(names: [cluster], words: words))
      }
    }
    return result
  }
}

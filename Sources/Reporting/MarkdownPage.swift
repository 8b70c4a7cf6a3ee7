import Diagnostics

/// A page that may have so many bytes and no more: parts that do not fit are left out and counted.
struct MarkdownPage {
  private static let openNotifications = 10

  private let limit: Int
  private(set) var text = ""
  private(set) var cut = 0

  /// - Parameter limit: Bytes; the last words about what was cut have room in it.
  init(limit: Int) {
    self.limit = limit - 200
  }

  /// - Parameter count: How many things the part tells of.
  mutating func add(_ part: Markdown, count: Int = 1) {
    if text.utf8.count + part.text.utf8.count <= limit { text += part.text } else { cut += count }
  }

  /// Adds the first ones, and the others folded.
  /// - Parameter title: Of a fold, by what is in it.
  mutating func add<Item>(
    _ items: [Item], open: Int, title: (ArraySlice<Item>) -> HTML, item: (Item) -> Markdown
  ) {
    for shown in items.prefix(open) { add(item(shown)) }
    let rest = items.dropFirst(open)
    // One fold a hundred: what does not fit any more is cut by the fold.
    for start in stride(from: rest.startIndex, to: rest.endIndex, by: 100) {
      let part = rest[start..<min(start + 100, rest.endIndex)]
      add("\n\(Markdown.folded(title(part), part.map(item).joined()))\n", count: part.count)
    }
  }

  /// Adds those that are no notes.
  mutating func add(_ notifications: [Notification]) {
    let shown = notifications.gathered().filter { $0.level != .note }
    add(shown, open: Self.openNotifications, title: { "\($0.count) more messages" }) { notification in
      let path: Markdown = notification.path.map { "\(code: $0.text): " } ?? ""
      return "\n> \(notification.level.rawValue): \(path)\(notification.message)\n"
    }
  }

  /// Adds a fold with as many of its parts as fit.
  mutating func addFolded(_ title: HTML, _ parts: [Markdown]) {
    var kept: [Markdown] = []
    var size = text.utf8.count + Markdown.folded(title, "").text.utf8.count + 1
    for part in parts {
      if size + part.text.utf8.count < limit {
        kept.append(part)
        size += part.text.utf8.count + 1
      } else {
        cut += 1
      }
    }
    if !kept.isEmpty { text += "\n" + Markdown.folded(title, kept.joined(separator: "\n")).text }
  }

  /// Counts what was left out before the page was made.
  mutating func cutBefore(_ count: Int) { cut += count }

  /// The page, with the count of what was cut.
  func finished() -> String {
    guard cut > 0 else { return text }
    let words = cut == 1 ? "thing does not fit here and is" : "things do not fit here and are"
    return text + "\n*\(cut) more \(words) left out.*\n"
  }
}

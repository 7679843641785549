/// Where two texts first differ, and the part of each around that place: what a person needs of a long text.
package struct TextDifference: Hashable, Sendable, Codable {
  /// The first character that is not the same, counted from 1.
  package var character: Int
  /// The line that it is on, counted from 1.
  package var line: Int

  /// Takes both places.
  package init(character: Int, line: Int) {
    self.character = character
    self.line = line
  }

  /// Where `left` and `right` first differ; `nil` where they are the same.
  package static func first(_ left: String, _ right: String) -> TextDifference? {
    commonPrefix(left, right).map { prefix in
      TextDifference(character: prefix.count + 1, line: prefix.count { $0.isNewline } + 1)
    }
  }

  /// The part of a text that shows the place where it first differs from `other`, at most `length` characters, with
  /// `…` where something is left out. A little of what is the same comes first, so that the place can be found.
  package static func excerpt(_ text: String, besides other: String, length: Int) -> String {
    precondition(length > 8, "an excerpt has room for something")
    guard text.utf8.count > length, text.count > length else { return text }
    let same = commonPrefix(text, other)?.count ?? 0
    let lead = min(same, length / 4)
    // Where the difference is near the beginning, the beginning is shown.
    let skipped = same < length - length / 4 ? 0 : same - lead
    let room = skipped > 0 ? length - 2 : length - 1
    let rest = text.dropFirst(skipped)
    let shown = rest.prefix(room)
    let end = shown.endIndex < rest.endIndex ? "…" : ""
    return (skipped > 0 ? "…" : "") + shown + end
  }

  /// What both texts begin with; `nil` where they are the same.
  private static func commonPrefix(_ left: String, _ right: String) -> Substring? {
    let (leftScalars, rightScalars) = (left.unicodeScalars, right.unicodeScalars)
    var (a, b) = (leftScalars.startIndex, rightScalars.startIndex)
    while a < leftScalars.endIndex, b < rightScalars.endIndex, leftScalars[a] == rightScalars[b] {
      a = leftScalars.index(after: a)
      b = rightScalars.index(after: b)
    }
    return a == leftScalars.endIndex && b == rightScalars.endIndex ? nil : left[..<a]
  }
}

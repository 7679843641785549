/// The place where two texts first differ. Also cuts long texts to the part around that place.
package struct TextDifference: Hashable, Sendable, Codable {
  /// The first different character, counted from 1.
  package var character: Int
  /// The line of that character, counted from 1.
  package var line: Int

  /// Both count from 1.
  package init(character: Int, line: Int) {
    self.character = character
    self.line = line
  }

  /// Returns the first difference between the texts; `nil` if they are equal.
  package static func first(_ left: String, _ right: String) -> TextDifference? {
    commonPrefix(left, right).map { prefix in
      TextDifference(character: prefix.count + 1, line: prefix.count { $0.isNewline } + 1)
    }
  }

  /// Returns the part of `text` around its first difference from `other`, at most `length` characters, with
  /// `…` for omitted parts. The part begins with some equal text for context.
  package static func excerpt(_ text: String, besides other: String, length: Int) -> String {
    precondition(length > 8, "an excerpt has room for something")
    guard text.utf8.count > length, text.count > length else { return text }
    let same = commonPrefix(text, other)?.count ?? 0
    let lead = min(same, length / 4)
    // If the difference is near the beginning, start at the beginning.
    let skipped = same < length - length / 4 ? 0 : same - lead
    let room = skipped > 0 ? length - 2 : length - 1
    let rest = text.dropFirst(skipped)
    let shown = rest.prefix(room)
    let end = shown.endIndex < rest.endIndex ? "…" : ""
    return (skipped > 0 ? "…" : "") + shown + end
  }

  /// Returns the common beginning of both texts; `nil` if they are equal.
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

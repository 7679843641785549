extension Value {
  /// The value as text in which 5, 5.0 and "5" are one, as a column's affinity makes them; `nil` for NULL.
  package var sameText: String? {
    switch self {
    case .null: nil
    case .integer(let number): String(number)
    case .real(let number): Int64(exactly: number).map { String($0) } ?? String(number)
    case .text(let text): text
    }
  }

  /// Whether a table's column that holds the one holds the other: a number and its text are the same, and text is
  /// compared byte by byte.
  package func isSame(as other: Value) -> Bool {
    if self == other { return true }
    guard let mine = sameText, let theirs = other.sameText else { return false }
    return mine.isSameText(as: theirs)
  }
}

extension Document {
  /// Whether two documents make the same row of a table: absent and NULL are one, and so are a number and its text.
  package func holdsTheSame(as other: Document, besides leftOut: [String]) -> Bool {
    func covers(_ left: Document, _ right: Document) -> Bool {
      left.columns.allSatisfy { leftOut.contains($0.name) || $0.value.isSame(as: right.says($0.name)) }
    }
    return covers(self, other) && covers(other, self)
  }
}

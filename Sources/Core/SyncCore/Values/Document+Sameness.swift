extension Value {
  /// The value as text that makes 5, 5.0 and "5" equal, as a column's affinity does; `nil` for NULL.
  package var sameText: String? {
    switch self {
    case .null: nil
    case .integer(let number): String(number)
    case .real(let number): Int64(exactly: number).map { String($0) } ?? String(number)
    case .text(let text): text
    }
  }

  /// Whether the two values are the same in a table's column. A number equals its text; text compares byte by
  /// byte.
  package func isSame(as other: Value) -> Bool {
    if self == other { return true }
    guard let mine = sameText, let theirs = other.sameText else { return false }
    return mine.isSameText(as: theirs)
  }
}

extension Document {
  /// Whether two documents make the same row of a table. Absent equals NULL, and a number equals its text.
  package func holdsTheSame(as other: Document, besides leftOut: [String]) -> Bool {
    func covers(_ left: Document, _ right: Document) -> Bool {
      left.columns.allSatisfy { leftOut.contains($0.name) || $0.value.isSame(as: right.says($0.name)) }
    }
    return covers(self, other) && covers(other, self)
  }
}

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
}

extension Document {
  /// Whether two documents make the same row of a table: absent and NULL are one, and so are a number and its text.
  package func holdsTheSame(as other: Document, besides leftOut: [String]) -> Bool {
    func covers(_ left: Document, _ right: Document) -> Bool {
      left.columns.allSatisfy {
        leftOut.contains($0.name) || $0.value.sameText == right.says($0.name).sameText
      }
    }
    return covers(self, other) && covers(other, self)
  }
}

/// Columns of text under their headings, two spaces between them, as wide as a terminal.
struct TextTable {
  /// The least cells that a column which gives way keeps.
  private static let widthMin = 12

  /// The headings.
  let headings: [String]
  /// The columns that give way where there is no room, the widest first.
  let flexible: [Int]
  private(set) var rows: [[String]] = []

  /// A table without rows.
  init(_ headings: [String], flexible: [Int]) {
    self.headings = headings
    self.flexible = flexible
  }

  /// Adds a row of as many cells as there are headings; they are made safe for a terminal.
  mutating func add(_ cells: [String]) {
    precondition(cells.count == headings.count, "a row has a cell under every heading")
    rows.append(cells.map(SafeText.line))
  }

  /// The lines, none longer than `width` as far as the columns can give way.
  func lines(width: Int) -> [String] {
    var widths = headings.indices.map { column in
      ([headings] + rows).map { SafeText.width($0[column]) }.max() ?? 0
    }
    var excess = widths.reduce(2 * (widths.count - 1), +) - width
    while excess > 0, let widest = flexible.max(by: { widths[$0] < widths[$1] }),
      widths[widest] > Self.widthMin
    {
      widths[widest] -= 1
      excess -= 1
    }
    return ([headings] + rows).map { row in
      let cells = row.enumerated().map { column, cell in
        SafeText.padded(SafeText.cut(cell, to: widths[column]), to: widths[column])
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}

/// A table with headings and two spaces between columns, fitted to the terminal's width.
struct TextTable {
  /// The minimum width of a column that shrinks.
  private static let widthMin = 12

  /// The headings.
  let headings: [String]
  /// The columns that shrink if the table is too wide, the widest first.
  let flexible: [Int]
  private(set) var rows: [[String]] = []

  /// Creates a table without rows.
  init(_ headings: [String], flexible: [Int]) {
    self.headings = headings
    self.flexible = flexible
  }

  /// Adds a row with one cell per heading. Makes the cells safe for a terminal.
  mutating func add(_ cells: [String]) {
    precondition(cells.count == headings.count, "a row has a cell under every heading")
    rows.append(cells.map(SafeText.line))
  }

  /// Returns the lines. They fit into `width` columns as far as the flexible columns can shrink.
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

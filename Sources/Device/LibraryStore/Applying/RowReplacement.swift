import SyncCore

/// What a document replaces in a row.
struct RowReplacement {
  /// A text that the row shows and the document does not.
  struct Text {
    var column: String
    var text: String
  }

  /// Whether the row was live before. A document without `deleted` does not change that.
  var isLive = true
  /// Whether the document softly deletes the row or removes the link.
  var deletes = false
  /// The texts that another value replaces.
  var texts: [Text] = []
  /// The text columns that are empty afterwards.
  var emptied: [String] = []

  init(deletes: Bool = false) { self.deletes = deletes }

  /// What the document takes from a live row; `nil` if it takes nothing.
  var removal: RowRemoval? {
    guard isLive else { return nil }
    return deletes ? .deleted : emptied.isEmpty ? nil : .emptied
  }
}

extension RowReplacement {
  /// Notes a column in which the statement's current row differs from the document.
  mutating func note(
    _ column: String, _ statement: PreparedStatement, _ index: Int, replacedBy value: Value,
    _ layout: TableLayout
  ) {
    if column == BookkeepingColumn.deleted {
      deletes = statement.integer(index) == 0 && value == .integer(1)
    } else if layout.holdsTypedText(column), case .text(let text) = statement.value(index), !text.isEmpty,
      // Nobody typed the value of a row that was displaced.
      !text.hasPrefix(LibraryTransaction.displacedPrefix)
    {
      texts.append(Text(column: column, text: text))
      if value.isNull || value == .text("") { emptied.append(column) }
    }
  }
}

extension TableLayout {
  /// Whether a column holds text that a person or the application wrote: no bookkeeping, no number and no
  /// date.
  func holdsTypedText(_ column: String) -> Bool {
    affinities[column] == .text && !BookkeepingColumn.nothingTyped.contains(column)
      && !shape.incidentalColumns.contains(column) && column != BookkeepingColumn.mergeParent
  }
}

/// Decides whether a document from elsewhere may replace values of a row, and stores the values that it
/// replaces.
protocol ReplacementGate: AnyObject {
  /// Whether it may. Called before anything is written.
  func admits(_ replacement: RowReplacement, of row: RowName, _ source: ChangeSource) throws -> Bool
  /// Called before a row is inserted into an entity's table.
  func willInsert(into entity: String) throws
  /// Called after the document was written.
  func wrote(over replacement: RowReplacement, of row: RowName, _ source: ChangeSource) throws
}

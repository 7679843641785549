import SyncCore

/// What a document puts in place of what a row says.
struct RowReplacement {
  /// A text that the row shows and the document does not.
  struct Text {
    var column: String
    var text: String
  }

  /// Whether the row was live before. A document that says nothing of it leaves that as it is.
  var isLive = true
  /// Whether the row is softly deleted by it, or the link goes.
  var deletes = false
  /// The texts that give way to another value.
  var texts: [Text] = []
  /// The text columns that say nothing afterwards.
  var emptied: [String] = []

  init(deletes: Bool = false) { self.deletes = deletes }

  /// What it takes from a live row; `nil` where it takes nothing.
  var removal: RowRemoval? {
    guard isLive else { return nil }
    return deletes ? .deleted : emptied.isEmpty ? nil : .emptied
  }
}

extension RowReplacement {
  /// Notes a column in which the row at which `statement` stands says something else than the document.
  mutating func note(
    _ column: String, _ statement: PreparedStatement, _ index: Int, replacedBy value: Value,
    _ layout: TableLayout
  ) {
    if column == BookkeepingColumn.deleted {
      deletes = statement.integer(index) == 0 && value == .integer(1)
    } else if layout.holdsTypedText(column), case .text(let text) = statement.value(index), !text.isEmpty,
      // What a row that stepped aside shows was typed by nobody.
      !text.hasPrefix(LibraryTransaction.displacedPrefix)
    {
      texts.append(Text(column: column, text: text))
      if value.isNull || value == .text("") { emptied.append(column) }
    }
  }
}

extension TableLayout {
  /// Whether a column holds text that a person or the application wrote: no bookkeeping, no number and no date.
  func holdsTypedText(_ column: String) -> Bool {
    affinities[column] == .text && !BookkeepingColumn.nothingTyped.contains(column)
      && !shape.incidentalColumns.contains(column) && column != BookkeepingColumn.mergeParent
  }
}

/// Who decides whether a document from elsewhere may replace what a row says, and keeps what it replaces.
protocol ReplacementGate: AnyObject {
  /// Whether it may; asked before anything is written.
  func admits(_ replacement: RowReplacement, of row: RowName, _ source: ChangeSource) throws -> Bool
  /// A row is about to be made in an entity's table.
  func willInsert(into entity: String) throws
  /// It is written.
  func wrote(over replacement: RowReplacement, of row: RowName, _ source: ChangeSource) throws
}

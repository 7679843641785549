import SyncCore
import SyncWire

/// Which columns of the library's tables show what the hub holds (table `mediasync_columns`).
///
/// A column that the application adds shows its default in every row, while other devices may have filled it long ago.
/// If this device has kept their values (`UnstoredValues`), it fills them in. If it may have missed some, because an older
/// version of the daemon kept none or because the column was here before and was dropped, the column is due: it is
/// compared with the hub, and until then left out of what is sent wherever it shows its default.
struct KnownColumns {
  /// The step of the state's schema that makes the table.
  static let table = """
    CREATE TABLE mediasync_columns (
      entity TEXT NOT NULL,
      column_name TEXT NOT NULL,
      state TEXT NOT NULL,
      first_default,
      PRIMARY KEY (entity, column_name)
    ) WITHOUT ROWID;
    """

  private enum State: String {
    /// It shows what the hub holds, or what was edited here since.
    case known
    /// It may show a default where the hub holds a value.
    case due
    /// The table had it once.
    case dropped
  }

  private struct Note {
    var state: State
    /// What an untouched row showed when the column was first seen: a later upgrade may change the default.
    var firstDefault: Value
  }

  private let notes: [String: [String: Note]]
  /// No value of the hub's was ever missed.
  private let isComplete: Bool

  init(_ database: Database) throws {
    let statement = try database.prepared(
      "SELECT entity, column_name, state, first_default FROM mediasync_columns")
    var notes: [String: [String: Note]] = [:]
    while try statement.step() {
      notes[statement.text(0), default: [:]][statement.text(1)] = Note(
        state: State(rawValue: statement.text(2)) ?? .due, firstDefault: statement.value(3))
    }
    self.notes = notes
    isComplete = try SyncState.columnsCompared.read(database) == .integer(1)
  }

  /// Whether a comparison with the hub is due for any column.
  static func areDue(_ database: Database) throws -> Bool {
    guard try SyncState.columnsCompared.read(database) == .integer(1) else { return true }
    return try database.hasRow("SELECT 1 FROM mediasync_columns WHERE state = 'due' LIMIT 1")
  }

  /// The columns of a table that may show a default where the hub holds a value.
  func due(of layout: TableLayout) -> [String] {
    layout.travellingColumns.filter { column in
      switch notes[layout.shape.name]?[column]?.state {
      case .known: false
      case .due, .dropped: true
      case nil: !isComplete
      }
    }
  }

  /// Whether a value is what an untouched row shows in a column.
  func isUntouched(_ value: Value, in column: String, of layout: TableLayout) -> Bool {
    if value.sameText == layout.defaultValue(of: column).sameText { return true }
    guard let note = notes[layout.shape.name]?[column], note.state == .due else { return false }
    return value.sameText == note.firstDefault.sameText
  }

  /// Whether the tables have columns that are not noted, or lack some that are.
  func differ(from layouts: [String: TableLayout]) -> Bool {
    layouts.values.contains { layout in
      guard layout.shape.kind == .row else { return false }
      let live = notes[layout.shape.name]?.filter { $0.value.state != .dropped } ?? [:]
      return Set(live.keys) != Set(layout.travellingColumns)
    }
  }

  /// Notes the tables' columns as they are now. Runs inside a write transaction.
  ///
  /// - Parameter isNew: the library was never synced, so that every value in it is its own.
  static func note(_ layouts: [String: TableLayout], isNew: Bool, _ database: Database) throws {
    let known = try KnownColumns(database)
    let isFirst = known.notes.isEmpty
    if isFirst, isNew { try SyncState.columnsCompared.write(.integer(1), database) }
    for layout in layouts.values where layout.shape.kind == .row {
      let name = layout.shape.name
      for column in layout.travellingColumns {
        let state: State
        switch known.notes[name]?[column]?.state {
        case .known, .due: continue
        case .dropped: state = .due
        case nil where isFirst: state = isNew || layout.shape.firstColumns.contains(column) ? .known : .due
        case nil: state = known.isComplete ? .known : .due
        }
        try database.run(
          "INSERT OR REPLACE INTO mediasync_columns VALUES (?, ?, ?, ?)", .text(name), .text(column),
          .text(state.rawValue), layout.defaultValue(of: column))
      }
      for column in known.notes[name]?.keys.sorted() ?? [] where !layout.travelling.contains(column) {
        try database.run(
          "UPDATE mediasync_columns SET state = 'dropped' WHERE entity = ? AND column_name = ?", .text(name),
          .text(column))
      }
    }
  }

  /// Every column that was due has been compared with the hub.
  static func compared(_ database: Database) throws {
    try database.run("UPDATE mediasync_columns SET state = 'known' WHERE state = 'due'")
    try SyncState.columnsCompared.write(.integer(1), database)
  }
}

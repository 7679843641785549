import SyncCore

/// What our log entries say beside their payload, until they are answered.
enum EntryAnnotations {
  /// The migration that adds the tables.
  static let tables = """
    CREATE TABLE mediasync_restated (change_id INTEGER PRIMARY KEY);
    CREATE TABLE mediasync_vacated (
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      holder TEXT NOT NULL,
      PRIMARY KEY (entity, uuid, holder)
    ) WITHOUT ROWID;
    CREATE TABLE mediasync_distinct (
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      other TEXT NOT NULL,
      PRIMARY KEY (entity, uuid, other)
    ) WITHOUT ROWID;
    CREATE TABLE mediasync_separated (
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      PRIMARY KEY (entity, uuid)
    ) WITHOUT ROWID;
    """
}

extension LibraryTransaction {
  /// Notes that an entry contains a document that the library could not hold. It is sent as it was logged and
  /// claims no key.
  func noteRestated(_ change: Int64) throws {
    try database.run("INSERT OR REPLACE INTO mediasync_restated VALUES (?)", .integer(change))
    restated = Result { try readRestated() }
  }

  /// Whether an entry contains a document that the library could not hold.
  func isRestated(_ change: Int64) throws -> Bool { try restated.get().contains(change) }

  /// Reads the entries that contain such documents. Usually there are none.
  func readRestated() throws -> Set<Int64> {
    let statement = try database.prepared("SELECT change_id FROM mediasync_restated")
    var changes: Set<Int64> = []
    while try statement.step() { changes.insert(statement.integer(0)) }
    return changes
  }

  /// Appends a last entry with the document of a row that goes, because another row takes its name and both
  /// have pending changes. Its base is the row's position. It omits the row's keys, because the other row may
  /// have them.
  func restate(_ row: RowName, cursor: Position) throws {
    guard let layout = writer.layout(of: row.entity), let document = try currentDocument(row, layout: layout)
    else { return }
    let keys = layout.uniqueIndexes.flatMap(\.columns).map(\.name).filter {
      layout.shape.parent(wireName: $0) == nil
    }
    try requeue(row, held: document.without(keys), base: notes.position(of: row) ?? cursor)
  }

  /// Notes that a row did not get its key because `holder` had it, and that a pending change of `holder`
  /// releases the key.
  func noteVacated(_ holder: RowName, for row: RowName) throws {
    try database.run(
      "INSERT OR IGNORE INTO mediasync_vacated VALUES (?, ?, ?)", .text(row.entity), .text(row.uuid),
      .text(holder.uuid))
  }

  /// Returns the rows that release a key for this one by pending changes.
  func vacatedRows(of row: RowName) throws -> [String] {
    let holders = try database.texts(
      "SELECT holder FROM mediasync_vacated WHERE entity = ? AND uuid = ? ORDER BY holder",
      .text(row.entity), .text(row.uuid))
    let keys = writer.layout(of: row.entity)?.uniqueIndexes.flatMap(\.columns).map(\.name) ?? []
    return try holders.filter { uuid in
      // A row that has lost its own new key releases nothing.
      let holder = RowName(row.entity, uuid)
      return try isPending(holder) && columnsToLeaveOut(of: holder).isDisjoint(with: keys)
    }
  }

  /// Returns the rows with a change behind `last` that sets a unique key. The hub still knows them under
  /// their old keys, and a new row in the batch may have one of those.
  func rowsRekeyed(behind last: ChangeID, besides row: RowName, _ known: [String]) throws -> [String] {
    let keys = writer.layout(of: row.entity)?.uniqueIndexes.flatMap(\.columns).map(\.name) ?? []
    let own = aliases.namesInLog(of: row)
    var found: Set<String> = []
    for column in Set(keys) where writer.layout(of: row.entity)?.shape.parent(wireName: column) == nil {
      let names = try database.texts(
        """
        SELECT DISTINCT entity_uuid FROM sync_log
        WHERE change_id > ? AND entity = ? AND operation = 'update' AND typeof(payload) = 'text'
          AND json_valid(payload) AND json_type(payload, ?) IS NOT NULL LIMIT \(Self.rekeyedMax)
        """, .integer(last.rawValue), .text(row.entity), .text("$.\"\(column)\""))
      for name in names where !own.contains(name) {
        found.insert(aliases.canonical(RowName(row.entity, name)).uuid)
      }
    }
    return found.subtracting(known).sorted()
  }

  /// The most rows that are named. If there are more, the hub may take a few of them for one row until a
  /// later change separates them.
  private static let rekeyedMax = 200

  /// Notes that two rows are distinct: `row` has the key that the hub has given to `other`, and both are
  /// here.
  func noteDistinct(_ row: RowName, from other: RowName) throws {
    try database.run(
      "INSERT OR IGNORE INTO mediasync_distinct VALUES (?, ?, ?)", .text(row.entity), .text(row.uuid),
      .text(other.uuid))
  }

  /// Returns the rows that are here beside this one and that the hub might take it for.
  func rowsDistinct(from row: RowName) throws -> [String] {
    let others = try database.texts(
      "SELECT other FROM mediasync_distinct WHERE entity = ? AND uuid = ? ORDER BY other",
      .text(row.entity), .text(row.uuid))
    return try others.filter { try writer.localID(row.entity, $0) != nil }
  }

  /// Drops what is noted of the row's keys, because its change was answered.
  func dropVacated(of row: RowName) throws {
    try database.run(
      "DELETE FROM mediasync_distinct WHERE entity = ? AND uuid = ?", .text(row.entity), .text(row.uuid))
    try database.run(
      "DELETE FROM mediasync_vacated WHERE entity = ? AND uuid = ?", .text(row.entity), .text(row.uuid))
  }

  /// Drops the notes of entries up to `change`, because they are acknowledged.
  func dropRestated(through change: ChangeID) throws {
    try database.run("DELETE FROM mediasync_restated WHERE change_id <= ?", .integer(change.rawValue))
    restated = Result { try readRestated() }
  }
}

import SyncCore

/// What a log entry of ours says beside its payload, until it is answered.
enum EntryAnnotations {
  /// The step of the state's schema that adds the tables.
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
  /// The entry states a document that the library could not hold: it goes as it was logged, and claims no key.
  func noteRestated(_ change: Int64) throws {
    try database.run("INSERT OR REPLACE INTO mediasync_restated VALUES (?)", .integer(change))
    restated = Result { try readRestated() }
  }

  /// Whether an entry states a document that the library could not hold.
  func isRestated(_ change: Int64) throws -> Bool { try restated.get().contains(change) }

  /// The entries that state such documents: seldom any.
  func readRestated() throws -> Set<Int64> {
    let statement = try database.prepared("SELECT change_id FROM mediasync_restated")
    var changes: Set<Int64> = []
    while try statement.step() { changes.insert(statement.integer(0)) }
    return changes
  }

  /// The row goes because another takes its name, and both have changes that wait: what it says is stated by a last entry
  /// of its own, from where it stands. Its keys are not, because the other row may have them.
  func restate(_ row: RowName, cursor: Position) throws {
    guard let layout = writer.layout(of: row.entity), let document = try currentDocument(row, layout: layout)
    else { return }
    let keys = layout.uniqueIndexes.flatMap(\.columns).map(\.name).filter {
      layout.shape.parent(wireName: $0) == nil
    }
    try requeue(row, held: document.without(keys), base: notes.position(of: row) ?? cursor)
  }

  /// A row did not get its key, because `holder` had it, and `holder` gives it up by a change that waits here.
  func noteVacated(_ holder: RowName, for row: RowName) throws {
    try database.run(
      "INSERT OR IGNORE INTO mediasync_vacated VALUES (?, ?, ?)", .text(row.entity), .text(row.uuid),
      .text(holder.uuid))
  }

  /// The rows that give a key up for this one by changes that still wait.
  func vacatedRows(of row: RowName) throws -> [String] {
    let holders = try database.texts(
      "SELECT holder FROM mediasync_vacated WHERE entity = ? AND uuid = ? ORDER BY holder",
      .text(row.entity), .text(row.uuid))
    let keys = writer.layout(of: row.entity)?.uniqueIndexes.flatMap(\.columns).map(\.name) ?? []
    return try holders.filter { uuid in
      // A row whose own new key lost gives nothing up.
      let holder = RowName(row.entity, uuid)
      return try isPending(holder) && columnsToLeaveOut(of: holder).isDisjoint(with: keys)
    }
  }

  /// The rows of which a change that waits behind `last` says a unique key: what the hub still knows them by may be the
  /// key of a row that is new in the batch.
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

  /// Rows that are named at most; of more of them a few may be taken for one until they are told apart again.
  private static let rekeyedMax = 200

  /// A row has the key that the hub has given to another, and both are here: they are two.
  func noteDistinct(_ row: RowName, from other: RowName) throws {
    try database.run(
      "INSERT OR IGNORE INTO mediasync_distinct VALUES (?, ?, ?)", .text(row.entity), .text(row.uuid),
      .text(other.uuid))
  }

  /// The rows that are here beside this one, and that the hub might take it for.
  func rowsDistinct(from row: RowName) throws -> [String] {
    let others = try database.texts(
      "SELECT other FROM mediasync_distinct WHERE entity = ? AND uuid = ? ORDER BY other",
      .text(row.entity), .text(row.uuid))
    return try others.filter { try writer.localID(row.entity, $0) != nil }
  }

  /// The row's change was answered.
  func dropVacated(of row: RowName) throws {
    try database.run(
      "DELETE FROM mediasync_distinct WHERE entity = ? AND uuid = ?", .text(row.entity), .text(row.uuid))
    try database.run(
      "DELETE FROM mediasync_vacated WHERE entity = ? AND uuid = ?", .text(row.entity), .text(row.uuid))
  }

  /// Everything of the log up to `change` is answered.
  func dropRestated(through change: ChangeID) throws {
    try database.run("DELETE FROM mediasync_restated WHERE change_id <= ?", .integer(change.rawValue))
    restated = Result { try readRestated() }
  }
}

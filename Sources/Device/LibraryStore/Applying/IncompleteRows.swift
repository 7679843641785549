import SyncCore

/// Rows whose children may be missing, because the application deleted rows for good, without a log entry.
///
/// - It deleted a row, and then added it again; the hub knows the new row as the old one. The log has told of the old
///   row's children long ago.
/// - It added a row and deleted it before that was sent; the hub knows the row as another one. The row's children hang on
///   that one now, and the log does not bring back to a device what it has sent.
/// - It deleted a row before its children were sent, and another device brings the row back.
///
/// The cycle fetches the children once it is in step and the row is here.
extension LibraryTransaction {
  /// The step of the state's schema that adds the table.
  static var incompleteTable: String {
    """
    CREATE TABLE mediasync_incomplete (
      entity TEXT NOT NULL,
      uuid TEXT NOT NULL,
      ends_with_create INTEGER NOT NULL,
      PRIMARY KEY (entity, uuid)
    ) WITHOUT ROWID;
    """
  }

  /// Whether any row is here that may lack its children.
  static func hasIncompleteRows(_ database: Database, _ layouts: [String: TableLayout]) throws -> Bool {
    for entity in try database.texts("SELECT DISTINCT entity FROM mediasync_incomplete") {
      guard layouts[entity] != nil else { continue }
      let isHere = try database.hasRow(
        "SELECT 1 FROM mediasync_incomplete i JOIN \(quoted(entity)) r ON r.uuid = i.uuid WHERE i.entity = ? LIMIT 1",
        .text(entity))
      if isHere { return true }
    }
    return false
  }

  /// Notes that the children of a row may be missing.
  ///
  /// - Parameter endsWithCreate: whether all of them come behind the row's create, if the log still brings that.
  func noteIncomplete(_ row: RowName, endsWithCreate: Bool) throws {
    guard !catalogue.children(of: row.entity).isEmpty else { return }
    mayHoldIncomplete = .success(true)
    try database.run(
      """
      INSERT INTO mediasync_incomplete VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET ends_with_create = min(ends_with_create, excluded.ends_with_create)
      """, .text(row.entity), .text(row.uuid), .integer(endsWithCreate ? 1 : 0))
  }

  /// The hub has taken a change of a row that is not here, and what the row hangs on is not here either.
  func noteLeftAtHub(_ row: RowName, _ change: PushedChange) throws {
    guard let shape = catalogue[row.entity], !shape.parents.isEmpty else { return }
    if shape.kind == .row, try writer.localID(row.entity, row.uuid) != nil { return }
    for parent in shape.parents {
      guard let uuid = change.entry.payload[parent.wireName]?.text else { continue }
      let name = aliases.canonical(RowName(parent.entity, uuid))
      if try writer.localID(name.entity, name.uuid) == nil { try noteIncomplete(name, endsWithCreate: false) }
    }
  }

  /// Notes that the log brings a row's create.
  func noteCreate(of row: RowName) throws {
    guard try mayHoldIncomplete.get() else { return }
    try database.run(
      "DELETE FROM mediasync_incomplete WHERE entity = ? AND uuid = ? AND ends_with_create",
      .text(row.entity),
      .text(row.uuid))
  }

  /// A snapshot has brought every row that the hub has. Only what the hub is still to hear of may be missing: rows that were
  /// deleted here and of which changes wait in the log.
  func noteUnsentChildren() throws {
    try database.run("DELETE FROM mediasync_incomplete")
    for shape in catalogue.shapes where shape.kind == .row && !shape.parents.isEmpty {
      guard writer.layout(of: shape.name) != nil else { continue }
      for parent in shape.parents {
        let uuids = try database.texts(
          """
          SELECT DISTINCT payload ->> ?2 FROM sync_log
          WHERE \(EntriesOutOfBounds.isPending) AND entity = ?3 AND json_valid(payload)
            AND payload ->> ?2 IS NOT NULL AND entity_uuid NOT IN (SELECT uuid FROM \(quoted(shape.name)))
          """, .integer(pushed.rawValue), .text("$." + parent.wireName), .text(shape.name))
        for uuid in uuids {
          try noteIncomplete(aliases.canonical(RowName(parent.entity, uuid)), endsWithCreate: false)
        }
      }
    }
  }

  /// Notes that no row that is here lacks its children.
  fileprivate func noteCompleteHere() throws {
    for entity in try database.texts("SELECT DISTINCT entity FROM mediasync_incomplete") {
      guard writer.layout(of: entity) != nil else { continue }
      try database.run(
        "DELETE FROM mediasync_incomplete WHERE entity = ? AND uuid IN (SELECT uuid FROM \(quoted(entity)))",
        .text(entity))
    }
  }

  /// Whether a row is here and its children may be missing.
  private func isIncomplete(_ row: RowName) throws -> Bool {
    let isNoted = try database.hasRow(
      "SELECT 1 FROM mediasync_incomplete WHERE entity = ? AND uuid = ?", .text(row.entity), .text(row.uuid))
    return try isNoted && writer.localID(row.entity, row.uuid) != nil
  }

  /// Takes in a row of the hub's that is not here, if it hangs on a row whose children may be missing.
  func fetchChild(_ row: RowName, _ entry: Entry, cursor: Position, _ found: inout ExaminationResult) throws {
    guard let layout = writer.layout(of: row.entity), try isMissing(row),
      let document = try hubsDocument(of: row, entry, layout), !layout.shape.isGoneLink(document),
      try layout.shape.parents.contains(where: { parent in
        guard let uuid = document[parent.wireName]?.text else { return false }
        return try isIncomplete(RowName(parent.entity, uuid))
      })
    else { return }
    guard try !isPending(row) else {
      found.unsettled += 1
      return
    }
    found.differences.append(Difference(row: row, kind: .missingHere))
    try fetch(row, entry, document, isMissing: true, cursor: cursor, &found)
  }
}

extension EntityShape {
  /// Whether the document says that a link does not stand.
  func isGoneLink(_ document: Document) -> Bool { kind == .link && isDeleted(document) }
}

extension Library {
  /// Ends the search for missing children: all that the hub has are here.
  package func childrenWereFetched() throws(StoreError) {
    try write { try $0.noteCompleteHere() }
  }
}

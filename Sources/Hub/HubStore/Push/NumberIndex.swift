import GRDB
import Hashing
import SyncCore

/// An index of the numbers in use below each parent and of the content under each number. With it, neither
/// the next free number nor a row of equal content needs a scan. It is derived from the rows; only `keys`
/// decides who claims a number.
enum NumberIndex {
  /// Numbers from here on are not part of the count; the index does not continue from them.
  private static let most: Int64 = 1 << 53

  private static let table = """
    CREATE TABLE numbers (
      entity TEXT NOT NULL, "key" INTEGER NOT NULL, parent TEXT NOT NULL, number INTEGER NOT NULL,
      content TEXT NOT NULL, "row" INTEGER NOT NULL,
      PRIMARY KEY (entity, "key", parent, number)) WITHOUT ROWID;
    CREATE INDEX numbers_of_content ON numbers (entity, "key", parent, content, number);
    CREATE INDEX numbers_of_row ON numbers ("row");
    """

  /// Creates the index if the file has none.
  static func prepare(_ catalogue: EntityCatalogue, _ db: Database) throws {
    guard try !db.tableExists("numbers") else { return }
    try db.execute(sql: table)
    for shape in catalogue.shapes where shape.naturalKeys.contains(where: { $0.numberColumn != nil }) {
      let rows = try Row.fetchCursor(
        db,
        sql: """
          SELECT "rows".id, log.document FROM "rows" JOIN log ON log.position = "rows".position
          WHERE "rows".entity = ? AND "rows".standing < 2
          """, arguments: [shape.name])
      while let row = try rows.next() { try note(row[0], try Document(jsonText: row[1]), shape, db) }
    }
  }

  /// Updates the index with a row's current document.
  static func note(_ row: Int64, _ document: Document, _ shape: EntityShape, _ db: Database) throws {
    guard shape.naturalKeys.contains(where: { $0.numberColumn != nil }) else { return }
    try forget(row, db)
    for (index, key) in shape.naturalKeys.enumerated() {
      guard let place = Place(document, key), let text = key.text(of: document) else { continue }
      let holder = try Int64.fetchOne(
        db.cachedStatement(sql: "SELECT \"row\" FROM keys WHERE entity = ? AND \"key\" = ? AND text = ?"),
        arguments: [shape.name, index, text])
      guard holder == row else { continue }
      try db.cachedStatement(sql: "INSERT OR REPLACE INTO numbers VALUES (?, ?, ?, ?, ?, ?)").execute(
        arguments: [
          shape.name, index, place.parent, place.number, content(of: document, key, shape), row,
        ])
    }
  }

  /// Removes a row from the index.
  static func forget(_ row: Int64, _ db: Database) throws {
    try db.cachedStatement(sql: "DELETE FROM numbers WHERE \"row\" = ?").execute(arguments: [row])
  }

  /// The greatest number in use below the document's parent; `nil` if there is none.
  static func greatest(
    beside document: Document, _ shape: EntityShape, key index: Int, _ db: Database
  ) throws -> Int64? {
    guard let place = Place(document, shape.naturalKeys[index]) else { return nil }
    return try Int64.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT number FROM numbers WHERE entity = ? AND "key" = ? AND parent = ? AND number < \(most)
          ORDER BY number DESC LIMIT 1
          """), arguments: [shape.name, index, place.parent])
  }

  /// The first number after the document's own whose row has the same content; `nil` if there is none.
  static func twin(
    of document: Document, _ shape: EntityShape, key index: Int, _ db: Database
  ) throws -> Int64? {
    let key = shape.naturalKeys[index]
    guard let place = Place(document, key) else { return nil }
    return try Int64.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT number FROM numbers
          WHERE entity = ? AND "key" = ? AND parent = ? AND content = ? AND number > ? ORDER BY number LIMIT 1
          """), arguments: [shape.name, index, place.parent, content(of: document, key, shape), place.number])
  }

  /// A row's parent and its number below that parent.
  private struct Place {
    var parent: String
    var number: Int64

    init?(_ document: Document, _ key: EntityShape.NaturalKey) {
      guard let column = key.numberColumn, let number = document.says(column).integer else { return nil }
      self.number = number
      var rest = key
      rest.columns.removeAll { $0 == column }
      guard let parent = rest.text(of: document) else { return nil }
      self.parent = parent
    }
  }

  /// A digest of a row's content, without its identity, its number and the columns that nobody typed.
  private static func content(
    of document: Document, _ key: EntityShape.NaturalKey, _ shape: EntityShape
  ) -> String {
    let said = document.without(BookkeepingColumn.neverMerged + key.columns + shape.incidentalColumns)
    return RowDigest(of: said, RowName("", ""), sha256: Digest.sha256).text
  }
}

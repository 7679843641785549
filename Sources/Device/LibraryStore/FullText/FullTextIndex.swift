import SyncCore
import SyncWire

/// Keeps the application's full-text indexes right for the rows that a batch writes.
///
/// There are no triggers for it (protocol.md §1, fact 6): the old values leave the index in one statement before
/// the first row changes, the new ones enter it in one statement after the last.
struct FullTextIndex {
  private let database: Database
  private let shapes: [(shape: EntityShape, index: EntityShape.FullTextIndex)]
  private var rows: [String: [String]] = [:]

  init(_ database: Database, catalogue: EntityCatalogue) {
    self.database = database
    // The transaction's catalogue names only indexes that are ours to keep, as the file has them.
    shapes = catalogue.shapes.compactMap { shape in shape.fullText.map { (shape, $0) } }
  }

  /// Takes a row into the batch where `document` changes what the index holds of it.
  mutating func include(_ row: RowName, _ document: Document) throws {
    guard let index = shapes.first(where: { $0.shape.name == row.entity })?.index else { return }
    let columns = index.columns + [BookkeepingColumn.deleted]
    let statement = try database.prepared(
      "SELECT \(columns.map(quoted).joined(separator: ", ")) FROM \(quoted(row.entity)) WHERE uuid = ?")
    statement.bind(1, row.uuid)
    defer { statement.reset() }
    if try statement.step() {
      let isSame = columns.enumerated().allSatisfy { place, column in
        document[column].map { statement.says(place, $0) } ?? true
      }
      if isSame { return }
    }
    include(row)
  }

  /// Takes a row into the batch, whatever happens to it.
  mutating func include(_ row: RowName) {
    guard shapes.contains(where: { $0.shape.name == row.entity }) else { return }
    rows[row.entity, default: []].append(row.uuid)
  }

  /// Takes the rows' present values out of the index. Before the first of them changes.
  func remove() throws {
    for (shape, index) in shapes {
      guard let uuids = rows[shape.name] else { continue }
      let columns = index.columns.map(quoted).joined(separator: ", ")
      try write(
        """
        INSERT INTO \(quoted(index.table)) (\(quoted(index.table)), rowid, \(columns))
        SELECT 'delete', id, \(columns) FROM \(quoted(shape.name))
        WHERE deleted = 0 AND uuid IN (SELECT value FROM json_each(?))
        """, uuids, index)
    }
  }

  /// Puts the rows' values into the index. After the last of them has changed.
  func add() throws {
    for (shape, index) in shapes {
      guard let uuids = rows[shape.name] else { continue }
      let columns = index.columns.map(quoted).joined(separator: ", ")
      try write(
        """
        INSERT INTO \(quoted(index.table)) (rowid, \(columns))
        SELECT id, \(columns) FROM \(quoted(shape.name))
        WHERE deleted = 0 AND uuid IN (SELECT value FROM json_each(?))
        """, uuids, index)
    }
  }

  private func write(_ sql: String, _ uuids: [String], _ index: EntityShape.FullTextIndex) throws {
    do { try database.run(sql, .text(Self.list(uuids))) } catch {
      throw IndexOutOfStep(error, table: index.table) ?? error
    }
  }

  private static func list(_ uuids: [String]) -> String {
    var writer = JSONWriter()
    writer.beginArray()
    for uuid in uuids { writer.string(uuid) }
    writer.endArray()
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

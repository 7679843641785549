import SyncCore

/// A row of this library in the form in which it is sent.
struct LocalRow {
  /// The columns that sync, with their values.
  var document: Document
  /// The columns in which the row holds a BLOB. A BLOB is never sent, compared or overwritten.
  var blobs: Set<String> = []

  /// Reads a row of an entity that is not a link; `nil` if there is none.
  static func read(_ row: RowName, _ layout: TableLayout, _ database: Database) throws -> LocalRow? {
    let statement = try database.prepared("\(select(layout)) WHERE t.uuid = ?")
    statement.bind(1, row.uuid)
    defer { statement.reset() }
    return try statement.step() ? LocalRow(statement, names: names(layout)) : nil
  }

  /// Returns a query for the rows of a table. `names` returns its columns.
  static func select(_ layout: TableLayout) -> String {
    let shape = layout.shape
    let columns = (shape.kind == .row ? layout.travellingColumns : []).map { "t.\(quoted($0))" }
    let parents = shape.parents.indices.map { "p\($0).uuid" }
    let joins = shape.parents.enumerated().map { number, parent in
      " LEFT JOIN \(quoted(parent.entity)) p\(number) ON p\(number).id = t.\(quoted(parent.column))"
    }
    return
      "SELECT \((columns + parents).joined(separator: ", ")) FROM \(quoted(shape.name)) t\(joins.joined())"
  }

  /// The columns of `select`, by their names on the wire.
  static func names(_ layout: TableLayout) -> [String] {
    (layout.shape.kind == .row ? layout.travellingColumns : []) + layout.shape.parents.map(\.wireName)
  }

  /// Takes the current row of a statement that `select` made.
  init(_ statement: PreparedStatement, names: [String]) {
    var pairs: [(String, Value)] = []
    pairs.reserveCapacity(names.count)
    for (place, name) in names.enumerated() {
      if statement.isBlob(place) {
        blobs.insert(name)
      } else {
        pairs.append((name, statement.value(place)))
      }
    }
    document = Document(pairs)
  }

  /// Takes the document of a link, which has no columns of its own.
  init(link document: Document) { self.document = document }
}

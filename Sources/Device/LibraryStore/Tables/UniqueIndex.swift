import SyncCore

/// A unique index of an entity's table, as the live schema declares it.
struct UniqueIndex: Hashable {
  /// One column of the index.
  struct Column: Hashable {
    /// Its name on the wire: a parent's uuid for a column that holds a parent's local id.
    let name: String
    /// Its name in the table.
    let tableColumn: String
    /// `BINARY`, `NOCASE`, or another collation.
    let collation: String
  }

  /// The index's name in the schema.
  let name: String
  /// The columns, in the index's order; empty if one of them is an expression.
  let columns: [Column]
  /// Whether the index covers every row that has no NULL in it. A partial index does if its only condition is
  /// that its own columns are not NULL.
  let isPlain: Bool

  /// The index as a key; `nil` if it cannot be a key that libraries share.
  var key: UniqueKey? {
    guard isPlain, !columns.isEmpty else { return nil }
    let collations = Set(columns.map(\.collation))
    guard collations.count == 1, let collation = collations.first, ["BINARY", "NOCASE"].contains(collation)
    else { return nil }
    return UniqueKey(columns: columns.map(\.name), ignoresCase: collation == "NOCASE")
  }

  /// Reads the unique indexes of an entity's table, without those over the uuid or the row's local id alone.
  static func read(_ shape: EntityShape, _ database: Database) throws -> [UniqueIndex] {
    let list = try database.prepared(
      """
      SELECT list.name, list.partial, (SELECT sql FROM sqlite_master WHERE type = 'index' AND name = list.name)
      FROM pragma_index_list(?) list WHERE list."unique" = 1 ORDER BY list.name
      """)
    list.bind(1, shape.name)
    var found: [(name: String, isPartial: Bool, sql: String)] = []
    while try list.step() { found.append((list.text(0), list.integer(1) != 0, list.text(2))) }
    return try found.compactMap { name, isPartial, sql in
      let columns = try columns(of: name, shape, database)
      if columns?.map(\.tableColumn) == [BookkeepingColumn.uuid] || columns?.map(\.tableColumn) == ["id"] {
        return nil
      }
      let isPlain = !isPartial || Self.excludesOnlyNulls(sql, columns: columns ?? [])
      return UniqueIndex(name: name, columns: columns ?? [], isPlain: isPlain && columns != nil)
    }
  }

  private static func columns(of index: String, _ shape: EntityShape, _ database: Database) throws
    -> [Column]?
  {
    let statement = try database.prepared(
      "SELECT cid, name, coll FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno")
    statement.bind(1, index)
    defer { statement.reset() }
    var columns: [Column] = []
    while try statement.step() {
      guard statement.integer(0) >= 0 else { return nil }
      let column = statement.text(1)
      columns.append(
        Column(
          name: shape.parents.first { $0.column == column }?.wireName ?? column, tableColumn: column,
          collation: statement.text(2).uppercased()))
    }
    return columns
  }

  /// Whether a partial index's condition consists only of `column IS NOT NULL` terms for its own columns.
  private static func excludesOnlyNulls(_ sql: String, columns: [Column]) -> Bool {
    guard let range = sql.ranges(of: /(?i)\sWHERE\s/).last else { return false }
    let terms = sql[range.upperBound...].split(separator: /(?i)\sAND\s/)
    return !terms.isEmpty
      && terms.allSatisfy { term in
        guard let match = term.wholeMatch(of: /(?i)[\s(]*["`\[]?(\w+)["`\]]?\s+IS\s+NOT\s+NULL[\s)]*/) else {
          return false
        }
        return columns.contains { $0.tableColumn.lowercased() == match.1.lowercased() }
      }
  }
}

/// A row's values in a unique index. A row with a NULL in it has none.
struct UniqueIndexValue: Hashable {
  let parts: [Value]

  init?(_ index: UniqueIndex, _ document: Document) {
    guard index.isPlain, !index.columns.isEmpty else { return nil }
    var parts: [Value] = []
    for column in index.columns {
      guard let value = document[column.name], !value.isNull else { return nil }
      if column.collation == "NOCASE", let text = value.text {
        parts.append(.text(Self.folded(text)))
      } else {
        parts.append(value)
      }
    }
    self.parts = parts
  }

  /// Converts ASCII letters to lower case, as SQLite's NOCASE compares them.
  private static func folded(_ text: String) -> String {
    String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
  }
}

extension LibraryTransaction {
  /// Returns the uuids of the local rows that have a value in a unique index, except one row.
  func holders(of value: UniqueIndexValue, _ index: UniqueIndex, _ shape: EntityShape, but uuid: String)
    throws
    -> [String]
  {
    var conditions: [String] = []
    var arguments: [Value] = []
    for (column, part) in zip(index.columns, value.parts) {
      if let parent = shape.parents.first(where: { $0.column == column.tableColumn }) {
        guard let id = try writer.localID(parent.entity, part.text ?? "") else { return [] }
        conditions.append("\(quoted(column.tableColumn)) = ?")
        arguments.append(.integer(id))
      } else {
        conditions.append("\(quoted(column.tableColumn)) = ? COLLATE \(quoted(column.collation))")
        arguments.append(part)
      }
    }
    let statement = try database.prepared(
      "SELECT uuid FROM \(quoted(shape.name)) WHERE \(conditions.joined(separator: " AND ")) AND uuid <> ?")
    for (place, argument) in arguments.enumerated() { statement.bind(place + 1, argument) }
    statement.bind(arguments.count + 1, uuid)
    var holders: [String] = []
    while try statement.step() { holders.append(statement.text(0)) }
    return holders
  }

  /// Returns the first unique index in which another local row has the document's value, with that row; `nil`
  /// if there is none.
  func obstacle(to document: Document, of row: RowName) throws -> (index: UniqueIndex, holder: RowName)? {
    guard let layout = writer.layout(of: row.entity) else { return nil }
    for index in layout.uniqueIndexes {
      guard let value = UniqueIndexValue(index, document),
        let holder = try holders(of: value, index, layout.shape, but: row.uuid).first
      else { continue }
      return (index, RowName(row.entity, holder))
    }
    return nil
  }
}

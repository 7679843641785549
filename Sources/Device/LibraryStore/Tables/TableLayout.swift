import SyncCore

/// The live columns of an entity's table. Opening the library checks the catalogue against them.
struct TableLayout {
  let shape: EntityShape
  /// Columns that exist in this library and sync, by their names on the wire.
  let travelling: Set<String>
  /// Columns that are NOT NULL and have no default, by their names on the wire.
  let required: [String]
  /// Columns that sync, in the table's order, by their names in the table.
  let travellingColumns: [String]
  /// The affinities of the columns that sync.
  let affinities: [String: ColumnAffinity]
  /// The defaults of the columns that sync. A column that is missing here defaults to NULL.
  let defaults: [String: Value]
  /// The table's unique indexes, except the one over the uuid.
  let uniqueIndexes: [UniqueIndex]

  /// A column's default. NULL if the default is not a literal.
  func defaultValue(of column: String) -> Value { defaults[column] ?? .null }

  /// Reads the table's columns.
  ///
  /// - Returns: the layout, or what the library lacks.
  static func read(_ shape: EntityShape, _ database: Database) throws -> Result<TableLayout, Missing> {
    let statement = try database.prepared(
      "SELECT name, \"notnull\" AND dflt_value IS NULL, type, dflt_value FROM pragma_table_info(?)")
    statement.bind(1, shape.name)
    var columns: [String] = []
    var needed: [String] = []
    var affinities: [String: ColumnAffinity] = [:]
    var expressions: [String: String] = [:]
    while try statement.step() {
      let name = statement.text(0)
      columns.append(name)
      if statement.integer(1) != 0 { needed.append(name) }
      affinities[name] = ColumnAffinity(declaration: statement.text(2))
      expressions[name] = statement.optionalText(3)
    }
    guard !columns.isEmpty else { return .failure(Missing(what: "table \(shape.name)")) }
    let bookkeeping =
      shape.kind == .row
      ? BookkeepingColumn.neverMerged + [BookkeepingColumn.deleted] : []
    let parents = shape.parents.map(\.column)
    for column in bookkeeping + parents where !columns.contains(column) {
      return .failure(Missing(what: "column \(shape.name).\(column)"))
    }
    let travelling = columns.filter { !shape.localColumns.contains($0) && !parents.contains($0) }
    return .success(
      TableLayout(
        shape: shape, travelling: Set(travelling + shape.parents.map(\.wireName)),
        required: needed.filter(travelling.contains)
          + shape.parents.filter { needed.contains($0.column) }.map(\.wireName),
        travellingColumns: travelling, affinities: affinities.filter { travelling.contains($0.key) },
        defaults: try expressions.filter { travelling.contains($0.key) }.compactMapValues {
          try literal($0, database)
        }, uniqueIndexes: shape.kind == .row ? try UniqueIndex.read(shape, database) : []))
  }

  /// The value of a default that is a plain number, text, NULL, TRUE or FALSE; `nil` for every other
  /// expression.
  private static func literal(_ expression: String, _ database: Database) throws -> Value? {
    let isLiteral = expression.wholeMatch(
      of: /(?i)\s*\(?\s*([-+]?\s*[0-9][0-9.]*(e[-+]?[0-9]+)?|'([^']|'')*'|NULL|TRUE|FALSE)\s*\)?\s*/)
    guard isLiteral != nil else { return nil }
    return try database.firstValue("SELECT \(expression)")
  }

  /// What the catalogue needs and a library lacks.
  struct Missing: Error { let what: String }
}

/// How to read and write documents with one set of columns: the statements, and the place of each column.
struct RowPlan {
  /// The column names of the documents that this plan fits.
  let names: [String]
  /// The places in the document of the columns that the table has, without parents.
  let places: [Int]
  /// The parents that the document names, with their places in it.
  let parents: [(parent: EntityShape.Parent, place: Int)]
  /// The places in the document of the columns that the table lacks.
  let unknown: [Int]
  /// The place of `last_modified`, which is local and is not compared.
  let lastModified: Int?
  let select: String
  let insert: String
  let update: String

  init(layout: TableLayout, names: [String]) {
    self.names = names
    let shape = layout.shape
    // The SQL uses the table's own spelling, never the wire's.
    let known = names.map { name in
      layout.travellingColumns.first { $0.isSameText(as: name) && shape.parent(wireName: name) == nil }
    }
    places = names.indices.filter { known[$0] != nil }
    parents = names.indices.compactMap { place in
      shape.parent(wireName: names[place]).map { ($0, place) }
    }
    unknown = names.indices.filter {
      known[$0] == nil && shape.parent(wireName: names[$0]) == nil && !shape.localColumns.contains(names[$0])
    }
    lastModified = places.first { names[$0] == BookkeepingColumn.lastModified }
    let columns = known.compactMap { $0.map(quoted) } + parents.map { quoted($0.parent.column) }
    let table = quoted(shape.name)
    select = "SELECT \(columns.joined(separator: ", ")) FROM \(table) WHERE uuid = ?"
    let slots = Array(repeating: "?", count: columns.count).joined(separator: ", ")
    insert = "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(slots))"
    update = "UPDATE \(table) SET \(columns.map { "\($0) = ?" }.joined(separator: ", ")) WHERE uuid = ?"
  }

  func fits(_ document: Document) -> Bool {
    guard document.columns.count == names.count else { return false }
    for (index, column) in document.columns.enumerated() where names[index] != column.name { return false }
    return true
  }
}

import SyncCore

extension LibraryTransaction {
  /// Re-points the children of one row to another row of the same table, in the tables that the catalogue
  /// does not sync. Call it before the first row is deleted.
  ///
  /// If a unique key of the child prevents that, the other row's own child stays. The double is quarantined
  /// as a whole row, from which a person can enter it again.
  func repointChildren(of table: String, from old: Int64, to new: Int64) throws {
    let references = try ChildReferences(catalogue, database)
    try repoint(table, from: old, to: new, references, depth: 0)
  }

  /// The maximum depth of children of children.
  private static var depthMax: Int { 16 }

  private func repoint(
    _ table: String, from old: Int64, to new: Int64, _ references: ChildReferences, depth: Int
  ) throws {
    guard depth < Self.depthMax else { return }
    for reference in references.references(to: table) where catalogue[reference.table] == nil {
      let target = "SELECT \(quoted(reference.target)) FROM \(quoted(table)) WHERE rowid = ?"
      let from = try database.firstValue(target, .integer(old)) ?? .null
      let to = try database.firstValue(target, .integer(new)) ?? .null
      guard !from.isNull, !to.isNull else { continue }
      let (child, column) = (quoted(reference.table), quoted(reference.column))
      try database.run("UPDATE OR IGNORE \(child) SET \(column) = ?2 WHERE \(column) = ?1", from, to)
      try removeDuplicates(reference, from: from, to: to, references, depth: depth)
    }
  }

  /// Deletes the children that could not be re-pointed, because the other row has a child with the same key.
  private func removeDuplicates(
    _ reference: ChildReferences.Reference, from: Value, to: Value, _ references: ChildReferences, depth: Int
  ) throws {
    let (table, column) = (quoted(reference.table), quoted(reference.column))
    guard try database.hasRow("SELECT 1 FROM \(table) WHERE \(column) = ? LIMIT 1", from) else { return }
    let row = try rowText(reference.table)
    let texts = try database.texts("SELECT \(row.json) FROM \(table) WHERE \(column) = ?", from)
    for text in texts {
      try quarantine.add(
        .pull,
        MalformedEntry(
          changeID: nil, row: nil, code: "double_of_folded_row",
          reason: "two rows turned out to be one thing, and its other row had a \(reference.table) already",
          raw: text))
    }
    if row.hasRowID {
      let ids = try database.prepared("SELECT rowid FROM \(table) WHERE \(column) = ?")
      ids.bind(1, from)
      var doubles: [Int64] = []
      while try ids.step() { doubles.append(ids.integer(0)) }
      for double in doubles {
        if let other = try holder(of: reference, double, to) {
          try repoint(reference.table, from: double, to: other, references, depth: depth + 1)
        }
        try removeFromIndexes(reference.table, double)
      }
    }
    try database.run("DELETE FROM \(table) WHERE \(column) = ?", from)
  }

  /// An SQL expression for a row as JSON text, and whether the table has rowids.
  private func rowText(_ table: String) throws -> (json: String, hasRowID: Bool) {
    let columns = try database.prepared("SELECT name FROM pragma_table_info(?)")
    columns.bind(1, table)
    var parts: [String] = []
    while try columns.step() {
      let name = columns.text(0)
      let label =
        "'" + name.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
      parts.append(
        "\(label), CASE typeof(\(quoted(name))) WHEN 'blob' THEN hex(\(quoted(name))) ELSE \(quoted(name)) END"
      )
    }
    let hasRowID = try !database.hasRow("SELECT 1 FROM pragma_table_list WHERE name = ? AND wr", .text(table))
    return ("json_object(\(parts.joined(separator: ", ")))", hasRowID)
  }

  /// The row that has the same unique key that `double` would have if its reference were `to`.
  private func holder(
    of reference: ChildReferences.Reference, _ double: Int64, _ to: Value
  ) throws -> Int64? {
    let table = quoted(reference.table)
    for key in try uniqueKeys(of: reference.table) where key.contains(reference.column) {
      let same = key.filter { $0 != reference.column }.map { "t.\(quoted($0)) = d.\(quoted($0))" }
      let conditions = ["d.rowid = ?", "t.rowid <> d.rowid", "t.\(quoted(reference.column)) = ?"] + same
      let found = try database.firstValue(
        "SELECT t.rowid FROM \(table) t, \(table) d WHERE \(conditions.joined(separator: " AND ")) LIMIT 1",
        .integer(double), to)
      if let id = found?.integer { return id }
    }
    return nil
  }

  /// The columns of each unique key of a table, including the primary key.
  private func uniqueKeys(of table: String) throws -> [[String]] {
    let names = try database.texts(
      "SELECT name FROM pragma_index_list(?) WHERE \"unique\"", .text(table))
    let primary = try database.texts("SELECT name FROM pragma_table_info(?) WHERE pk > 0", .text(table))
    return try names.map {
      try database.texts("SELECT name FROM pragma_index_info(?) WHERE name NOT NULL", .text($0))
    } + [primary]
  }

  /// Does what the table's triggers would do if one of its rows is deleted: they are off on our connection.
  /// An index that does not hold the row stays as it is.
  private func removeFromIndexes(_ table: String, _ id: Int64) throws {
    let statement = try database.prepared("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%fts5%'")
    var indexes: [String] = []
    while try statement.step() {
      let content = SearchIndexDefinition(statement.text(1))?.content
      if content?.lowercased() == table.lowercased() { indexes.append(statement.text(0)) }
    }
    let hasDeleted = try database.hasRow(
      "SELECT 1 FROM pragma_table_info(?) WHERE name = ?", .text(table), .text(BookkeepingColumn.deleted))
    for index in indexes {
      let names = try database.prepared("SELECT name FROM pragma_table_info(?)")
      names.bind(1, index)
      var columns: [String] = []
      while try names.step() { columns.append(quoted(names.text(0))) }
      let list = columns.joined(separator: ", ")
      do {
        try database.inSavepoint {
          try database.run(
            """
            INSERT INTO \(quoted(index)) (\(quoted(index)), rowid, \(list)) SELECT 'delete', rowid, \(list)
            FROM \(quoted(table)) WHERE rowid = ?\(hasDeleted ? " AND deleted = 0" : "")
            """, .integer(id))
          return .commit
        }
      } catch let error as DatabaseError where IndexOutOfStep(error, table: index) != nil {
        // The application's own index, which is derived data: the row is deleted anyway.
        continue
      }
    }
  }
}

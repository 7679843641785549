import SyncCore

/// Writes documents into the application's tables. Nothing else turns a document into SQL. The caller
/// maintains the full-text index.
final class TableWriter {
  /// The result of placing a document.
  enum Placement: Equatable {
    /// The row now has the document's content.
    case written
    /// The row already had the content, so nothing was written (docs/promises.md, promise 6).
    case unchanged
    /// Another row shows one of its natural keys.
    case keyTaken
    /// A row that it refers to is not here.
    case parentMissing
    /// The library's own rules refuse it.
    case refused(String)
    /// It would take too much, and waits for a person's decision.
    case held
  }

  private let database: Database
  private let layouts: [String: TableLayout]
  let unstored: UnstoredValues
  /// Asked before a document from elsewhere replaces values of a row.
  weak var gate: (any ReplacementGate)?
  private var plans: [String: RowPlan] = [:]
  /// The sets of columns for which statements were made.
  private(set) var columnSets: Set<[String]> = []

  init(_ database: Database, layouts: [String: TableLayout], unstored: UnstoredValues) {
    self.database = database
    self.layouts = layouts
    self.unstored = unstored
  }

  /// Writes `document` into the row; `last_modified` becomes the hub's timestamp (docs/protocol.md §3). A
  /// BLOB in the row stays. Values that the table cannot show are stored beside the row.
  ///
  /// - Parameter source: the change that the document comes from; `nil` if a person or this library itself
  ///   wants it.
  func place(
    _ row: RowName, _ document: Document, serverTimestamp: String, from source: ChangeSource?
  ) throws -> Placement {
    guard let layout = layouts[row.entity] else { return .refused("the catalogue has no \(row.entity)") }
    if layout.shape.kind == .link { return try placeLink(row, layout.shape, document, source) }
    let plan = plan(layout, document)
    var parents: [Int64] = []
    for (parent, place) in plan.parents {
      guard case .text(let uuid) = document.columns[place].value, let id = try localID(parent.entity, uuid)
      else { return .parentMissing }
      parents.append(id)
    }
    let (comparison, blobs, replacement) = try compare(plan, row, document, parents, layout)
    var placement = Placement.unchanged
    switch comparison {
    case .same: break
    case .other:
      if let source, let gate, try !gate.admits(replacement, of: row, source) { return .held }
      let written = document.without(blobs)
      let narrow = blobs.isEmpty ? plan : self.plan(layout, written)
      placement = try write(
        narrow.update, narrow, row, written, parents, serverTimestamp, isUpdate: true)
      if placement == .written, let source { try gate?.wrote(over: replacement, of: row, source) }
    case .absent:
      guard parents.count == layout.shape.parents.count else { return .parentMissing }
      if source != nil { try gate?.willInsert(into: row.entity) }
      placement = try write(plan.insert, plan, row, document, parents, serverTimestamp, isUpdate: false)
    }
    if placement == .written || placement == .unchanged {
      try unstored.replace(
        row, document: document, found: notShown(of: document, in: row, plan, layout, blobs: blobs))
    }
    return placement
  }

  /// Returns what a document would replace in the row. Writes nothing.
  func replacement(_ row: RowName, _ document: Document) throws -> RowReplacement {
    guard let layout = layouts[row.entity] else { return RowReplacement() }
    guard layout.shape.kind == .row else {
      var replacement = RowReplacement()
      if document[BookkeepingColumn.linked] == .integer(0),
        let (first, second) = try ends(of: document, layout.shape)
      {
        replacement.deletes = try stands(layout.shape, first, second)
      }
      return replacement
    }
    return try compare(plan(layout, document), row, document, [], layout).2
  }

  /// Stores the document's values for columns that the table lacks. Does not write the row.
  func keepUnknown(_ row: RowName, _ document: Document) throws {
    guard let layout = layouts[row.entity] else { return }
    let plan = RowPlan(layout: layout, names: document.columns.map(\.name))
    let unknown = document.only(plan.unknown.map { plan.names[$0] })
    let found = unknown.columns.filter { !$0.value.isNull }.map {
      UnstoredValue(column: $0.name, value: $0.value, obstacle: .noColumn, shown: .null)
    }
    try unstored.replace(row, document: unknown, found: found)
  }

  /// Returns the values of a written document that the row does not show.
  private func notShown(
    of document: Document, in row: RowName, _ plan: RowPlan, _ layout: TableLayout, blobs: [String]
  ) throws -> [UnstoredValue] {
    var found: [UnstoredValue] = []
    for place in plan.unknown where !document.columns[place].value.isNull {
      let column = document.columns[place]
      found.append(
        UnstoredValue(column: column.name, value: column.value, obstacle: .noColumn, shown: .null))
    }
    for name in blobs {
      guard let value = document[name], !value.isNull else { continue }
      found.append(UnstoredValue(column: name, value: value, obstacle: .blob, shown: .null))
    }
    for place in plan.places where place != plan.lastModified {
      let (name, value) = (document.columns[place].name, document.columns[place].value)
      guard layout.affinities[name]?.mayConvert(value) ?? false, !blobs.contains(name) else { continue }
      let shown =
        try database.firstValue(
          "SELECT \(quoted(name)) FROM \(quoted(row.entity)) WHERE uuid = ?", .text(row.uuid)) ?? .null
      guard shown.sameText != value.sameText else { continue }
      found.append(UnstoredValue(column: name, value: value, obstacle: .otherValue, shown: shown))
    }
    return found
  }

  /// The live columns of an entity's table.
  func layout(of entity: String) -> TableLayout? { layouts[entity] }

  /// Returns the device-local id of a row; `nil` if it is not here.
  func localID(_ entity: String, _ uuid: String) throws -> Int64? {
    guard layouts[entity] != nil else { return nil }
    return try database.firstValue("SELECT id FROM \(quoted(entity)) WHERE uuid = ?", .text(uuid))?.integer
  }

  /// Sets the version and the change's client id if they differ; an exact answer changes nothing else. The
  /// hub has accepted the row's content, so older hub values that were stored beside the row are dropped.
  func setVersion(_ row: RowName, _ version: Int64, clientID: String) throws {
    guard let layout = layouts[row.entity], layout.shape.kind == .row else { return }
    try database.run(
      """
      UPDATE \(quoted(row.entity)) SET version = ?1, client_id = ?2
      WHERE uuid = ?3 AND (version IS NOT ?1 OR client_id IS NOT ?2)
      """, .integer(version), .text(clientID), .text(row.uuid))
    try unstored.forgetOverwritten(row, layout)
  }

  private func plan(_ layout: TableLayout, _ document: Document) -> RowPlan {
    if let plan = plans[layout.shape.name], plan.fits(document) { return plan }
    let plan = RowPlan(layout: layout, names: document.columns.map(\.name))
    plans[layout.shape.name] = plan
    columnSets.insert([layout.shape.name] + plan.names)
    return plan
  }

  private enum Comparison { case absent, same, other }

  /// Compares the row with a document. Returns the columns in which the row holds a BLOB, without comparing
  /// them.
  private func compare(
    _ plan: RowPlan, _ row: RowName, _ document: Document, _ parents: [Int64], _ layout: TableLayout
  ) throws -> (Comparison, blobs: [String], RowReplacement) {
    let statement = try database.prepared(plan.select)
    statement.bind(1, row.uuid)
    guard try statement.step() else { return (.absent, [], RowReplacement()) }
    defer { statement.reset() }
    var blobs: [String] = []
    var isSame = true
    var replacement = RowReplacement()
    for (index, place) in plan.places.enumerated() {
      let (name, value) = (document.columns[place].name, document.columns[place].value)
      if statement.isBlob(index) {
        blobs.append(name)
      } else if place != plan.lastModified, !statement.says(index, value) {
        isSame = false
        replacement.note(name, statement, index, replacedBy: value, layout)
      }
      if name == BookkeepingColumn.deleted { replacement.isLive = statement.integer(index) == 0 }
    }
    for (index, id) in parents.enumerated() where statement.integer(plan.places.count + index) != id {
      isSame = false
    }
    return (isSame ? .same : .other, blobs, replacement)
  }

  private func write(
    _ sql: String, _ plan: RowPlan, _ row: RowName, _ document: Document, _ parents: [Int64],
    _ serverTimestamp: String, isUpdate: Bool
  ) throws -> Placement {
    let statement = try database.prepared(sql)
    for (index, place) in plan.places.enumerated() {
      if place == plan.lastModified, !serverTimestamp.isEmpty {
        statement.bind(index + 1, serverTimestamp)
      } else {
        statement.bind(index + 1, document.columns[place].value)
      }
    }
    for (index, id) in parents.enumerated() { statement.bind(plan.places.count + index + 1, id) }
    if isUpdate { statement.bind(plan.places.count + parents.count + 1, row.uuid) }
    do {
      try statement.run()
      return .written
    } catch let error as DatabaseError where error.extendedResultCode == .uniqueConstraint {
      return .keyTaken
    } catch let error as DatabaseError where error.resultCode == .constraint {
      return .refused(error.message ?? "a constraint")
    }
  }

  private func placeLink(
    _ row: RowName, _ shape: EntityShape, _ document: Document, _ source: ChangeSource?
  ) throws -> Placement {
    guard shape.parents.count == 2 else { return .refused("a link has two ends") }
    let isLinked = document[BookkeepingColumn.linked] != .integer(0)
    guard let (first, second) = try ends(of: document, shape) else {
      return isLinked ? .parentMissing : .unchanged  // a missing row has no links
    }
    if !isLinked, let source, let gate, try stands(shape, first, second),
      try !gate.admits(RowReplacement(deletes: true), of: row, source)
    {
      return .held
    }
    let columns = shape.parents.map { quoted($0.column) }
    let sql =
      isLinked
      ? "INSERT OR IGNORE INTO \(quoted(shape.name)) (\(columns[0]), \(columns[1])) VALUES (?, ?)"
      : "DELETE FROM \(quoted(shape.name)) WHERE \(columns[0]) = ? AND \(columns[1]) = ?"
    return try database.run(sql, .integer(first), .integer(second)) > 0 ? .written : .unchanged
  }

  /// Returns the local ids of a link's two ends; `nil` if one is not here.
  private func ends(of document: Document, _ shape: EntityShape) throws -> (Int64, Int64)? {
    var ids: [Int64] = []
    for parent in shape.parents {
      guard let uuid = document[parent.wireName]?.text, let id = try localID(parent.entity, uuid) else {
        return nil
      }
      ids.append(id)
    }
    return ids.count == 2 ? (ids[0], ids[1]) : nil
  }

  private func stands(_ shape: EntityShape, _ first: Int64, _ second: Int64) throws -> Bool {
    let columns = shape.parents.map { quoted($0.column) }
    return try database.hasRow(
      "SELECT 1 FROM \(quoted(shape.name)) WHERE \(columns[0]) = ? AND \(columns[1]) = ?", .integer(first),
      .integer(second))
  }
}

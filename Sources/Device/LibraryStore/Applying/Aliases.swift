import SyncCore

/// The canonical names of rows that were created under another name (docs/protocol.md §3, rule 6). They are
/// kept in memory, because every name that arrives or leaves is looked up here. Each change is written to the
/// database at once; after a rollback they are read from it again.
struct Aliases {
  private var canonicalNames: [RowName: String] = [:]
  /// The reverse: for each name, the names that lead to it in one step.
  private var names: [RowName: Set<String>] = [:]
  private let catalogue: EntityCatalogue

  init(_ database: Database, catalogue: EntityCatalogue) throws {
    self.catalogue = catalogue
    let statement = try database.prepared("SELECT entity, uuid, canonical FROM mediasync_aliases")
    while try statement.step() {
      note(RowName(statement.text(0), statement.text(1)), canonical: statement.text(2))
    }
  }

  var isEmpty: Bool { canonicalNames.isEmpty }

  /// The name that the hub uses for a row. A link's name consists of the names of its two rows.
  func canonical(_ row: RowName) -> RowName {
    guard !canonicalNames.isEmpty else { return row }
    if let shape = catalogue[row.entity], shape.kind == .link, shape.parents.count == 2,
      let parts = EntityCatalogue.linkParts(of: row.uuid)
    {
      return RowName(
        row.entity,
        EntityCatalogue.linkName(
          canonical(RowName(shape.parents[0].entity, parts.first)).uuid,
          canonical(RowName(shape.parents[1].entity, parts.second)).uuid))
    }
    var name = row
    while let next = canonicalNames[name] { name = RowName(row.entity, next) }
    return name
  }

  /// The document, with the hub's names for its parents.
  func canonical(_ document: Document, of shape: EntityShape) -> Document {
    guard !canonicalNames.isEmpty else { return document }
    var result = document
    for parent in shape.parents {
      guard let uuid = document[parent.wireName]?.text else { continue }
      let name = canonical(RowName(parent.entity, uuid)).uuid
      if name != uuid { result[parent.wireName] = .text(name) }
    }
    return result
  }

  /// All names under which the local log may still have changes of this row, its own first.
  func namesInLog(of row: RowName) -> [String] {
    guard !canonicalNames.isEmpty else { return [row.uuid] }
    if let shape = catalogue[row.entity], shape.kind == .link, shape.parents.count == 2,
      let parts = EntityCatalogue.linkParts(of: row.uuid)
    {
      let firsts = namesInLog(of: RowName(shape.parents[0].entity, parts.first))
      let seconds = namesInLog(of: RowName(shape.parents[1].entity, parts.second))
      return firsts.flatMap { first in seconds.map { EntityCatalogue.linkName(first, $0) } }
    }
    return [row.uuid] + otherNames(of: row).sorted()
  }

  /// All other names that lead to this one, in any number of steps.
  private func otherNames(of row: RowName) -> [String] {
    (names[row] ?? []).flatMap { [$0] + otherNames(of: RowName(row.entity, $0)) }
  }

  /// Whether the row was known under another name before.
  func hasOtherNames(_ row: RowName) -> Bool { names[row] != nil }

  private mutating func note(_ row: RowName, canonical: String) {
    canonicalNames[row] = canonical
    names[RowName(row.entity, canonical), default: []].insert(row.uuid)
  }

  /// Drops an alias from memory. Returns whether there was one.
  private mutating func forget(_ row: RowName) -> Bool {
    guard let canonical = canonicalNames.removeValue(forKey: row) else { return false }
    let name = RowName(row.entity, canonical)
    names[name]?.remove(row.uuid)
    if names[name]?.isEmpty == true { names[name] = nil }
    return true
  }

  /// Removes the alias of `row`, if it has one: from now on `row` is canonical.
  mutating func remove(_ row: RowName, _ database: Database) throws {
    guard forget(row) else { return }
    try database.run(
      "DELETE FROM mediasync_aliases WHERE entity = ? AND uuid = ?", .text(row.entity), .text(row.uuid))
  }

  /// Makes `row` an alias of `canonical`. Does nothing if they are the same name.
  mutating func add(_ row: RowName, canonical: String, _ database: Database) throws {
    guard row != RowName(row.entity, canonical) else { return }
    // A restored hub may have chosen the other name as canonical. Its latest answer counts, and no name may
    // lead to itself.
    try remove(RowName(row.entity, canonical), database)
    _ = forget(row)
    note(row, canonical: canonical)
    try database.run(
      "INSERT OR REPLACE INTO mediasync_aliases VALUES (?, ?, ?)", .text(row.entity), .text(row.uuid),
      .text(canonical))
  }
}

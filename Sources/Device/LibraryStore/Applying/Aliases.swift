import SyncCore

/// The hub's names for rows that were made under another (protocol.md §3, rule 6). Kept in memory, because every
/// name that comes in or goes out is looked up here; written through; read again after a rollback.
struct Aliases {
  private var canonicalNames: [RowName: String] = [:]
  /// The same the other way round: the names that lead to a name in one step.
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

  /// The name that the hub uses for a row; a link's name is made of its two rows' names.
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

  /// A document whose parents are named as the hub names them.
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

  /// Every name under which changes of this row may still stand in the local log, the row's own first.
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

  /// Every other name that leads to this one.
  private func otherNames(of row: RowName) -> [String] {
    (names[row] ?? []).flatMap { [$0] + otherNames(of: RowName(row.entity, $0)) }
  }

  /// Whether a row was known under another name before.
  func hasOtherNames(_ row: RowName) -> Bool { names[row] != nil }

  private mutating func note(_ row: RowName, canonical: String) {
    canonicalNames[row] = canonical
    names[RowName(row.entity, canonical), default: []].insert(row.uuid)
  }

  /// Forgets an alias. True if there was one.
  private mutating func forget(_ row: RowName) -> Bool {
    guard let canonical = canonicalNames.removeValue(forKey: row) else { return false }
    let name = RowName(row.entity, canonical)
    names[name]?.remove(row.uuid)
    if names[name]?.isEmpty == true { names[name] = nil }
    return true
  }

  /// From now on `row` stands for itself.
  mutating func remove(_ row: RowName, _ database: Database) throws {
    guard forget(row) else { return }
    try database.run(
      "DELETE FROM mediasync_aliases WHERE entity = ? AND uuid = ?", .text(row.entity), .text(row.uuid))
  }

  /// From now on `row` is known as `canonical`.
  mutating func add(_ row: RowName, canonical: String, _ database: Database) throws {
    guard row != RowName(row.entity, canonical) else { return }
    // A restored hub may name the two the other way round: its present word holds, and no name leads to itself.
    try remove(RowName(row.entity, canonical), database)
    _ = forget(row)
    note(row, canonical: canonical)
    try database.run(
      "INSERT OR REPLACE INTO mediasync_aliases VALUES (?, ?, ?)", .text(row.entity), .text(row.uuid),
      .text(canonical))
  }
}

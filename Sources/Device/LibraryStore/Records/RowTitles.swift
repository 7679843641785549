import SyncCore

/// The titles by which people know rows: a row's own, or that of a row it refers to. Lists show them, so they
/// are cut.
struct RowTitles {
  /// The most characters of a title.
  static let lengthMax = 200

  let database: Database
  let catalogue: EntityCatalogue

  /// Returns the row's title; `nil` if the row is not here or has none.
  func title(of row: RowName) throws -> String? {
    guard let shape = catalogue[row.entity] else { return nil }
    if shape.kind == .link {
      guard shape.parents.count == 2, let ends = EntityCatalogue.linkParts(of: row.uuid) else { return nil }
      let titles = [
        try title(of: RowName(shape.parents[0].entity, ends.first)),
        try title(of: RowName(shape.parents[1].entity, ends.second)),
      ].compactMap { $0 }
      return titles.isEmpty ? nil : titles.joined(separator: " · ")
    }
    let table = quoted(shape.name)
    if let column = shape.titleColumn {
      return try database.firstValue(
        "SELECT substr(\(quoted(column)), 1, \(Self.lengthMax)) FROM \(table) WHERE uuid = ?", .text(row.uuid)
      )?.text
    }
    guard let parent = shape.parents.first, let column = catalogue[parent.entity]?.titleColumn else {
      return nil
    }
    return try database.firstValue(
      """
      SELECT substr(p.\(quoted(column)), 1, \(Self.lengthMax)) FROM \(table) t
      JOIN \(quoted(parent.entity)) p ON p.id = t.\(quoted(parent.column)) WHERE t.uuid = ?
      """, .text(row.uuid))?.text
  }
}

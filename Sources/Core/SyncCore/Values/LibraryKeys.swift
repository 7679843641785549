/// A unique key as a library's schema declares it.
package struct UniqueKey: Hashable, Sendable {
  /// The columns, by their names on the wire.
  package var columns: [String]
  /// Whether its text columns compare without case (ASCII, as SQLite's NOCASE).
  package var ignoresCase: Bool

  /// Takes the columns, and whether case is ignored.
  package init(columns: [String], ignoresCase: Bool) {
    self.columns = columns
    self.ignoresCase = ignoresCase
  }

  /// Whether this key is the catalogue's natural key.
  func isThe(_ key: EntityShape.NaturalKey) -> Bool {
    ignoresCase == key.ignoresCase && columns.count == key.columns.count
      && columns.allSatisfy { column in key.columns.contains { $0.isSameText(as: column) } }
  }
}

/// The unique keys of a library, as a sender names them with its changes (docs/protocol.md §4, Keys).
package enum LibraryKeys: Hashable, Sendable {
  /// The keys that the library's schema declares, by entity.
  case declared([String: [UniqueKey]])
  /// The sender names no keys: it is an older daemon, or a layer-1 client.
  case assumed
  /// The sender sends a row that its library does not hold.
  case none

  /// The catalogue's keys of an entity that the library has, as indices into the shape's keys.
  package func indices(in shape: EntityShape) -> [Int] {
    shape.naturalKeys.indices.filter { index in
      let key = shape.naturalKeys[index]
      return switch self {
      case .declared(let keys): keys[shape.name]?.contains { $0.isThe(key) } ?? false
      case .assumed: key.isAssumed
      case .none: false
      }
    }
  }
}

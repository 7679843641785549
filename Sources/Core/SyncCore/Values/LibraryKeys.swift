/// A unique key as a library's schema declares it.
package struct UniqueKey: Hashable, Sendable {
  /// The columns, by their names on the wire.
  package var columns: [String]
  /// Whether its text columns compare without case (ASCII, as SQLite's NOCASE).
  package var ignoresCase: Bool

  /// Takes both.
  package init(columns: [String], ignoresCase: Bool) {
    self.columns = columns
    self.ignoresCase = ignoresCase
  }

  /// Whether this is the key to which the catalogue gives a meaning.
  func isThe(_ key: EntityShape.NaturalKey) -> Bool {
    ignoresCase == key.ignoresCase && columns.count == key.columns.count
      && columns.allSatisfy { column in key.columns.contains { $0.isSameText(as: column) } }
  }
}

/// The unique keys of a library, as a sender names them with its changes (docs/protocol.md §4, Keys).
package enum LibraryKeys: Hashable, Sendable {
  /// What the library's schema declares, by entity.
  case declared([String: [UniqueKey]])
  /// The sender names none: an older daemon, or a layer-1 client.
  case assumed
  /// The sender speaks for a row that its library does not hold.
  case none

  /// Which of the catalogue's keys of an entity the library has, by their places there.
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

/// Every entity that is synced, parents before children.
package struct EntityCatalogue: Sendable {
  /// The shapes, parents first.
  package let shapes: [EntityShape]
  /// Columns of unsynced tables that refer to rows of synced tables without a declared foreign key.
  package let undeclaredReferences: [UndeclaredReference]
  /// The index of each entity in `shapes`; a parent has a lower number than its children.
  package let places: [String: Int]
  private let byName: [String: EntityShape]

  /// A column that refers to an entity's rows by their local id without a declared foreign key.
  package struct UndeclaredReference: Hashable, Sendable {
    /// The table that has the column.
    package var table: String
    /// The column that holds the local id.
    package var column: String
    /// The entity whose rows the column refers to.
    package var entity: String
  }

  /// - Parameters:
  ///   - shapes: the shapes, parents before their children.
  ///   - undeclaredReferences: the other columns that refer to rows of these entities.
  package init(_ shapes: [EntityShape], undeclaredReferences: [UndeclaredReference] = []) {
    self.shapes = shapes
    self.undeclaredReferences = undeclaredReferences
    places = Dictionary(uniqueKeysWithValues: shapes.enumerated().map { ($1.name, $0) })
    byName = Dictionary(uniqueKeysWithValues: shapes.map { ($0.name, $0) })
  }

  /// The shape of an entity; `nil` if the catalogue does not know it.
  /// Compares byte by byte: a name that only looks like a table's name is not that table.
  package subscript(_ entity: String) -> EntityShape? {
    guard let shape = byName[entity], shape.name.isSameText(as: entity) else { return nil }
    return shape
  }

  /// The shapes that have `entity` as a parent, each with the reference to it.
  package func children(of entity: String) -> [(shape: EntityShape, parent: EntityShape.Parent)] {
    shapes.flatMap { shape in shape.parents.filter { $0.entity == entity }.map { (shape, $0) } }
  }

  /// The two uuids in a link's name; `nil` if the name is not a pair.
  package static func linkParts(of uuid: String) -> (first: String, second: String)? {
    guard let separator = uuid.utf8.firstIndex(of: UInt8(ascii: "_")) else { return nil }
    let first = String(uuid[..<separator])
    let second = String(uuid[uuid.utf8.index(after: separator)...])
    return first.isEmpty || second.isEmpty ? nil : (first, second)
  }

  /// Makes a link's name from the uuids of its two parents.
  package static func linkName(_ first: String, _ second: String) -> String { first + "_" + second }
}

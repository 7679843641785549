/// Every entity that is synced, parents before children.
package struct EntityCatalogue: Sendable {
  /// The shapes, parents first.
  package let shapes: [EntityShape]
  /// Columns of tables that are not synced which refer to rows of ours and declare no foreign key.
  package let undeclaredReferences: [UndeclaredReference]
  /// Where each entity stands among the shapes: parents have lower numbers.
  package let places: [String: Int]
  private let byName: [String: EntityShape]

  /// A column that refers to rows of an entity by their local id, and declares no foreign key.
  package struct UndeclaredReference: Hashable, Sendable {
    /// The table that refers.
    package var table: String
    /// Its column.
    package var column: String
    /// The entity to whose rows it refers.
    package var entity: String
  }

  /// Takes the shapes, parents before their children, and what else refers to their rows.
  package init(_ shapes: [EntityShape], undeclaredReferences: [UndeclaredReference] = []) {
    self.shapes = shapes
    self.undeclaredReferences = undeclaredReferences
    places = Dictionary(uniqueKeysWithValues: shapes.enumerated().map { ($1.name, $0) })
    byName = Dictionary(uniqueKeysWithValues: shapes.map { ($0.name, $0) })
  }

  /// The shape of an entity, `nil` where the catalogue does not know it.
  /// Byte by byte: a name that only looks like a table's is not one.
  package subscript(_ entity: String) -> EntityShape? {
    guard let shape = byName[entity], shape.name.isSameText(as: entity) else { return nil }
    return shape
  }

  /// The shapes that hang on `entity`, with the reference by which they do.
  package func children(of entity: String) -> [(shape: EntityShape, parent: EntityShape.Parent)] {
    shapes.flatMap { shape in shape.parents.filter { $0.entity == entity }.map { (shape, $0) } }
  }

  /// The two uuids of a link's name, `nil` where the name is no pair.
  package static func linkParts(of uuid: String) -> (first: String, second: String)? {
    guard let separator = uuid.utf8.firstIndex(of: UInt8(ascii: "_")) else { return nil }
    let first = String(uuid[..<separator])
    let second = String(uuid[uuid.utf8.index(after: separator)...])
    return first.isEmpty || second.isEmpty ? nil : (first, second)
  }

  /// A link's name from its two parents' uuids.
  package static func linkName(_ first: String, _ second: String) -> String { first + "_" + second }
}

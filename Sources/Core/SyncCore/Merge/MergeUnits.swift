/// Which columns of an entity win or lose together: the catalogue's column groups, and the columns of one
/// natural key, because half a key identifies nothing. Every other column is its own unit.
package struct MergeUnits: Sendable {
  private var unitOfColumn: [String: [String]] = [:]
  private let greatest: [String]

  /// Derives the units of an entity.
  package init(_ shape: EntityShape) {
    greatest = shape.greatestColumns
    var groups: [[String]] = []
    // Later keys share only their parent with the assumed ones. A row never changes its parent together with
    // just one of those keys, and hubs store stamps under the names of the older units.
    let keys = shape.naturalKeys.filter(\.isAssumed).map(\.columns)
    for group in shape.columnGroups + keys where group.count > 1 {
      let touching = groups.filter { $0.contains(where: group.contains) }
      groups.removeAll(where: touching.contains)
      let joined = (touching.flatMap { $0 } + group).sorted()
      groups.append(joined.indices.filter { $0 == 0 || joined[$0 - 1] != joined[$0] }.map { joined[$0] })
    }
    for group in groups {
      for column in group { unitOfColumn[column] = group }
    }
  }

  /// The columns that move with this one, itself included, sorted. The first names the unit.
  package func columns(with column: String) -> [String] { unitOfColumn[column] ?? [column] }

  /// Whether the column merges to the greater of two numbers.
  package func mergesToGreater(_ column: String) -> Bool { greatest.contains(column) }
}

import SyncCore

/// Decides which parked documents can be written, and which of them only together (docs/protocol.md §3, rule
/// 7).
struct ParkedRowResolver {
  /// A value in a unique index.
  struct Key: Hashable {
    var entity: String
    var index: String
    var value: UniqueIndexValue
  }

  /// What a document needs from other documents.
  struct Bonds {
    /// Rows whose own parked documents must be written with it: parents that are missing here, and local rows
    /// that still have its keys.
    var needs: [RowName] = []
    /// The keys that the row will have.
    var keys: [Key] = []
  }

  /// The documents that fit, ordered by position. Documents that need each other are in one group.
  let groups: [[ParkedDocument]]

  init(_ documents: [RowName: ParkedDocument], bonds: [RowName: Bonds]) {
    let fitting = Self.fitting(documents, bonds)
    var group: [RowName: Int] = [:]
    var groups: [[ParkedDocument]] = []
    var neighbours: [RowName: [RowName]] = [:]
    for row in fitting {
      for needed in bonds[row]?.needs ?? [] {
        neighbours[row, default: []].append(needed)
        neighbours[needed, default: []].append(row)
      }
    }
    for row in fitting where group[row] == nil {
      var members: [RowName] = []
      var open = [row]
      while let next = open.popLast() {
        guard group[next] == nil else { continue }
        group[next] = groups.count
        members.append(next)
        open += neighbours[next] ?? []
      }
      groups.append(members.compactMap { documents[$0] })
    }
    self.groups = groups
  }

  /// The rows whose documents can be written, in the order of their positions. Of two documents with one key,
  /// only the newest can be written. A document that needs one that cannot be written cannot be written
  /// either.
  private static func fitting(_ documents: [RowName: ParkedDocument], _ bonds: [RowName: Bonds]) -> [RowName]
  {
    var newest: [Key: Position] = [:]
    var dependents: [RowName: [RowName]] = [:]
    for (row, document) in documents {
      for key in bonds[row]?.keys ?? [] {
        newest[key] = max(newest[key] ?? .start, document.position)
      }
      for needed in bonds[row]?.needs ?? [] { dependents[needed, default: []].append(row) }
    }
    var blocked: Set<RowName> = []
    var open = documents.keys.filter { row in
      guard let document = documents[row], let bonds = bonds[row] else { return true }
      return bonds.needs.contains { documents[$0] == nil }
        || bonds.keys.contains { (newest[$0] ?? .start) > document.position }
    }
    while let row = open.popLast() {
      guard blocked.insert(row).inserted else { continue }
      open += dependents[row] ?? []
    }
    return documents.values.filter { !blocked.contains($0.row) }
      .sorted { ($0.position, $0.row) < ($1.position, $1.row) }.map(\.row)
  }
}

import GRDB
import SyncCore

extension LibraryTransaction {
  /// Writes the parked documents that fit together once their own rows have let go of their keys
  /// (protocol.md §3, rule 7).
  func unpark() throws {
    guard !parked.isEmpty else { return }
    var candidates: [RowName: ParkedDocument] = [:]
    for document in try parked.all() {
      if try isPending(document.row) {
        try parked.release(document.row)  // an answer will settle those
      } else {
        var canonical = document
        if let shape = catalogue[document.row.entity] {
          canonical.document = aliases.canonical(document.document, of: shape)
        }
        candidates[document.row] = canonical
      }
    }
    while true {
      let blocked = try candidates.values.filter { try !fits($0, among: candidates) }
      guard !blocked.isEmpty else { break }
      for document in blocked { candidates[document.row] = nil }
    }
    guard !candidates.isEmpty else { return }
    try write(candidates.values.sorted { order($0) < order($1) })
  }

  /// Parents before children, then in the hub's order.
  private func order(_ parked: ParkedDocument) -> (Int, Position, String) {
    let place = catalogue.shapes.firstIndex { $0.name == parked.row.entity } ?? catalogue.shapes.count
    return (place, parked.position, parked.row.uuid)
  }

  private func fits(_ parked: ParkedDocument, among others: [RowName: ParkedDocument]) throws -> Bool {
    guard let shape = catalogue[parked.row.entity] else { return false }
    for parent in shape.parents {
      guard let uuid = parked.document[parent.wireName]?.text else { continue }
      let isHere = try writer.localID(parent.entity, uuid) != nil
      if !isHere, others[RowName(parent.entity, uuid)] == nil { return false }
    }
    for key in shape.naturalKeys {
      guard let value = NaturalKeyValue(key, parked.document) else { continue }
      for holder in try holders(of: value, key, shape, but: parked.row.uuid)
      where others[RowName(shape.name, holder)] == nil {
        return false
      }
      for (row, other) in others.sorted(by: { $0.key < $1.key })
      where row.entity == shape.name && row != parked.row && other.position > parked.position {
        if NaturalKeyValue(key, other.document) == value { return false }
      }
    }
    return true
  }

  /// The local rows that show a key.
  func holders(
    of value: NaturalKeyValue, _ key: EntityShape.NaturalKey, _ shape: EntityShape, but uuid: String
  ) throws -> [String] {
    var conditions: [String] = []
    var arguments: [Value] = []
    for (column, part) in zip(key.columns, value.parts) {
      if let parent = shape.parent(wireName: column) {
        guard let id = try writer.localID(parent.entity, part.text ?? "") else { return [] }
        conditions.append("\(quoted(parent.column)) = ?")
        arguments.append(.integer(id))
      } else {
        conditions.append("\(quoted(column)) = ?")
        arguments.append(part)
      }
    }
    let statement = try database.prepared(
      "SELECT uuid FROM \(quoted(shape.name)) WHERE \(conditions.joined(separator: " AND ")) AND uuid <> ?")
    for (index, argument) in arguments.enumerated() { statement.bind(index + 1, argument) }
    statement.bind(arguments.count + 1, uuid)
    var holders: [String] = []
    while try statement.step() { holders.append(statement.text(0)) }
    return holders
  }

  private func write(_ fitting: [ParkedDocument]) throws {
    var index = FullTextIndex(database, catalogue: catalogue)
    for document in fitting { try index.include(document.row, document.document) }
    try index.remove()
    for document in fitting {
      if let shape = catalogue[document.row.entity], shape.kind == .row {
        try displace(shape, document.row.uuid)
      }
    }
    for document in fitting {
      let placement = try writer.place(
        document.row, document.document, serverTimestamp: document.serverTimestamp)
      switch placement {
      case .written, .unchanged:
        try notes.note(document.row, at: document.position)
        try notes.settle(document.row)
        try parked.release(document.row)
      case .keyTaken, .parentMissing, .refused:
        // The hub's documents fit together; where they do not here, the transaction must not stand.
        throw DatabaseError(
          resultCode: .SQLITE_CONSTRAINT, message: "parked documents do not fit together: \(document.row)")
      }
    }
    try index.add()
  }
}

/// The values of a natural key in a document; a key with a NULL in it is none.
struct NaturalKeyValue: Hashable {
  let parts: [Value]

  init?(_ key: EntityShape.NaturalKey, _ document: Document) {
    var parts: [Value] = []
    for column in key.columns {
      guard let value = document[column], !value.isNull else { return nil }
      if key.ignoresCase, let text = value.text {
        parts.append(.text(Self.folded(text)))
      } else {
        parts.append(value)
      }
    }
    self.parts = parts
  }

  /// ASCII letters in lower case, as SQLite's NOCASE compares them.
  private static func folded(_ text: String) -> String {
    String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
  }
}

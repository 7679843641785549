extension EntityShape {
  /// Checks a payload for values that no row of this entity may have, whoever sends it. An invalid version or
  /// deletion flag would stop the application. Some readers cut a name or a key at a NUL, and others do not.
  ///
  /// - Parameters:
  ///   - payload: the payload in the catalogue's own terms, whole or partial.
  ///   - row: the row that the payload belongs to.
  /// - Returns: what is wrong; `nil` if nothing is.
  package func problem(in payload: Document, of row: RowName) -> String? {
    switch kind {
    case .row:
      // A link's name is the names of its two rows, joined by the first `_` (docs/protocol.md §1, fact 4).
      if row.uuid.utf8.contains(UInt8(ascii: "_")) { return "a uuid holds no underscore" }
    case .link:
      for parent in parents {
        guard let uuid = payload[parent.wireName]?.text else { continue }
        // The joined name must still be within the bounds of a name.
        guard uuid.isName(bytesMax: 255), !uuid.utf8.contains(UInt8(ascii: "_")) else {
          return "\(parent.wireName) is no uuid"
        }
      }
      return nil
    }
    if let version = payload[BookkeepingColumn.version] {
      guard let number = version.integer, (0...(1 << 53)).contains(number) else {
        return "the version is no number from 0 to 2^53"
      }
    }
    if let deleted = payload[BookkeepingColumn.deleted] {
      guard deleted == .integer(0) || deleted == .integer(1) else { return "deleted is neither 0 nor 1" }
    }
    for column in [BookkeepingColumn.clientID, BookkeepingColumn.lastModified] {
      switch payload[column] {
      case nil, .null: break
      case .text(let text) where text.isName(): break
      case .text, .integer, .real: return "\(column) is no name"
      }
    }
    for column in naturalKeys.flatMap(\.columns) {
      guard let text = payload[column]?.text, text.utf8.contains(0) else { continue }
      return "\(column) holds a NUL"
    }
    return nil
  }
}

extension EntityShape {
  /// Converts a payload to the catalogue's own terms: gives each column its catalogue name and removes
  /// device-local columns (docs/protocol.md §1, facts 2 and 3). For a link the result is its pair and whether
  /// it exists.
  ///
  /// - Returns: the converted document; `nil` if the entity is a link and neither payload nor name has its
  ///   two uuids.
  package func normalized(_ payload: Document, of row: RowName, operation: Operation) -> Document? {
    guard kind == .row else { return normalizedLink(payload, of: row, operation: operation) }
    var document = payload.without(localColumns)
    for (name, column) in payloadNames.sorted(by: { $0.key < $1.key }) {
      guard let value = document[name] else { continue }
      if document[column] == nil { document[column] = value }
      document[name] = nil
    }
    document[BookkeepingColumn.uuid] = .text(row.uuid)
    if operation == .delete { document[BookkeepingColumn.deleted] = .integer(1) }
    return document
  }

  private func normalizedLink(_ payload: Document, of row: RowName, operation: Operation) -> Document? {
    guard parents.count == 2 else { return nil }
    let named = EntityCatalogue.linkParts(of: row.uuid)
    guard let first = payload[parents[0].wireName]?.text ?? named?.first,
      let second = payload[parents[1].wireName]?.text ?? named?.second
    else { return nil }
    return [
      parents[0].wireName: .text(first), parents[1].wireName: .text(second),
      BookkeepingColumn.linked: .integer(operation == .unlink || operation == .delete ? 0 : 1),
    ]
  }

  /// Whether rows of this entity support an operation.
  package func takes(_ operation: Operation) -> Bool {
    switch (kind, operation) {
    case (.row, .create), (.row, .update), (.row, .delete): true
    case (.link, .link), (.link, .unlink): true
    case (.row, .link), (.row, .unlink), (.link, .create), (.link, .update), (.link, .delete): false
    }
  }
}

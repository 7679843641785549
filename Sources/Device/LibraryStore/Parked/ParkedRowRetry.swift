import SyncCore

extension LibraryTransaction {
  /// Writes the parked documents that fit together if their own rows release their keys first
  /// (docs/protocol.md §3, rule 7).
  func unpark() throws {
    guard !parked.isEmpty else { return }
    var candidates: [RowName: ParkedDocument] = [:]
    for document in try parked.all() {
      if try isPending(document.row) {
        try parked.release(document.row)  // an answer will settle the row
      } else if try isHolding && isHeld(document) {
        continue
      } else {
        guard let shape = catalogue[document.row.entity] else { continue }
        if document.wasHere, shape.kind == .row, try isMissing(document.row) {
          // The row was deleted for good while its document was parked. It must not return without its
          // children.
          try parked.release(document.row)
          try notes.forget(document.row)
          try noteLacking(document.row)
          continue
        }
        var canonical = document
        canonical.document = aliases.canonical(document.document, of: shape)
        candidates[document.row] = canonical
      }
    }
    let bonds = try candidates.mapValues { try self.bonds(of: $0) }
    for group in ParkedRowResolver(candidates, bonds: bonds).groups { try place(group, bonds) }
  }

  /// Whether a parked document waits for a person's decision, because it takes something from a live row.
  private func isHeld(_ document: ParkedDocument) throws -> Bool {
    if document.reason == .held { return true }
    guard let shape = catalogue[document.row.entity] else { return false }
    let replacement = try writer.replacement(document.row, aliases.canonical(document.document, of: shape))
    guard try !admits(replacement, of: document.row, document.source) else { return false }
    var held = document
    held.reason = .held
    try parked.park(held)
    return true
  }

  /// How often to retry a group, each time without the document that did not fit.
  private static var attemptsMax: Int { 8 }

  /// Writes documents that need each other, all or none. If one does not fit after all, because the library
  /// compares keys or types in another way than we do, leaves it out with those that need it. The transaction
  /// continues (docs/promises.md, promise 5).
  private func place(_ group: [ParkedDocument], _ bonds: [RowName: ParkedRowResolver.Bonds]) throws {
    var candidates = Dictionary(uniqueKeysWithValues: group.map { ($0.row, $0) })
    for _ in 0..<Self.attemptsMax {
      let fitting = ParkedRowResolver(candidates, bonds: bonds).groups.joined().sorted {
        order($0) < order($1)
      }
      guard !fitting.isEmpty else { return }
      do {
        return try database.inSavepoint {
          try write(fitting)
          return .commit
        }
      } catch let conflict as ParkedRowConflict {
        candidates[conflict.document.row] = nil
        guard case .refused(let reason) = conflict.placement else { continue }
        try quarantine.add(.pull, conflict.document.entry, code: "refused_by_library", reason: reason)
        try parked.release(conflict.document.row)
      }
    }
  }

  /// Sorts parents before children, then in the hub's order.
  private func order(_ parked: ParkedDocument) -> (Int, Position, String) {
    let place = catalogue.shapes.firstIndex { $0.name == parked.row.entity } ?? catalogue.shapes.count
    return (place, parked.position, parked.row.uuid)
  }

  /// Returns what a document needs before it can be written.
  private func bonds(of parked: ParkedDocument) throws -> ParkedRowResolver.Bonds {
    var bonds = ParkedRowResolver.Bonds()
    guard let shape = catalogue[parked.row.entity] else { return bonds }
    for parent in shape.parents {
      guard let uuid = parked.document[parent.wireName]?.text else { continue }
      if try writer.localID(parent.entity, uuid) == nil { bonds.needs.append(RowName(parent.entity, uuid)) }
    }
    for index in writer.layout(of: shape.name)?.uniqueIndexes ?? [] {
      guard let value = UniqueIndexValue(index, parked.document) else { continue }
      bonds.keys.append(ParkedRowResolver.Key(entity: shape.name, index: index.name, value: value))
      bonds.needs += try holders(of: value, index, shape, but: parked.row.uuid).map {
        RowName(shape.name, $0)
      }
    }
    return bonds
  }

  private func write(_ fitting: [ParkedDocument]) throws {
    var index = FullTextIndex(database, catalogue: catalogue)
    for document in fitting { try index.include(document.row, document.document) }
    try index.remove()
    // Read what the documents replace before their rows are displaced for each other.
    var replacements: [RowName: RowReplacement] = [:]
    for document in fitting where catalogue[document.row.entity]?.kind == .row {
      let replacement = try writer.replacement(document.row, document.document)
      guard try admits(replacement, of: document.row, document.source) else {
        throw ParkedRowConflict(document: document, placement: .held)
      }
      replacements[document.row] = replacement
    }
    for document in fitting {
      if let shape = catalogue[document.row.entity], shape.kind == .row {
        try displace(shape, document.row.uuid)
      }
    }
    for document in fitting {
      let replacement = replacements[document.row]
      let placement = try writer.place(
        document.row, document.document, serverTimestamp: document.serverTimestamp,
        from: replacement == nil ? document.source : nil)
      switch placement {
      case .written, .unchanged:
        if let replacement, placement == .written {
          try wrote(over: replacement, of: document.row, document.source)
        }
        try raiseNextNumber(above: document.row, document.document)
        try notes.note(document.row, at: document.position)
        try notes.clearUnapplied(document.row)
        try parked.release(document.row)
      case .keyTaken, .parentMissing, .refused, .held:
        throw ParkedRowConflict(document: document, placement: placement)
      }
    }
    try index.add()
  }
}

/// Thrown if a parked document did not fit after all, to roll back what was written of its group.
private struct ParkedRowConflict: Error {
  let document: ParkedDocument
  let placement: TableWriter.Placement
}

extension ParkedDocument {
  /// The document as an entry, for quarantine.
  fileprivate var entry: Entry {
    let isLink = document[BookkeepingColumn.linked] != nil
    let stands = document[BookkeepingColumn.linked] != .integer(0)
    return Entry(
      changeID: position.rawValue, row: row, operation: isLink ? (stands ? .link : .unlink) : .update,
      timestamp: serverTimestamp, serverTimestamp: serverTimestamp,
      clientID: document[BookkeepingColumn.clientID]?.text ?? "",
      version: document[BookkeepingColumn.version]?.integer ?? 1, payload: document)
  }
}

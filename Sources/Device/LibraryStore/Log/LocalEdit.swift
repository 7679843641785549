import SyncCore
import SyncWire

/// Makes edits as the application does (docs/protocol.md §1): in one transaction it raises the row's version,
/// updates the full-text index, and appends an entry to `sync_log`. The daemon then sends the edit like any
/// other.
extension LibraryTransaction {
  /// Sets columns of a row.
  ///
  /// - Returns: what it did. A refusal means that nothing has changed.
  func edit(_ row: RowName, _ columns: Document) throws -> Result<Restored, RecordRefusal> {
    guard let layout = writer.layout(of: row.entity) else { return .failure(.unknownEntity(row.entity)) }
    let shape = layout.shape
    guard let present = try currentDocument(row, layout: layout) else { return .failure(.rowGone(row)) }
    let known = columns.columns.filter { layout.travelling.contains($0.name) }
    let names = known.map(\.name)
    guard !known.isEmpty else {
      return .failure(.columnsGone(row, columns: columns.columns.map(\.name)))
    }
    var document = Document(known.map { ($0.name, $0.value) })
    let wasDeleted = present[BookkeepingColumn.deleted].map { $0 != .integer(0) } ?? false
    let isDeleted = document[BookkeepingColumn.deleted].map { $0 != .integer(0) } ?? wasDeleted
    let restored = Restored(row: row, columns: names, wasThere: false, isDeleted: isDeleted)
    if known.allSatisfy({ Self.isSame(present.says($0.name), $0.value) }) {
      return .success(Restored(row: row, columns: names, wasThere: true, isDeleted: isDeleted))
    }
    if let refusal = try obstacle(to: present.overlaid(with: document), of: row, changing: names, shape) {
      return .failure(refusal)
    }
    let client = try editingClient(of: present)
    document[BookkeepingColumn.version] = .integer((present[BookkeepingColumn.version]?.integer ?? 0) + 1)
    document[BookkeepingColumn.clientID] = .text(client)
    document[BookkeepingColumn.lastModified] = .text(now.description)
    let placement = try placeIndexed(row, document, serverTimestamp: "", from: nil)
    switch placement {
    case .written: try unstored.forget(row, columns: names)  // the edit replaces the hub's value
    case .unchanged, .held: preconditionFailure("an edit makes another row, and nobody holds it")
    case .keyTaken:
      return .failure(.refusedByLibrary(row, reason: "another row has a value that must be unique"))
    case .parentMissing:
      return .failure(.refusedByLibrary(row, reason: "a row that it belongs to is missing"))
    case .refused(let reason): return .failure(.refusedByLibrary(row, reason: reason))
    }
    guard let whole = try currentDocument(row, layout: layout) else { return .failure(.rowGone(row)) }
    try append(
      row, isDeleted && !wasDeleted ? .delete : .update, timestamp: now.description, clientID: client,
      version: whole[BookkeepingColumn.version]?.integer ?? 1, whole, base: nil)
    return .success(restored)
  }

  /// Links two rows, or unlinks them.
  func edit(link row: RowName, stands: Bool) throws -> Result<Restored, RecordRefusal> {
    guard let shape = catalogue[row.entity], shape.kind == .link, shape.parents.count == 2,
      let ends = EntityCatalogue.linkParts(of: row.uuid)
    else { return .failure(.unknownEntity(row.entity)) }
    var document: Document = [BookkeepingColumn.linked: .integer(stands ? 1 : 0)]
    for (parent, uuid) in zip(shape.parents, [ends.first, ends.second]) {
      let end = RowName(parent.entity, uuid)
      guard try writer.localID(end.entity, end.uuid) != nil else {
        return .failure(.parentGone(row, parent: end))
      }
      document[parent.wireName] = .text(uuid)
    }
    var restored = Restored(row: row, columns: [BookkeepingColumn.linked], wasThere: false, isDeleted: false)
    switch try writer.place(row, document, serverTimestamp: "", from: nil) {
    case .written: break
    case .unchanged:
      restored.wasThere = true
      return .success(restored)
    case .keyTaken, .parentMissing, .held:
      return .failure(.refusedByLibrary(row, reason: "it cannot be linked"))
    case .refused(let reason): return .failure(.refusedByLibrary(row, reason: reason))
    }
    document[BookkeepingColumn.linked] = nil
    try append(
      row, stands ? .link : .unlink, timestamp: now.description, clientID: applicationClient(), version: 1,
      document, base: nil)
    return .success(restored)
  }

  /// Returns the client id for an edit: the one of the newest log entry. If the log is empty, the one of the
  /// row's last change.
  private func editingClient(of present: Document) throws -> String {
    let isSilent = try !database.hasRow("SELECT 1 FROM sync_log LIMIT 1")
    if isSilent, let client = present[BookkeepingColumn.clientID]?.text, !client.isEmpty { return client }
    return try applicationClient()
  }

  /// Returns why the row cannot become `candidate`: a parent is gone, or another row has one of its keys.
  private func obstacle(
    to candidate: Document, of row: RowName, changing names: [String], _ shape: EntityShape
  ) throws -> RecordRefusal? {
    for parent in shape.parents where names.contains(parent.wireName) {
      let end = RowName(parent.entity, candidate[parent.wireName]?.text ?? "")
      if try writer.localID(end.entity, end.uuid) == nil { return .parentGone(row, parent: end) }
    }
    for index in writer.layout(of: row.entity)?.uniqueIndexes ?? [] {
      guard index.columns.contains(where: { names.contains($0.name) }),
        let value = UniqueIndexValue(index, candidate),
        let holder = try holders(of: value, index, shape, but: row.uuid).first
      else { continue }
      return .keyTaken(row, columns: index.columns.map(\.name), holder: RowName(row.entity, holder))
    }
    return nil
  }

  /// Whether two values are equal. Compares numbers by value, because a column's affinity may have turned 1.0
  /// into 1.
  private static func isSame(_ present: Value, _ wanted: Value) -> Bool {
    switch (present, wanted) {
    case (.integer(let left), .real(let right)), (.real(let right), .integer(let left)):
      Double(left) == right
    default: present == wanted
    }
  }
}

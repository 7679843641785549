import SyncCore

extension LibraryTransaction {
  /// What to do if the hub answers that a row is another one under a second name.
  enum RowMergeDecision {
    /// They are one thing: merge the rows.
    case fold
    /// Both rows are here and differ: they are two things, and this one needs a name of its own.
    case separate
    /// They are one thing, but the brake allows the merge only after a person has accepted it.
    case wait
    /// The hub merges by a key that this library does not have, because the hub is older than its `keys`
    /// feature.
    case refuse
  }

  /// Decides whether a row may become another, as the hub's answer says. They are one thing as long as a
  /// unique key of this library has room for only one of them. Then a conflict record keeps the values that
  /// differ (`keepFolded`).
  func decideFold(
    _ row: RowName, into canonical: RowName, _ change: PushedChange, _ answer: Answer, _ batch: PushBatch
  ) throws -> RowMergeDecision {
    guard let layout = writer.layout(of: row.entity), var mine = try currentDocument(row, layout: layout)
    else {
      return .fold
    }
    // A restored hub may have chosen the other name as canonical.
    let isKnownAlias = aliases.canonical(canonical) == row
    guard let answered = answer.document else {
      // Without a document nobody can tell whether they are one thing. Then the row may only be renamed, not
      // deleted.
      return try isKnownAlias || writer.localID(row.entity, canonical.uuid) == nil ? .fold : .separate
    }
    if try notes.hasUnappliedAnswer(row) { putBackKeys(&mine, layout, change) }
    let document = aliases.canonical(answered, of: layout.shape)
    if layout.sharesKey(mine, document) { return .fold }
    if !batch.sendsCurrentRows, try hasLostKey(layout) { return .refuse }
    // Only this row is here: it takes the hub's name, and its present values are its next change. No row is
    // deleted, and the local history has the texts that the hub's document replaces.
    guard let theirs = try currentDocument(canonical, layout: layout) else { return .fold }
    let displaced = mine.columns.filter { $0.value.text?.hasPrefix(Self.displacedPrefix) ?? false }.map(
      \.name)
    // If two things have one number, the hub merges those that differ in the number alone.
    let numbers = layout.shape.naturalKeys.filter { $0.numberColumn != nil }.flatMap(\.columns)
    let leftOut = BookkeepingColumn.nothingTyped + layout.shape.incidentalColumns + displaced + numbers
    // A hub merges by a key that the sent row shares with its own row. Any other reason is not accepted.
    let sent = mine.overlaid(with: aliases.canonical(change.entry.payload, of: layout.shape))
    guard
      isKnownAlias || layout.sharesKey(sent, document)
        || !numbers.isEmpty && sent.holdsTheSame(as: document, besides: leftOut)
    else { return .separate }
    return mine.holdsTheSame(as: theirs, besides: leftOut) ? .fold : .separate
  }

  /// Undoes in `document` what `displace` did to the row: restores the keys with which it was pushed.
  private func putBackKeys(_ document: inout Document, _ layout: TableLayout, _ change: PushedChange) {
    for column in layout.uniqueIndexes.flatMap(\.columns)
    where layout.shape.parent(wireName: column.name) == nil {
      if let pushed = change.entry.payload[column.name] { document[column.name] = pushed }
    }
  }

  /// Keeps, as a conflict record, the values of the row to be deleted that the hub's row does not have.
  ///
  /// - Returns: whether there is a new record.
  func keepFolded(_ row: RowName, into canonical: RowName, _ answer: Answer) throws -> Bool {
    guard let layout = writer.layout(of: row.entity), let mine = try currentDocument(row, layout: layout),
      let document = answer.document
    else { return false }
    let hubs = aliases.canonical(document, of: layout.shape)
    let leftOut = BookkeepingColumn.nothingTyped + layout.shape.incidentalColumns
    let different = mine.without(leftOut).columns.filter {
      !$0.value.isNull && !$0.value.isSame(as: hubs.says($0.name))
        && !($0.value.text?.hasPrefix(Self.displacedPrefix) ?? false)
    }
    return try conflicts.add(
      canonical, losing: mine.only(different.map(\.name)), document: hubs, change: nil, position: answer.at,
      winner: hubs[BookkeepingColumn.clientID]?.text, decided: answer.serverTimestamp)
  }

  /// Whether the library lacks a key by which an older hub merges rows of the entity.
  private func hasLostKey(_ layout: TableLayout) throws -> Bool {
    let keys = LibraryKeys.declared([layout.shape.name: layout.uniqueIndexes.compactMap(\.key)])
    return !Set(LibraryKeys.assumed.indices(in: layout.shape)).isSubset(of: keys.indices(in: layout.shape))
  }

  /// Gives a row a new name, and queues it whole, with its children and links, as a row of its own.
  ///
  /// - Returns: false if the row has already got a new name before: then a person must decide.
  func separate(_ row: RowName, sentAs sent: RowName) throws -> Bool {
    let isSecond = try database.hasRow(
      "SELECT 1 FROM mediasync_separated WHERE entity = ? AND uuid = ?", .text(row.entity), .text(row.uuid))
    guard !isSecond, let id = try writer.localID(row.entity, row.uuid) else { return false }
    let fresh = RowName(row.entity, makeUUID())
    separated[sent] = fresh
    try database.run(
      "UPDATE \(quoted(row.entity)) SET uuid = ? WHERE id = ?", .text(fresh.uuid), .integer(id))
    try database.run("INSERT INTO mediasync_separated VALUES (?, ?)", .text(fresh.entity), .text(fresh.uuid))
    try aliases.add(row, canonical: fresh.uuid, database)
    try notes.forget(row)
    try notes.clearUnapplied(row)
    try parked.release(row)
    try unstored.forget(row, columns: try unstored.values(of: row).map(\.column))
    try renameLinks(of: row)
    try requeue(fresh, base: .start)
    for (child, parent) in catalogue.children(of: row.entity) {
      for name in try names(of: child, hangingOn: id, by: parent) { try requeue(name, base: .start) }
    }
    return true
  }

  private func names(of child: EntityShape, hangingOn id: Int64, by parent: EntityShape.Parent) throws
    -> [RowName]
  {
    let source =
      child.kind == .row
      ? "SELECT uuid FROM \(quoted(child.name)) WHERE \(quoted(parent.column)) = ?"
      : """
      SELECT p0.uuid || '_' || p1.uuid FROM \(quoted(child.name)) l
      JOIN \(quoted(child.parents[0].entity)) p0 ON p0.id = l.\(quoted(child.parents[0].column))
      JOIN \(quoted(child.parents[1].entity)) p1 ON p1.id = l.\(quoted(child.parents[1].column))
      WHERE l.\(quoted(parent.column)) = ?
      """
    let statement = try database.prepared(source)
    statement.bind(1, id)
    var names: [RowName] = []
    while try statement.step() { names.append(RowName(child.name, statement.text(0))) }
    return names
  }

  /// Merges a row into the one that the hub knows it as (docs/protocol.md §3, rule 6). If only this row is
  /// here, it is renamed. If both are here, its children and links are re-pointed to the other, and it is
  /// deleted. Only an answer does this.
  ///
  /// - Parameter keepsOwn: whether, if both are here, this row stays and the other is deleted, because this
  ///   one has unacknowledged changes.
  func fold(_ row: RowName, into canonical: String, keepsOwn: Bool = false) throws {
    // The log does not bring back, after the row's create, what this device sent for a row that it already
    // had under that name.
    let wasHere = aliases.hasOtherNames(RowName(row.entity, canonical))
    try aliases.add(row, canonical: canonical, database)
    guard let shape = catalogue[row.entity], shape.kind == .row else { return }
    let table = quoted(row.entity)
    var isKept = keepsOwn
    if let own = try writer.localID(row.entity, row.uuid) {
      if let other = try writer.localID(row.entity, canonical) {
        for (child, parent) in catalogue.children(of: row.entity) {
          try repoint(child, parent, from: own, to: other)
        }
        try repointChildren(of: row.entity, from: own, to: other)
        let (goes, stays) = keepsOwn ? (other, own) : (own, other)
        try moveBLOBs(of: keepsOwn ? RowName(row.entity, canonical) : row, from: goes, to: stays)
        try database.run("DELETE FROM \(table) WHERE id = ?", .integer(goes))
        if keepsOwn {
          try database.run(
            "UPDATE \(table) SET id = ?, uuid = ? WHERE id = ?", .integer(other), .text(canonical),
            .integer(own))
        }
      } else {
        try database.run("UPDATE \(table) SET uuid = ? WHERE id = ?", .text(canonical), .integer(own))
        isKept = true
        let renamed = RowName(row.entity, canonical)
        try noteHeld(renamed)
        try noteIncomplete(renamed, endsWithCreate: !wasHere)
      }
    } else {
      try noteIncomplete(RowName(row.entity, canonical), endsWithCreate: false)
    }
    try unstored.rename(row, to: canonical)
    try notes.forget(row)
    if isKept {
      try noteOldName(row, of: RowName(row.entity, canonical))
      try forgetAnswered(of: RowName(row.entity, canonical))
    }
    try notes.clearUnapplied(row)
    try parked.release(row)
    try renameLinks(of: row)
  }

  /// Moves the BLOBs of the row to be deleted into the row that stays, where that is NULL. A conflict record
  /// is JSON and cannot hold them.
  private func moveBLOBs(of row: RowName, from goes: Int64, to stays: Int64) throws {
    guard let layout = writer.layout(of: row.entity),
      let blobs = try LocalRow.read(row, layout, database)?.blobs
    else { return }
    let table = quoted(row.entity)
    for name in blobs.sorted() {
      let column = quoted(name)
      try database.run(
        "UPDATE \(table) SET \(column) = (SELECT \(column) FROM \(table) WHERE id = ?1) WHERE id = ?2 AND \(column) IS NULL",
        .integer(goes), .integer(stays))
    }
  }

  /// Notes that the row was edited under another name, from an empty base (rule 6). Its changes are sent
  /// under that name until they are acknowledged.
  private func noteOldName(_ old: RowName, of row: RowName) throws {
    try forgetOldName(of: row)
    try notes.note(old, at: .start)
  }

  /// The name under which a row was edited, if it has changes that must be sent under that name.
  func oldName(of row: RowName) throws -> RowName? {
    guard notes.mayHoldAny else { return nil }
    return try aliases.namesInLog(of: row).dropFirst().map { RowName(row.entity, $0) }.first {
      try notes.position(of: $0) != nil
    }
  }

  /// Forgets a row's old names. Call it once the row is as the hub has it.
  func forgetOldName(of row: RowName) throws {
    guard notes.mayHoldAny else { return }
    for name in aliases.namesInLog(of: row).dropFirst() { try notes.forget(RowName(row.entity, name)) }
  }

  private func repoint(_ child: EntityShape, _ parent: EntityShape.Parent, from old: Int64, to new: Int64)
    throws
  {
    let (table, column) = (quoted(child.name), quoted(parent.column))
    try database.run(
      "UPDATE OR IGNORE \(table) SET \(column) = ?2 WHERE \(column) = ?1", .integer(old), .integer(new))
    guard child.kind == .row else {
      try database.run("DELETE FROM \(table) WHERE \(column) = ?", .integer(old))
      return
    }
    // The remaining children have a natural key that a child of the other row has. They are unacknowledged,
    // because their parent was never in the hub's log under the old name. They get temporary keys until the
    // hub answers.
    for uuid in try database.texts("SELECT uuid FROM \(table) WHERE \(column) = ?", .integer(old)) {
      try displace(child, uuid)
      try database.run("UPDATE \(table) SET \(column) = ? WHERE uuid = ?", .integer(new), .text(uuid))
      try notes.markUnapplied(RowName(child.name, uuid))
    }
  }

  /// The prefix of a temporary text in a unique key.
  static var displacedPrefix: String { "mediasync-displaced-" }

  /// Gives a row temporary values in its table's unique indexes that collide with nothing, until its document
  /// is written.
  func displace(_ shape: EntityShape, _ uuid: String) throws {
    let table = quoted(shape.name)
    for index in writer.layout(of: shape.name)?.uniqueIndexes ?? [] {
      guard
        let column = index.columns.last(where: { shape.parent(wireName: $0.name) == nil })?.tableColumn
      else { continue }
      let value = try database.firstValue(
        "SELECT \(quoted(column)) FROM \(table) WHERE uuid = ?", .text(uuid))
      switch value {
      case .integer?:
        // Uses a number below the lowest one, but not near the lower end of 64 bits.
        let lowest = try database.firstValue("SELECT min(0, min(\(quoted(column)))) FROM \(table)")?.integer
        let free: Value =
          lowest.map { $0 > -(1 << 62) ? .integer($0 - 1) : .text(Self.displacedPrefix + uuid) }
          ?? .text(Self.displacedPrefix + uuid)
        try database.run(
          "UPDATE \(table) SET \(quoted(column)) = ?1 WHERE uuid = ?2", free, .text(uuid))
      case .text?, .real?:
        try database.run(
          "UPDATE \(table) SET \(quoted(column)) = ?1 WHERE uuid = ?2", .text(Self.displacedPrefix + uuid),
          .text(uuid))
      case .null?, nil: break
      }
    }
  }

  /// Renames the notes and parked documents of the row's links. If two notes meet, the earlier position
  /// stays; of two parked documents, the later one.
  private func renameLinks(of row: RowName) throws {
    let links = catalogue.children(of: row.entity).filter { $0.shape.kind == .link }
    for (shape, _) in links {
      let statement = try database.prepared(
        "SELECT uuid, position FROM mediasync_notes WHERE entity = ? AND instr(uuid, ?) > 0")
      statement.bind(1, shape.name)
      statement.bind(2, row.uuid)
      var noted: [(RowName, Position)] = []
      while try statement.step() {
        noted.append((RowName(shape.name, statement.text(0)), Position(statement.integer(1))))
      }
      for (link, position) in noted {
        let renamed = aliases.canonical(link)
        guard renamed != link else { continue }
        try notes.forget(link)
        let known = try notes.position(of: renamed)
        try notes.note(renamed, at: min(known ?? position, position))
      }
      for document in try parked.all() where document.row.entity == shape.name {
        let renamed = aliases.canonical(document.row)
        guard renamed != document.row else { continue }
        try parked.release(document.row)
        var moved = document
        moved.row = renamed
        if try parked.position(of: renamed) ?? .start < document.position { try parked.park(moved) }
      }
    }
  }
}

extension TableLayout {
  /// Whether the documents have the same values in a unique index, so that only one of them can be in the
  /// table.
  fileprivate func sharesKey(_ one: Document, _ other: Document) -> Bool {
    uniqueIndexes.contains { index in
      guard let value = UniqueIndexValue(index, one) else { return false }
      return value == UniqueIndexValue(index, other)
    }
  }
}

import SyncCore

extension LibraryTransaction {
  /// What to do about the hub's word that a row is another under a second name.
  enum RowMergeDecision {
    /// They are one.
    case fold
    /// Both are here and say different things: they are two, and this one needs a name of its own.
    case separate
    /// They are one, and this device's row would be one too many to go without a person's word.
    case wait
    /// The hub folds by a key that this library does not have, since it is older than its `keys` feature.
    case refuse
  }

  /// Whether a row may become another, as the hub says. They are one as long as a unique key of this library has room for
  /// one of them only: then what differs is kept as a conflict record (`keepFolded`).
  func decideFold(
    _ row: RowName, into canonical: RowName, _ change: PushedChange, _ answer: Answer, _ batch: PushBatch
  ) throws -> RowMergeDecision {
    guard let layout = writer.layout(of: row.entity), var mine = try currentDocument(row, layout: layout)
    else {
      return .fold
    }
    // A hub that was restored may name the two the other way round.
    let isKnownAlias = aliases.canonical(canonical) == row
    guard let answered = answer.document else {
      // Nobody can say whether they are one: a name alone may change, and no row goes for it.
      return try isKnownAlias || writer.localID(row.entity, canonical.uuid) == nil ? .fold : .separate
    }
    if try notes.hasUnappliedAnswer(row) { putBackKeys(&mine, layout, change) }
    let document = aliases.canonical(answered, of: layout.shape)
    if layout.sharesKey(mine, document) { return .fold }
    if !batch.sendsCurrentRows, try hasLostKey(layout) { return .refuse }
    // Only this row is here: it takes the hub's name, and what it says by now is its next change. No row goes, and the texts
    // that the hub's document replaces are in the local history.
    guard let theirs = try currentDocument(canonical, layout: layout) else { return .fold }
    let displaced = mine.columns.filter { $0.value.text?.hasPrefix(Self.displacedPrefix) ?? false }.map(
      \.name)
    // Of two things under one number the hub takes those for one that differ in the number alone.
    let numbers = layout.shape.naturalKeys.filter { $0.numberColumn != nil }.flatMap(\.columns)
    let leftOut = BookkeepingColumn.nothingTyped + layout.shape.incidentalColumns + displaced + numbers
    // A hub folds by a key that what was sent has in common with its row. Another word of it is not taken.
    let sent = mine.overlaid(with: aliases.canonical(change.entry.payload, of: layout.shape))
    guard
      isKnownAlias || layout.sharesKey(sent, document)
        || !numbers.isEmpty && sent.holdsTheSame(as: document, besides: leftOut)
    else { return .separate }
    return mine.holdsTheSame(as: theirs, besides: leftOut) ? .fold : .separate
  }

  /// Undoes in `document` what `displace` did to the row: it shows the keys that it was pushed with.
  private func putBackKeys(_ document: inout Document, _ layout: TableLayout, _ change: PushedChange) {
    for column in layout.uniqueIndexes.flatMap(\.columns)
    where layout.shape.parent(wireName: column.name) == nil {
      if let pushed = change.entry.payload[column.name] { document[column.name] = pushed }
    }
  }

  /// Keeps what the row that a fold deletes says, and the hub's row does not.
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

  /// Whether the library lacks a key by which an older hub folds rows of the entity.
  private func hasLostKey(_ layout: TableLayout) throws -> Bool {
    let keys = LibraryKeys.declared([layout.shape.name: layout.uniqueIndexes.compactMap(\.key)])
    return !Set(LibraryKeys.assumed.indices(in: layout.shape)).isSubset(of: keys.indices(in: layout.shape))
  }

  /// Gives a row a new name, and queues it whole, with its children and links, as a row of its own.
  ///
  /// - Returns: false if the row got a new name before: then a person must look at it.
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

  /// The hub knows this row under another name: rename it, or, where both are here, hang its children and links on
  /// the other and let it go (protocol.md §3, rule 6). Only an answer does this.
  ///
  /// - Parameter keepsOwn: whether this row stays if both are here, because changes of it still wait.
  func fold(_ row: RowName, into canonical: String, keepsOwn: Bool = false) throws {
    // What this device sent of a row that it had under that name does not come back behind the row's create.
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

  /// The bytes of a row that goes stand in the one that stays from now on, if it has nothing in their column: a conflict
  /// record, which is JSON, cannot hold them.
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

  /// The row was edited under another name, from an empty base (rule 6); its changes are told under that name until
  /// they are answered.
  private func noteOldName(_ old: RowName, of row: RowName) throws {
    try forgetOldName(of: row)
    try notes.note(old, at: .start)
  }

  /// The name under which a row was edited, if it has changes that wait to be told under that.
  func oldName(of row: RowName) throws -> RowName? {
    guard notes.mayHoldAny else { return nil }
    return try aliases.namesInLog(of: row).dropFirst().map { RowName(row.entity, $0) }.first {
      try notes.position(of: $0) != nil
    }
  }

  /// The row is what the hub says.
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
    // What is left has a natural key that a child of the other row shows. It is still to be answered, because
    // its parent was never in the log under the old name: it steps aside until the hub says what it is.
    for uuid in try database.texts("SELECT uuid FROM \(table) WHERE \(column) = ?", .integer(old)) {
      try displace(child, uuid)
      try database.run("UPDATE \(table) SET \(column) = ? WHERE uuid = ?", .integer(new), .text(uuid))
      try notes.markUnapplied(RowName(child.name, uuid))
    }
  }

  /// What a text of a row that stepped aside begins with.
  static var displacedPrefix: String { "mediasync-displaced-" }

  /// Gives a row values in its table's unique indexes that collide with nothing, until its document is written.
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
        // Far from the end of 64 bits: below the lowest number there is none.
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

  /// What was noted of links under the folded row's name is noted under the new one; the earlier position stays.
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
  /// Whether a unique index has room for one of two documents only.
  fileprivate func sharesKey(_ one: Document, _ other: Document) -> Bool {
    uniqueIndexes.contains { index in
      guard let value = UniqueIndexValue(index, one) else { return false }
      return value == UniqueIndexValue(index, other)
    }
  }
}

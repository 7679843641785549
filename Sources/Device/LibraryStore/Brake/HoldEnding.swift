import SyncCore

/// What a person says about changes that are held (docs/decisions/0028).
extension Library {
  /// What is held; `nil` where nothing is.
  package func heldChanges() throws(StoreError) -> HeldChanges? {
    try read { database in
      guard let hold = try StoredHold.read(database) else { return nil }
      let rows = try StoredHold.rows(database)
      let titles = RowTitles(database: database, catalogue: self.catalogue)
      return try HeldChanges(hold, rows, from: SyncState.pulledCursor(database), self.catalogue) {
        try titles.title(of: $0)
      }
    }
  }

  /// Lets the library take in what is held, up to a position; up to where it was counted where none is named.
  package func acceptHeld(through: Position?) throws(StoreError) -> Result<HoldEnded, RecordRefusal> {
    try write { try $0.acceptHeld(through: through) }
  }

  /// Keeps what is held out of the library, up to a position: its rows are queued whole, as later edits.
  package func refuseHeld(through: Position?) throws(StoreError) -> Result<HoldEnded, RecordRefusal> {
    try write { try $0.refuseHeld(through: through) }
  }
}

extension HeldChanges {
  /// Rows that are named one by one.
  fileprivate static let samplesMax = 20

  fileprivate init(
    _ hold: Hold, _ rows: [StoredHold.Row], from: Position, _ catalogue: EntityCatalogue,
    title: (RowName) throws -> String?
  ) rethrows {
    let counted = rows.filter(\.counts)
    let ofEntity = Dictionary(grouping: counted, by: \.row.entity)
    let ofClient = Dictionary(grouping: counted, by: \.source.client)
    self.init(
      since: hold.since, from: from, through: hold.reach(of: rows),
      counts: catalogue.shapes.compactMap { shape in
        ofEntity[shape.name].map { rows in
          Count(entity: shape.name, rows: Dictionary(grouping: rows, by: \.removal).mapValues(\.count))
        }
      },
      clients: ofClient.map { Client(name: $0, rows: $1.count) }.sorted {
        ($1.rows, $0.name ?? "") < ($0.rows, $1.name ?? "")
      },
      samples: try counted.prefix(Self.samplesMax).map {
        Sample(row: $0.row, title: try title($0.row), removal: $0.removal)
      })
  }
}

extension Hold {
  /// Up to where what is held was counted: the log, and documents that came otherwise.
  fileprivate func reach(of rows: [StoredHold.Row]) -> Position {
    max(read, rows.compactMap(\.source.position).max() ?? .start)
  }
}

extension LibraryTransaction {
  /// The rows that a person's word is about, and up to where it counts.
  func held(
    through: Position?
  ) throws -> Result<(rows: [StoredHold.Row], through: Position), RecordRefusal> {
    guard let hold = try StoredHold.read(database) else { return .failure(.nothingHeld) }
    let rows = try StoredHold.rows(database)
    let reach = hold.reach(of: rows)
    let through = through ?? reach
    guard through <= reach, through >= (try SyncState.pulledCursor(database)) else {
      return .failure(.notCounted(through, reach: reach))
    }
    return .success((rows.filter { $0.source.position.map { $0 <= through } ?? true }, through))
  }

  func acceptHeld(through asked: Position?) throws -> Result<HoldEnded, RecordRefusal> {
    let (rows, through): ([StoredHold.Row], Position)
    switch try held(through: asked) {
    case .failure(let refusal): return .failure(refusal)
    case .success(let held): (rows, through) = held
    }
    for held in rows {
      try database.run(
        "UPDATE mediasync_held SET accepted = ?3 WHERE entity = ?1 AND uuid = ?2", .text(held.row.entity),
        .text(held.row.uuid), .integer(now.milliseconds))
    }
    try endHold()
    if try through > SyncState.pulledCursor(database) {
      try SyncState.acceptedThrough.write(.integer(through.rawValue), database)
      acceptedThrough = .success(through)
    }
    var queued = 0
    var index = FullTextIndex(database, catalogue: catalogue)
    let forgotten = rows.filter { $0.source.position == nil && $0.removal == .deleted }
    for held in forgotten { index.include(held.row) }
    try index.remove()
    for held in forgotten { _ = try forget(held.row, isAnotherPast: false) }
    try index.add()
    // Only an answer folds: the hub is asked once more.
    for held in rows where held.removal == .folded {
      if try !isPending(held.row), try requeue(held.row) { queued += 1 }
    }
    try unpark()
    return .success(
      HoldEnded(isAccepted: true, through: through, rows: rows.count(where: \.counts), queued: queued))
  }

  /// Lets go of what is held: the hub's word is about to be taken in some other way.
  func releaseHold() throws {
    guard try !SyncState.heldSince.read(database).isNull else { return }
    let rows = try StoredHold.rows(database)
    try endHold()
    for document in try parked.all() where document.reason == .held { try parked.release(document.row) }
    for held in rows where held.removal == .folded {
      if try !isPending(held.row) { try requeue(held.row) }
    }
  }

  func endHold() throws {
    try StoredHold.end(database)
    try database.run(
      "DELETE FROM mediasync_held WHERE accepted IS NULL OR accepted <= ?",
      .integer(windowStart.milliseconds))
    isHolding = holdsAnyway
  }
}

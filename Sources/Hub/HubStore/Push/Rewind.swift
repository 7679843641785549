import GRDB
import Hashing
import SyncCore
import SyncWire

/// Undoes what one device did since a given time. The undo consists of new changes, built from the hub's
/// history, so every device that applied the originals also applies the undo (docs/decisions/0028).
extension HubLibrary {
  /// What an undo did, or would do.
  package struct RewindReport: Hashable, Sendable {
    /// Rows restored to their earlier values, by entity.
    package var restored: [String: Int] = [:]
    /// Rows deleted because the device had created them and nobody else has written them since, by entity.
    package var removed: [String: Int] = [:]
    /// Columns that stay because others have changed them since.
    package var overwritten = 0
    /// Rows that stay because the hub no longer has their earlier values.
    package var unknown = 0
    /// Rows that could not be undone completely because another row now has their natural key.
    package var refused = 0
    /// Starts with nothing undone.
    package init() {}

    /// How many rows change.
    package var total: Int { restored.values.reduce(0, +) + removed.values.reduce(0, +) }
  }

  /// The device id of the undo, in the log and among the devices.
  package static let rewinder = DeviceID(rawValue: "rewind")

  /// Rows that are read and changed at a time.
  private static let rewindStep = 200

  /// Undoes what a device did.
  ///
  /// - Parameters:
  ///   - device: whose changes, in all its incarnations.
  ///   - since: the hub undoes the changes that it accepted at this time or later, by its own clock.
  ///   - isDryRun: true to count only.
  ///   - now: the hub's clock.
  package func rewind(
    _ device: DeviceID, since: Instant, isDryRun: Bool, now: Instant
  ) throws(HubStoreError) -> RewindReport {
    var report = RewindReport()
    let rows = try reading { db in try Rewind.rows(of: device, since: since, judge.catalogue, db) }
    let life = Incarnation(rawValue: Digest.randomUUID())
    var changeID: Int64 = 0
    for start in stride(from: 0, to: rows.count, by: Self.rewindStep) {
      let ids = rows[start..<min(start + Self.rewindStep, rows.count)]
      let (plans, head) = try reading { db in
        (
          try ids.compactMap { try Rewind.plan(row: $0, device, since: since, judge.catalogue, db) },
          try LogRange.head(db).position
        )
      }
      var changes: [PushedChange] = []
      for plan in plans {
        report.overwritten += plan.overwritten
        if plan.isUnknown { report.unknown += 1 }
        guard let undoing = plan.undoing else { continue }
        switch undoing.kind {
        case .restore: report.restored[plan.row.entity, default: 0] += 1
        case .remove: report.removed[plan.row.entity, default: 0] += 1
        }
        changeID += 1
        changes.append(plan.change(undoing, id: changeID, now: now))
      }
      guard !isDryRun, !changes.isEmpty else { continue }
      let request = SendRequest(
        clientID: Self.rewinder.rawValue, lastProcessed: head,
        device: SendRequest.Device(id: Self.rewinder, incarnation: life, sentAt: now.description),
        changes: changes)
      let answers = try send(request, now: now).results ?? []
      report.refused += answers.count { $0.outcome == .rejected || $0.lost?.isEmpty == false }
    }
    // The hub must not keep history for this device: it never pulls.
    if !isDryRun, report.total > 0 { _ = try forget(Self.rewinder) }
    return report
  }
}

/// What one device did to one row, and how to undo it.
struct Rewind {
  /// The undo of one row.
  struct UndoAction {
    enum Kind { case restore, remove }
    var kind: Kind
    /// The columns to change, with their new values.
    var columns: Document
  }

  var row: RowName
  /// The row's current position.
  var position: Position
  var shape: EntityShape
  var undoing: UndoAction?
  var overwritten = 0
  /// Whether the hub no longer has what the row said before.
  var isUnknown = false

  /// The rows that the device has written since, parents first.
  static func rows(
    of device: DeviceID, since: Instant, _ catalogue: EntityCatalogue, _ db: Database
  ) throws -> [Int64] {
    let found = try Row.fetchAll(
      db,
      sql: """
        SELECT DISTINCT "rows".id, "rows".entity FROM log
        JOIN senders ON senders.id = log.sender JOIN "rows" ON "rows".id = log."row"
        WHERE senders.device = ? AND log.server_timestamp >= ? ORDER BY "rows".id
        """, arguments: [device.rawValue, since.description])
    return found.map {
      (id: $0[0] as Int64, place: catalogue.places[$0[1] as String] ?? catalogue.places.count)
    }
    .sorted { ($0.place, $0.id) < ($1.place, $1.id) }.map(\.id)
  }

  /// The undo plan of a row; `nil` if the hub has no such row.
  static func plan(
    row id: Int64, _ device: DeviceID, since: Instant, _ catalogue: EntityCatalogue, _ db: Database
  ) throws -> Rewind? {
    guard
      let known = try Row.fetchOne(
        db, sql: "SELECT entity, uuid, position FROM \"rows\" WHERE id = ?", arguments: [id]),
      let shape = catalogue[known[0] as String]
    else { return nil }
    var plan = Rewind(
      row: RowName(known[0], known[1]), position: Position(known[2] as Int64), shape: shape)
    let entries = try Row.fetchCursor(
      db,
      sql: """
        SELECT senders.device = ?1 AND log.server_timestamp >= ?2, log.operation, log.document
        FROM log JOIN senders ON senders.id = log.sender WHERE log."row" = ?3 ORDER BY log.position
        """, arguments: [device.rawValue, since.description, id])
    var history = History(shape)
    while let entry = try entries.next() {
      try history.append(
        Document(jsonText: entry[2]), isUndone: entry[0],
        isMaking: ["create", "link"].contains(entry[1] as String))
    }
    (plan.undoing, plan.overwritten, plan.isUnknown) = history.undoing
    return plan
  }

  /// The undo as a change. Its base is the row's current position, so it competes with concurrent writes.
  func change(_ undoing: UndoAction, id: Int64, now: Instant) -> PushedChange {
    var payload = undoing.columns
    let operation: SyncCore.Operation
    switch shape.kind {
    case .row:
      payload[BookkeepingColumn.uuid] = .text(row.uuid)
      payload[BookkeepingColumn.clientID] = .text(HubLibrary.rewinder.rawValue)
      operation = payload[BookkeepingColumn.deleted] == .integer(1) ? .delete : .update
    case .link:
      if let ends = EntityCatalogue.linkParts(of: row.uuid), shape.parents.count == 2 {
        payload[shape.parents[0].wireName] = .text(ends.first)
        payload[shape.parents[1].wireName] = .text(ends.second)
      }
      operation = payload[BookkeepingColumn.linked] == .integer(0) ? .unlink : .link
    }
    return PushedChange(
      entry: Entry(
        changeID: id, row: row, operation: operation, timestamp: now.description,
        clientID: HubLibrary.rewinder.rawValue, version: 1, payload: payload), base: position, whole: false)
  }

  /// A row's states in log order, and who last changed each column.
  private struct History {
    private let shape: EntityShape
    private var last: Document?
    /// The earlier values of those columns that only the device has changed since.
    private var before = Document()
    private var overwrittenColumns: Set<String> = []
    /// Whether the device created the row and nobody else has written it.
    private var isOnlyTheDevices = false
    private var isUnknown = false

    init(_ shape: EntityShape) { self.shape = shape }

    mutating func append(_ document: Document, isUndone: Bool, isMaking: Bool) {
      let state = document.without(BookkeepingColumn.nothingTyped)
      defer { last = state }
      guard let last else {
        isOnlyTheDevices = isUndone && isMaking
        isUnknown = isUndone && !isMaking
        return
      }
      if !isUndone { isOnlyTheDevices = false }
      let names = Set(state.columns.map(\.name)).union(last.columns.map(\.name))
      for name in names where !state.says(name).isSame(as: last.says(name)) {
        if isUndone {
          if before[name] == nil { before[name] = last.says(name) }
          overwrittenColumns.remove(name)
        } else if before[name] != nil {
          before[name] = nil
          overwrittenColumns.insert(name)
        }
      }
    }

    var undoing: (UndoAction?, overwritten: Int, isUnknown: Bool) {
      guard let last, !isUnknown else { return (nil, 0, isUnknown) }
      if isOnlyTheDevices {
        let isGone = shape.isDeleted(last)
        let column = shape.kind == .row ? BookkeepingColumn.deleted : BookkeepingColumn.linked
        let value = Value.integer(shape.kind == .row ? 1 : 0)
        return (isGone ? nil : UndoAction(kind: .remove, columns: [column: value]), 0, false)
      }
      let columns = before.columns.filter { !$0.value.isSame(as: last.says($0.name)) }
      return (
        columns.isEmpty ? nil : UndoAction(kind: .restore, columns: before.only(columns.map(\.name))),
        overwrittenColumns.count, false
      )
    }
  }
}

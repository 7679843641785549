import GRDB
import Hashing
import SyncCore
import SyncWire

/// Undoing what one device did since a time, as new changes, from the history that the hub keeps: whoever has taken what
/// it did takes the undoing like any other change (docs/decisions/0028).
extension HubLibrary {
  /// What undoing did, or would do.
  package struct RewindReport: Hashable, Sendable {
    /// Rows that say again what they said before, by entity.
    package var restored: [String: Int] = [:]
    /// Rows that the device had made and nobody else has written since, by entity: they are deleted.
    package var removed: [String: Int] = [:]
    /// Columns that others have changed since; they stay.
    package var overwritten = 0
    /// Rows of which the hub no longer keeps what they said before; they stay.
    package var unknown = 0
    /// Rows of which something could not be undone, because another row has their natural key by now.
    package var refused = 0
    /// Nothing undone yet.
    package init() {}

    /// How many rows are changed.
    package var total: Int { restored.values.reduce(0, +) + removed.values.reduce(0, +) }
  }

  /// The name under which the undoing stands in the log, and among the devices.
  package static let rewinder = DeviceID(rawValue: "rewind")

  /// Rows that are read and changed in one transaction.
  private static let rewindStep = 200

  /// Undoes what a device did.
  ///
  /// - Parameters:
  ///   - device: whose changes, in all its lives.
  ///   - since: those that the hub took at this time or later, by its clock.
  ///   - isDryRun: whether it is only counted.
  ///   - now: the hub's clock.
  package func rewind(
    _ device: DeviceID, since: Instant, isDryRun: Bool, now: Instant
  ) throws(HubStoreError) -> RewindReport {
    var report = RewindReport()
    let rows = try reading { db in try Rewinding.rows(of: device, since: since, judge.catalogue, db) }
    let life = Incarnation(rawValue: Digest.randomUUID())
    var changeID: Int64 = 0
    for start in stride(from: 0, to: rows.count, by: Self.rewindStep) {
      let ids = rows[start..<min(start + Self.rewindStep, rows.count)]
      let (plans, head) = try reading { db in
        (
          try ids.compactMap { try Rewinding.plan(row: $0, device, since: since, judge.catalogue, db) },
          try LogEnds.head(db).position
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
    // Nothing is kept for it: it never pulls.
    if !isDryRun, report.total > 0 { _ = try forget(Self.rewinder) }
    return report
  }
}

/// What one device did to one row, and how that is undone.
struct Rewinding {
  /// How.
  struct Undoing {
    enum Kind { case restore, remove }
    var kind: Kind
    /// The columns that change, with what they are to say.
    var columns: Document
  }

  var row: RowName
  /// Where the row stands now.
  var position: Position
  var shape: EntityShape
  var undoing: Undoing?
  var overwritten = 0
  /// What the row said before is no longer kept.
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

  /// What is to be done about a row; `nil` where the hub knows no such row.
  static func plan(
    row id: Int64, _ device: DeviceID, since: Instant, _ catalogue: EntityCatalogue, _ db: Database
  ) throws -> Rewinding? {
    guard
      let known = try Row.fetchOne(
        db, sql: "SELECT entity, uuid, position FROM \"rows\" WHERE id = ?", arguments: [id]),
      let shape = catalogue[known[0] as String]
    else { return nil }
    var plan = Rewinding(
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

  /// The undoing as a change. It stands on the row as it is, so that whoever writes it meanwhile competes with it.
  func change(_ undoing: Undoing, id: Int64, now: Instant) -> PushedChange {
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

  /// A row's states in the order of the log, and who is the last to have changed which column.
  private struct History {
    private let shape: EntityShape
    private var last: Document?
    /// What the columns said that only the device has changed since.
    private var before = Document()
    private var overwrittenColumns: Set<String> = []
    /// The device has made the row, and nobody else has written it.
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

    var undoing: (Undoing?, overwritten: Int, isUnknown: Bool) {
      guard let last, !isUnknown else { return (nil, 0, isUnknown) }
      if isOnlyTheDevices {
        let isGone = shape.isDeleted(last)
        let column = shape.kind == .row ? BookkeepingColumn.deleted : BookkeepingColumn.linked
        let value = Value.integer(shape.kind == .row ? 1 : 0)
        return (isGone ? nil : Undoing(kind: .remove, columns: [column: value]), 0, false)
      }
      let columns = before.columns.filter { !$0.value.isSame(as: last.says($0.name)) }
      return (
        columns.isEmpty ? nil : Undoing(kind: .restore, columns: before.only(columns.map(\.name))),
        overwrittenColumns.count, false
      )
    }
  }
}

import GRDB
import SyncCore
import SyncWire

/// What the hub keeps of a device that asks: how far it has pulled, what it knows to be acknowledged, and when it was
/// there. Retention counts on it (docs/decisions/0013).
package struct Attendance: Hashable, Sendable {
  /// Pulls are written down no oftener than this: reading stays reading.
  static let step = Duration.seconds(60)

  /// The device; a layer-1 client stands as one of its own.
  let device: DeviceID
  /// Its present life.
  let incarnation: Incarnation
  /// The position that it has pulled up to.
  let processed: Position
  /// The highest of its own change ids that it knows to be acknowledged.
  let pushed: ChangeID
  /// The position behind `processed` up to which it reads on without taking anything in; `nil` where it does not.
  let reading: Position?
  /// The hub's clock.
  let now: Instant

  /// The name under which a layer-1 client stands among the devices.
  static func layerOne(_ clientID: String) -> DeviceID { DeviceID(rawValue: layerOnePrefix + clientID) }
  /// What such names begin with.
  static let layerOnePrefix = "client:"
  /// The one life of a layer-1 client.
  static let layerOneLife = Incarnation(rawValue: "layer-1")

  init(of request: GetRequest, now: Instant) {
    device = request.extras?.device ?? Self.layerOne(request.clientID)
    incarnation = request.extras?.incarnation ?? Self.layerOneLife
    processed = request.extras?.held ?? request.since
    reading = request.extras?.held == nil ? nil : request.since
    pushed = request.extras?.pushed ?? .none
    self.now = now
  }

  init(of request: SendRequest, now: Instant) {
    device = request.device?.id ?? Self.layerOne(request.clientID)
    incarnation = request.device?.incarnation ?? Self.layerOneLife
    processed = request.lastProcessed
    reading = nil
    pushed = request.pushed ?? .none
    self.now = now
  }

  init(of request: SnapshotRequest, from head: Position, now: Instant) {
    device = request.device
    incarnation = request.incarnation
    processed = head
    reading = nil
    pushed = .none
    self.now = now
  }

  /// This, unless it was written down a moment ago. A cursor that has gone back is written down at once: retention
  /// must not count on more than the device has.
  func unlessWritten(_ db: Database) throws -> Attendance? {
    let found = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT last_processed, last_seen, reading FROM senders WHERE device = ? AND incarnation = ?"),
      arguments: [device.rawValue, incarnation.rawValue])
    guard let found, processed.rawValue >= found[0], (found[2] as Int64?) == reading?.rawValue,
      let seen = (found[1] as String?).flatMap({ Instant($0) })
    else { return self }
    return now.since(seen) >= Self.step || now < seen ? self : nil
  }

  /// Writes it down; gives the sender's number. A layer-1 client that was declared gone counts again: there is no
  /// snapshot for it to begin with.
  @discardableResult
  func write(_ db: Database) throws -> Int64 {
    let id = try Int64.fetchOne(
      db.cachedStatement(
        sql: """
          INSERT INTO senders (device, incarnation, last_processed, last_seen, pushed, reading)
          VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (device, incarnation) DO UPDATE
          SET last_processed = excluded.last_processed, last_seen = excluded.last_seen,
            pushed = max(pushed, excluded.pushed), reading = excluded.reading, gone = gone AND incarnation <> ?
          RETURNING id
          """),
      arguments: [
        device.rawValue, incarnation.rawValue, processed.rawValue, now.description, pushed.rawValue,
        reading?.rawValue, Self.layerOneLife.rawValue,
      ])
    guard let id else { throw HubStoreError.damaged(detail: "a sender has no number") }
    return id
  }

  /// Whether a later incarnation of the device has come since. What an earlier one sends was held up on the way, or is of
  /// a library from another time.
  static func isFollowed(_ sender: Int64, of device: DeviceID, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT 1 FROM senders WHERE device = ? AND id > ? LIMIT 1"),
      arguments: [device.rawValue, sender]) ?? false
  }

  /// Whether a device was declared gone, and has not begun anew with a snapshot since.
  static func isGone(_ device: DeviceID, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT 1 FROM senders WHERE device = ? AND gone = 1 LIMIT 1"),
      arguments: [device.rawValue]) ?? false
  }
}

extension HubLibrary {
  /// Writes down that a device was there, and with a pull what it has passed.
  package func record(_ attendance: Attendance) throws(HubStoreError) {
    try writing { db in
      try attendance.write(db)
      try UntoldLosses.acknowledge(through: attendance.processed, by: attendance.device, db)
    }
  }
}

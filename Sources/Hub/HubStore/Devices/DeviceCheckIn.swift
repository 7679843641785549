import GRDB
import SyncCore
import SyncWire

/// A device's check-in: how far it has pulled, which of its changes it knows to be acknowledged, and when the
/// hub saw it. Retention depends on it (docs/decisions/0013).
package struct DeviceCheckIn: Hashable, Sendable {
  /// The hub writes a check-in at most this often, so that a pull stays a read.
  static let step = Duration.seconds(60)

  /// The device. A layer-1 client counts as a device of its own.
  let device: DeviceID
  /// The device's current incarnation.
  let incarnation: Incarnation
  /// The position that it has pulled up to.
  let processed: Position
  /// The highest of its own change ids that it knows to be acknowledged.
  let pushed: ChangeID
  /// The position after `processed` up to which it reads on without applying anything; `nil` if it does not.
  let reading: Position?
  /// The hub's clock.
  let now: Instant

  /// The device id that the hub uses for a layer-1 client.
  static func layerOne(_ clientID: String) -> DeviceID { DeviceID(rawValue: layerOnePrefix + clientID) }
  /// The prefix of such ids.
  static let layerOnePrefix = "client:"
  /// The only incarnation of a layer-1 client.
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

  /// Returns this check-in, or `nil` if a similar one was written less than `step` ago. A cursor that has
  /// moved back is due at once: retention must not assume that the device has more than it has.
  func unlessWritten(_ db: Database) throws -> DeviceCheckIn? {
    let found = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT last_processed, last_seen, reading FROM senders WHERE device = ? AND incarnation = ?"),
      arguments: [device.rawValue, incarnation.rawValue])
    guard let found, processed.rawValue >= found[0], (found[2] as Int64?) == reading?.rawValue,
      let seen = (found[1] as String?).flatMap({ Instant($0) })
    else { return self }
    return now.since(seen) >= Self.step || now < seen ? self : nil
  }

  /// Writes the check-in and returns the sender's number. A layer-1 client that was declared gone counts
  /// again at once, because it cannot start from a snapshot.
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

  /// Whether the hub has seen a later incarnation of the device. If so, a request of the earlier one was
  /// delayed, or comes from a restored library.
  static func isFollowed(_ sender: Int64, of device: DeviceID, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT 1 FROM senders WHERE device = ? AND id > ? LIMIT 1"),
      arguments: [device.rawValue, sender]) ?? false
  }

  /// Whether a device was declared gone and has not started a snapshot since.
  static func isGone(_ device: DeviceID, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT 1 FROM senders WHERE device = ? AND gone = 1 LIMIT 1"),
      arguments: [device.rawValue]) ?? false
  }
}

extension HubLibrary {
  /// Writes a check-in. If it acknowledges a pull, the losses up to that position no longer have to be
  /// reported.
  package func record(_ checkIn: DeviceCheckIn) throws(HubStoreError) {
    try writing { db in
      try checkIn.write(db)
      try SnapshotLosses.acknowledge(through: checkIn.processed, by: checkIn.device, db)
    }
  }
}

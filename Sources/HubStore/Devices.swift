import GRDB
import SyncCore

/// The devices of a library as retention sees them.
extension HubLibrary {
  /// One device, in its latest life: an earlier one comes back, if at all, with a copy that is no newer.
  package struct Device: Hashable, Sendable {
    /// The device; a layer-1 client stands as `client:` and its client id.
    package var id: DeviceID
    /// The position that it has pulled up to.
    package var processed: Position
    /// Up to where it has read on without taking anything in, because a person there must say whether it may (`held` in
    /// `/get`); `nil` if it holds nothing.
    package var reading: Position?
    /// When it was last there, by the hub's clock, to the minute or so.
    package var lastSeen: String?
    /// Whether it was declared gone, and has not come back since.
    package var isGone: Bool

    /// Whether retention reckons with it: it was seen after `cutoff`, and is not gone.
    func isActive(since cutoff: Instant) -> Bool {
      guard !isGone, let seen = lastSeen.flatMap({ Instant($0) }) else { return false }
      return seen >= cutoff
    }
  }

  /// Every device that has ever been there, by its id.
  package func devices() throws(HubStoreError) -> [Device] { try reading { try Self.devices($0) } }

  /// Declares a device gone: nothing is kept for it any more. When it comes back it starts over from a snapshot, and
  /// counts again. False where the library knows no such device.
  package func forget(_ device: DeviceID) throws(HubStoreError) -> Bool {
    try writing { db in
      try db.execute(sql: "UPDATE senders SET gone = 1 WHERE device = ?", arguments: [device.rawValue])
      return db.changesCount > 0
    }
  }

  static func devices(_ db: Database) throws -> [Device] {
    let senders = try Row.fetchAll(
      db,
      sql: """
        SELECT device, last_processed, last_seen, max(gone) OVER (PARTITION BY device), reading FROM senders
        ORDER BY device, last_seen DESC, last_processed
        """)
    var devices: [Device] = []
    for row in senders where row[0] != devices.last?.id.rawValue {
      devices.append(
        Device(
          id: DeviceID(rawValue: row[0]), processed: Position(row[1] as Int64),
          reading: (row[4] as Int64?).map { Position($0) }, lastSeen: row[2], isGone: row[3]))
    }
    return devices
  }
}

import GRDB
import SyncCore

/// The devices of a library, as retention sees them.
extension HubLibrary {
  /// A device in its latest incarnation. An earlier incarnation can only return with an older copy of the
  /// library.
  package struct Device: Hashable, Sendable {
    /// The device. A layer-1 client has the id `client:` plus its client id.
    package var id: DeviceID
    /// The position that it has pulled up to.
    package var processed: Position
    /// The position up to which it has read on without applying anything, because a person must approve the
    /// changes first (`held` in `/get`); `nil` if it holds nothing.
    package var reading: Position?
    /// When the hub last saw it, by the hub's clock, accurate to about a minute.
    package var lastSeen: String?
    /// Whether it was declared gone and has not come back since.
    package var isGone: Bool

    /// Whether retention must consider it: it was seen at or after `cutoff` and is not gone.
    func isActive(since cutoff: Instant) -> Bool {
      guard !isGone, let seen = lastSeen.flatMap({ Instant($0) }) else { return false }
      return seen >= cutoff
    }
  }

  /// Every device that the hub has ever seen, sorted by id.
  package func devices() throws(HubStoreError) -> [Device] { try reading { try Self.devices($0) } }

  /// Declares a device gone: the hub keeps nothing for it any more. If it comes back, it starts over from a
  /// snapshot and counts again. Returns false if the library has no such device.
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

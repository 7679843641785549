/// An event that `watch` reports: `{"at":"…","event":"in-step","pulled":3,"pushed":0}`. Keys that an event
/// does not use are absent.
package struct ControlEvent: Codable, Hashable, Sendable {
  /// The kind of event. Most names equal the journal's `MEDIASYNC_EVENT`. A client ignores names that it does
  /// not know.
  package struct Name: RawRepresentable, Codable, Hashable, Sendable {
    /// The name on the wire.
    package let rawValue: String
    /// Takes the name on the wire.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// The status changed: with `status`. Every watch starts with it.
    package static let status = Name(rawValue: "status")
    /// Changes are being transferred: with `progress`; at most a few a second.
    package static let progress = Name(rawValue: "progress")
    /// Everything is pushed and pulled: with `pushed`, `pulled` and `attempts`.
    package static let inStep = Name(rawValue: "in-step")
    /// Syncing works again: with `attempts` and `outage_seconds`. Changes may still be in transfer.
    package static let recovered = Name(rawValue: "recovered")
    /// The first failure of its kind in an outage: with `reason`, `kind` and `retry_in`.
    package static let waiting = Name(rawValue: "waiting")
    /// Syncing is blocked until someone acts: with `reason` and `kind`.
    package static let blocked = Name(rawValue: "blocked")
    /// Changes were quarantined: with `count`, and the first ones in `named`.
    package static let quarantined = Name(rawValue: "quarantined")
    /// Values of this device lost to later edits: with `count`, and the first rows in `named`.
    package static let conflicts = Name(rawValue: "conflicts")
    /// Log entries of deleted rows were skipped: with `count`.
    package static let passedOver = Name(rawValue: "passed-over")
    /// The library was restored from an older copy.
    package static let rewound = Name(rawValue: "rewound")
    /// The application's log was emptied and its numbering restarted.
    package static let logReset = Name(rawValue: "log-reset")
    /// Unsent entries of the application's log were deleted.
    package static let logGap = Name(rawValue: "log-gap")
    /// The library was compared with the hub after such a gap: with `requeued`.
    package static let compared = Name(rawValue: "compared")
    /// Changes of other devices would delete too much and are held: with `count`, the number of rows.
    package static let changesHeld = Name(rawValue: "changes-held")
    /// Someone accepted held changes: with `count`.
    package static let changesAccepted = Name(rawValue: "changes-accepted")
    /// Someone refused held changes: with `count` and `requeued`.
    package static let changesRefused = Name(rawValue: "changes-refused")
    /// The library starts over from a snapshot: with `reason`.
    package static let snapshotBegun = Name(rawValue: "snapshot-begun")
    /// The snapshot is applied: with `reason`, `rows` and `requeued`.
    package static let snapshotTaken = Name(rawValue: "snapshot-taken")
    /// Old entries were deleted from the application's log: with `count`.
    package static let pruned = Name(rawValue: "pruned")
    /// The daemon does not maintain a search index: with `reason`.
    package static let indexLeftAlone = Name(rawValue: "index-left-alone")
    /// Someone paused syncing: with `until` if the pause has an end.
    package static let paused = Name(rawValue: "paused")
    /// The pause ended.
    package static let resumed = Name(rawValue: "resumed")
    /// This watcher was too slow and missed `count` events. A `status` follows.
    package static let lost = Name(rawValue: "lost")

    /// Every name that this build sends.
    package static let all: [Name] = [
      .status, .progress, .inStep, .recovered, .waiting, .blocked, .quarantined, .conflicts, .passedOver,
      .rewound, .logReset, .logGap, .compared, .changesHeld, .changesAccepted,
      .changesRefused,
      .snapshotBegun, .snapshotTaken, .pruned, .indexLeftAlone, .paused, .resumed, .lost,
    ]
  }

  /// The time: ISO 8601, UTC, with milliseconds.
  package var at: String
  /// The kind of event.
  package var event: Name
  /// The new status.
  package var status: Status?
  /// The progress of the current transfer.
  package var progress: Progress?
  /// The number of changes pushed in the cycle.
  package var pushed: Int?
  /// The number of changes pulled in the cycle.
  package var pulled: Int?
  /// The number of failed attempts before the success.
  package var attempts: Int?
  /// The reason, for people.
  package var reason: String?
  /// The reason's code, for scripts.
  package var kind: String?
  /// The length of the outage in seconds.
  package var outageSeconds: Double?
  /// Seconds until the next attempt.
  package var retryIn: Double?
  /// The number of changes, rows, values or events.
  package var count: Int?
  /// The first rows, as many as the journal names.
  package var named: [EventRow]?
  /// The number of rows applied.
  package var rows: Int?
  /// The number of rows queued for the hub.
  package var requeued: Int?
  /// The end of a pause.
  package var until: String?

  enum CodingKeys: String, CodingKey {
    case at, event, status, progress, pushed, pulled, attempts, reason, kind, count, named, rows, requeued,
      until
    case outageSeconds = "outage_seconds"
    case retryIn = "retry_in"
  }

  /// Takes the parts that every event has. Set the others afterwards.
  package init(_ event: Name, at: String) {
    self.event = event
    self.at = at
  }
}

/// Something that happened, as `watch` tells it: `{"at":"…","event":"in-step","pulled":3,"pushed":0}`. Keys that do not
/// concern an event are absent.
package struct ControlEvent: Codable, Hashable, Sendable {
  /// What happened. Its names are those of the journal's `MEDIASYNC_EVENT`; a client passes over what it does not know.
  package struct Name: RawRepresentable, Codable, Hashable, Sendable {
    /// The name on the wire.
    package let rawValue: String
    /// Takes the name on the wire.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// What `status` says has changed: with `status`. The first event of every watch.
    package static let status = Name(rawValue: "status")
    /// Changes are on their way: with `progress`; at most a few a second.
    package static let progress = Name(rawValue: "progress")
    /// Everything is pushed and pulled: with `pushed`, `pulled` and `attempts`.
    package static let inStep = Name(rawValue: "in-step")
    /// It works again after failures: with `attempts` and `outage_seconds`. What was missed may still be on its way.
    package static let recovered = Name(rawValue: "recovered")
    /// The first failure of its kind in a row of them: with `reason`, `kind` and `retry_in`.
    package static let waiting = Name(rawValue: "waiting")
    /// Nothing is tried until someone acts: with `reason` and `kind`.
    package static let blocked = Name(rawValue: "blocked")
    /// Changes were set aside: with `count`, and the first of them in `named`.
    package static let quarantined = Name(rawValue: "quarantined")
    /// Values of this device lost: with `count`, and the first of their rows in `named`.
    package static let conflicts = Name(rawValue: "conflicts")
    /// Log entries of rows that are gone: with `count`.
    package static let passedOver = Name(rawValue: "passed-over")
    /// The library was restored from an older copy.
    package static let rewound = Name(rawValue: "rewound")
    /// The application's log was emptied and begun anew.
    package static let logReset = Name(rawValue: "log-reset")
    /// Entries of the application's log are gone that were still to be sent.
    package static let logGap = Name(rawValue: "log-gap")
    /// The library was compared with the hub, because of such a gap: with `requeued`.
    package static let compared = Name(rawValue: "compared")
    /// Changes from elsewhere would take too much: with `count`, the rows.
    package static let changesHeld = Name(rawValue: "changes-held")
    /// Somebody has accepted them: with `count`.
    package static let changesAccepted = Name(rawValue: "changes-accepted")
    /// Somebody has refused them: with `count` and `requeued`.
    package static let changesRefused = Name(rawValue: "changes-refused")
    /// The library starts over: with `reason`.
    package static let snapshotBegun = Name(rawValue: "snapshot-begun")
    /// It has started over: with `reason`, `rows` and `requeued`.
    package static let snapshotTaken = Name(rawValue: "snapshot-taken")
    /// Old entries of the application's log went: with `count`.
    package static let pruned = Name(rawValue: "pruned")
    /// A search index is not kept right here: with `reason`.
    package static let indexLeftAlone = Name(rawValue: "index-left-alone")
    /// Somebody paused: with `until` where the pause ends by itself.
    package static let paused = Name(rawValue: "paused")
    /// The pause has ended.
    package static let resumed = Name(rawValue: "resumed")
    /// This watcher was too slow: `count` events were left out. A `status` follows.
    package static let lost = Name(rawValue: "lost")

    /// Every name that this build tells.
    package static let all: [Name] = [
      .status, .progress, .inStep, .recovered, .waiting, .blocked, .quarantined, .conflicts, .passedOver,
      .rewound, .logReset, .logGap, .compared, .changesHeld, .changesAccepted,
      .changesRefused,
      .snapshotBegun, .snapshotTaken, .pruned, .indexLeftAlone, .paused, .resumed, .lost,
    ]
  }

  /// When: ISO 8601, UTC, with milliseconds.
  package var at: String
  /// What happened.
  package var event: Name
  /// How things stand.
  package var status: Status?
  /// How far it has come.
  package var progress: Progress?
  /// Changes pushed in the cycle.
  package var pushed: Int?
  /// Changes pulled in the cycle.
  package var pulled: Int?
  /// Failures before it worked.
  package var attempts: Int?
  /// Why, for people.
  package var reason: String?
  /// Why, for scripts.
  package var kind: String?
  /// Seconds from the first failure to what ended the row of them.
  package var outageSeconds: Double?
  /// Seconds until the next try.
  package var retryIn: Double?
  /// How many.
  package var count: Int?
  /// The first of them: as many as the journal names.
  package var named: [EventRow]?
  /// Rows taken in.
  package var rows: Int?
  /// Rows queued again for the hub.
  package var requeued: Int?
  /// When a pause ends.
  package var until: String?

  enum CodingKeys: String, CodingKey {
    case at, event, status, progress, pushed, pulled, attempts, reason, kind, count, named, rows, requeued,
      until
    case outageSeconds = "outage_seconds"
    case retryIn = "retry_in"
  }

  /// Takes what is always there; set the rest.
  package init(_ event: Name, at: String) {
    self.event = event
    self.at = at
  }
}

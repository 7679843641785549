/// How things stand: what `mediasyncctl status --json` prints. Every key is always there, but for `log_gap`,
/// `log_reset_at`, `lacking`, `held`, `trying_again` and `clock_ahead_seconds`, which are there if there is something to say; what
/// is not known is null. Timestamps are ISO 8601 text, UTC, with milliseconds.
package struct Status: Hashable, Sendable {
  /// What the daemon is doing.
  package enum State: String, Codable, Hashable, Sendable {
    /// Nothing to push, and at the head of the hub's log.
    case inSync = "in-sync"
    /// A cycle is running.
    case syncing
    /// For the next try, or for something to happen.
    case waiting
    /// Somebody asked for quiet.
    case paused
    /// Somebody has to change something; until then it is looked now and then whether they have.
    case blocked
  }

  /// What the daemon is doing.
  package var state: State
  /// Why, in a few words without a full stop, such as `hub unreachable (connection refused)`.
  package var reason: String?
  /// When this state began.
  package var since: String?
  /// When the next try is.
  package var nextAttempt: String?
  /// What failed last is being tried again now: `reason` says what that was.
  package var tryingAgain = false
  /// How many tries have failed in a row.
  package var attempt: Int
  /// Local changes that the hub has not acknowledged.
  package var pendingLocal: Int64
  /// The position in the hub's log up to which everything is taken in.
  package var pulledCursor: Int64
  /// The newest position that the hub has told of.
  package var hubHead: Int64?
  /// When a cycle last ended in step.
  package var lastSuccess: String?
  /// Changes in quarantine.
  package var quarantined: Int64
  /// Entries that wait for a parent or for a key.
  package var parked: Int64
  /// Conflict records not yet looked at.
  package var conflicts: Int64
  /// The protocol's base URL, without user information.
  package var hubURL: String?
  /// The library file.
  package var database: String
  /// This device's identity.
  package var deviceID: String?
  /// The daemon's version.
  package var version: String
  /// Which protocol the hub speaks: `layer-1` or `layer-2`; not known before it was first reached.
  package var hubProtocol: String?
  /// The life of this library that its change ids belong to.
  package var incarnation: String?
  /// When a timed pause ends.
  package var pauseUntil: String?
  /// How far a push, a pull or a snapshot has come, while one is under way.
  package var progress: Progress?
  /// Entries of the application's log are gone that were still to be sent, and the library has not been compared with
  /// the hub since.
  package var logGap = false
  /// When the application's log was last found emptied and begun anew.
  package var logResetAt: String?
  /// Rows that the hub has and this library lacks, as of the last comparison; null before the first.
  package var lacking: Int64?
  /// How far this machine's clock is ahead of the hub's, in whole seconds, negative if it is behind; there only if it is a
  /// day or more.
  package var clockAheadSeconds: Int64?
  /// Changes from elsewhere that wait for a person's word, because they would take too much from the library.
  package var held: Held?
  /// Why the configuration that was last read again could not be used; the one before it counts.
  package var reloadFailure: String?
  /// Why the library is polled; null where the system tells of every change.
  package var polling: String?

  /// Changes that are held.
  package struct Held: Codable, Hashable, Sendable {
    /// Since when.
    package var since: String
    /// How many rows they delete or empty.
    package var rows: Int64
    /// Up to where the hub's log was read to count them.
    package var readTo: Int64

    enum CodingKeys: String, CodingKey {
      case since, rows
      case readTo = "read_to"
    }

    /// Takes every part.
    package init(since: String, rows: Int64, readTo: Int64) {
      self.since = since
      self.rows = rows
      self.readTo = readTo
    }
  }

  /// Takes what is always known; set the rest.
  package init(state: State, database: String, version: String) {
    self.state = state
    self.database = database
    self.version = version
    attempt = 0
    pendingLocal = 0
    pulledCursor = 0
    quarantined = 0
    parked = 0
    conflicts = 0
  }
}

extension Status: Codable {
  private enum Key: String, CodingKey {
    case state, reason, since, attempt, quarantined, parked, conflicts, database, version, incarnation
    case progress
    case polling
    case lacking, held
    case tryingAgain = "trying_again"
    case clockAheadSeconds = "clock_ahead_seconds"
    case logGap = "log_gap"
    case logResetAt = "log_reset_at"
    case nextAttempt = "next_attempt"
    case pendingLocal = "pending_local"
    case pulledCursor = "pulled_cursor"
    case hubHead = "hub_head"
    case lastSuccess = "last_success"
    case hubURL = "hub_url"
    case deviceID = "device_id"
    case hubProtocol = "protocol"
    case pauseUntil = "pause_until"
    case reloadFailure = "reload_failure"
  }

  /// Reads the wire form.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    state = try container.decode(State.self, forKey: .state)
    reason = try container.decodeIfPresent(String.self, forKey: .reason)
    since = try container.decodeIfPresent(String.self, forKey: .since)
    nextAttempt = try container.decodeIfPresent(String.self, forKey: .nextAttempt)
    attempt = try container.decode(Int.self, forKey: .attempt)
    pendingLocal = try container.decode(Int64.self, forKey: .pendingLocal)
    pulledCursor = try container.decode(Int64.self, forKey: .pulledCursor)
    hubHead = try container.decodeIfPresent(Int64.self, forKey: .hubHead)
    lastSuccess = try container.decodeIfPresent(String.self, forKey: .lastSuccess)
    quarantined = try container.decode(Int64.self, forKey: .quarantined)
    parked = try container.decode(Int64.self, forKey: .parked)
    conflicts = try container.decode(Int64.self, forKey: .conflicts)
    hubURL = try container.decodeIfPresent(String.self, forKey: .hubURL)
    database = try container.decode(String.self, forKey: .database)
    deviceID = try container.decodeIfPresent(String.self, forKey: .deviceID)
    version = try container.decode(String.self, forKey: .version)
    hubProtocol = try container.decodeIfPresent(String.self, forKey: .hubProtocol)
    incarnation = try container.decodeIfPresent(String.self, forKey: .incarnation)
    pauseUntil = try container.decodeIfPresent(String.self, forKey: .pauseUntil)
    progress = try container.decodeIfPresent(Progress.self, forKey: .progress)
    reloadFailure = try container.decodeIfPresent(String.self, forKey: .reloadFailure)
    polling = try container.decodeIfPresent(String.self, forKey: .polling)
    logGap = try container.decodeIfPresent(Bool.self, forKey: .logGap) ?? false
    logResetAt = try container.decodeIfPresent(String.self, forKey: .logResetAt)
    lacking = try container.decodeIfPresent(Int64.self, forKey: .lacking)
    tryingAgain = try container.decodeIfPresent(Bool.self, forKey: .tryingAgain) ?? false
    clockAheadSeconds = try container.decodeIfPresent(Int64.self, forKey: .clockAheadSeconds)
    held = try container.decodeIfPresent(Held.self, forKey: .held)
  }

  /// Writes the wire form: every key, null where nothing is known.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(state, forKey: .state)
    try container.encode(reason, forKey: .reason)
    try container.encode(since, forKey: .since)
    try container.encode(nextAttempt, forKey: .nextAttempt)
    try container.encode(attempt, forKey: .attempt)
    try container.encode(pendingLocal, forKey: .pendingLocal)
    try container.encode(pulledCursor, forKey: .pulledCursor)
    try container.encode(hubHead, forKey: .hubHead)
    try container.encode(lastSuccess, forKey: .lastSuccess)
    try container.encode(quarantined, forKey: .quarantined)
    try container.encode(parked, forKey: .parked)
    try container.encode(conflicts, forKey: .conflicts)
    try container.encode(hubURL, forKey: .hubURL)
    try container.encode(database, forKey: .database)
    try container.encode(deviceID, forKey: .deviceID)
    try container.encode(version, forKey: .version)
    try container.encode(hubProtocol, forKey: .hubProtocol)
    try container.encode(incarnation, forKey: .incarnation)
    try container.encode(pauseUntil, forKey: .pauseUntil)
    try container.encode(progress, forKey: .progress)
    try container.encode(reloadFailure, forKey: .reloadFailure)
    try container.encode(polling, forKey: .polling)
    // These came later: they are there if there is something to say.
    if logGap { try container.encode(logGap, forKey: .logGap) }
    try container.encodeIfPresent(logResetAt, forKey: .logResetAt)
    try container.encodeIfPresent(lacking, forKey: .lacking)
    if tryingAgain { try container.encode(tryingAgain, forKey: .tryingAgain) }
    try container.encodeIfPresent(clockAheadSeconds, forKey: .clockAheadSeconds)
    try container.encodeIfPresent(held, forKey: .held)
  }
}

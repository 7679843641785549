/// The daemon's status, as `mediasyncctl status --json` prints it. The keys `log_gap`, `log_reset_at`,
/// `lacking`, `held`, `trying_again` and `clock_ahead_seconds` are present only if they apply. All other keys
/// are always present, with null for unknown values. Timestamps are ISO 8601 text, UTC, with milliseconds.
package struct Status: Hashable, Sendable {
  /// What the daemon is doing.
  package enum State: String, Codable, Hashable, Sendable {
    /// Nothing to push, and at the head of the hub's log.
    case inSync = "in-sync"
    /// A cycle is running.
    case syncing
    /// Waiting for the next attempt or for an event.
    case waiting
    /// Someone paused syncing.
    case paused
    /// Someone must fix a problem. The daemon checks from time to time whether it is fixed.
    case blocked
  }

  /// What the daemon is doing.
  package var state: State
  /// The reason, in a few words without a full stop, such as `hub unreachable (connection refused)`.
  package var reason: String?
  /// The start of this state.
  package var since: String?
  /// The time of the next attempt.
  package var nextAttempt: String?
  /// Whether the daemon is retrying after a failure. `reason` describes the failure.
  package var tryingAgain = false
  /// The number of failed attempts in a row.
  package var attempt: Int
  /// Local changes that the hub has not acknowledged.
  package var pendingLocal: Int64
  /// The position in the hub's log up to which everything is applied.
  package var pulledCursor: Int64
  /// The newest known position in the hub's log.
  package var hubHead: Int64?
  /// The time of the last cycle that ended in step.
  package var lastSuccess: String?
  /// The number of quarantined entries.
  package var quarantined: Int64
  /// The number of parked rows, which wait for a parent or for a key.
  package var parked: Int64
  /// The number of conflict records.
  package var conflicts: Int64
  /// The protocol's base URL, without user information.
  package var hubURL: String?
  /// The library file.
  package var database: String
  /// This device's identity.
  package var deviceID: String?
  /// The daemon's version.
  package var version: String
  /// The hub's protocol: `layer-1` or `layer-2`; unknown before the first contact.
  package var hubProtocol: String?
  /// The library's incarnation, to which its change ids belong.
  package var incarnation: String?
  /// The end of a timed pause.
  package var pauseUntil: String?
  /// The progress of the current push, pull or snapshot.
  package var progress: Progress?
  /// Whether unsent entries of the application's log were deleted and the library has not been compared with
  /// the hub since.
  package var logGap = false
  /// The time at which the daemon last found the application's log reset.
  package var logResetAt: String?
  /// Rows that the hub has and this library lacks, as of the last comparison; `nil` before the first.
  package var lacking: Int64?
  /// How far this machine's clock is ahead of the hub's, in whole seconds; negative if it is behind; `nil`
  /// below a day.
  package var clockAheadSeconds: Int64?
  /// Changes of other devices that are held until someone decides, because they would delete too much.
  package var held: Held?
  /// Why the last reload was refused. The previous configuration is in effect.
  package var reloadFailure: String?
  /// Why the library is polled; `nil` if the kernel reports every change.
  package var polling: String?

  /// Changes that are held.
  package struct Held: Codable, Hashable, Sendable {
    /// The start of the hold.
    package var since: String
    /// The number of rows that they would delete or empty.
    package var rows: Int64
    /// The position up to which the hub's log was read to count them.
    package var readTo: Int64

    enum CodingKeys: String, CodingKey {
      case since, rows
      case readTo = "read_to"
    }

    /// - Parameter since: ISO 8601 text, UTC, with milliseconds.
    package init(since: String, rows: Int64, readTo: Int64) {
      self.since = since
      self.rows = rows
      self.readTo = readTo
    }
  }

  /// Takes the parts that are always known. Set the others afterwards.
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

  /// Writes the wire form, with null for unknown values.
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
    // These keys were added later: they are present only if they apply.
    if logGap { try container.encode(logGap, forKey: .logGap) }
    try container.encodeIfPresent(logResetAt, forKey: .logResetAt)
    try container.encodeIfPresent(lacking, forKey: .lacking)
    if tryingAgain { try container.encode(tryingAgain, forKey: .tryingAgain) }
    try container.encodeIfPresent(clockAheadSeconds, forKey: .clockAheadSeconds)
    try container.encodeIfPresent(held, forKey: .held)
  }
}

/// What a request does, named by its words on the command line, and whether it changes something. Permission
/// checks and the audit log follow this table.
package enum ControlAct: String, CaseIterable, Hashable, Sendable {
  /// Exchange versions of the protocol.
  case hello
  /// Show the status.
  case status
  /// Show the daemon's version.
  case version
  /// Show the metrics.
  case metrics
  /// Run all checks.
  case check
  /// Wait until in step.
  case wait
  /// Follow events.
  case watch
  /// Show the log level.
  case showLogLevel = "log-level"
  /// List conflict records.
  case listConflicts = "conflicts list"
  /// Show a conflict record.
  case showConflict = "conflicts show"
  /// List quarantined entries.
  case listQuarantine = "quarantine list"
  /// Show a quarantined entry.
  case showQuarantined = "quarantine show"
  /// Show held changes.
  case showChanges = "changes show"
  /// List the local history: texts that others replaced.
  case listHistory = "history list"
  /// Show a record of the local history.
  case showHistory = "history show"
  /// Start a cycle now.
  case trigger
  /// Pause syncing.
  case pause
  /// End a pause.
  case resume
  /// Read the configuration again.
  case reload
  /// Change the log level.
  case setLogLevel = "log-level LEVEL"
  /// Restore the lost values of a conflict record.
  case restoreConflict = "conflicts restore"
  /// Delete conflict records.
  case dismissConflict = "conflicts dismiss"
  /// Retry quarantined entries.
  case retryQuarantined = "quarantine retry"
  /// Delete quarantined entries.
  case dropQuarantined = "quarantine drop"
  /// Apply held changes.
  case acceptChanges = "changes accept"
  /// Refuse held changes.
  case refuseChanges = "changes refuse"
  /// Restore texts that others replaced.
  case restoreHistory = "history restore"
  /// Compare with the hub, which costs both sides work.
  case verify
  /// Queue rows that the application's log does not mention.
  case adopt
  /// Start over from a snapshot.
  case resync

  /// Its words on the command line, without arguments.
  package var words: String { self == .setLogLevel ? Self.showLogLevel.rawValue : rawValue }

  /// Whether it changes something or causes work. Only some users may do that (docs/control-protocol.md).
  package var isChange: Bool {
    switch self {
    case .hello, .status, .version, .metrics, .check, .wait, .watch, .showLogLevel, .listConflicts,
      .showConflict, .listQuarantine, .showQuarantined, .showChanges,
      .listHistory, .showHistory:
      false
    case .trigger, .pause, .resume, .reload, .setLogLevel, .restoreConflict, .dismissConflict,
      .retryQuarantined,
      .dropQuarantined, .acceptChanges, .refuseChanges, .restoreHistory, .verify, .adopt, .resync:
      true
    }
  }
}

extension ControlRequest {
  /// What the request does.
  package var act: ControlAct {
    switch self {
    case .hello: .hello
    case .status: .status
    case .version: .version
    case .metrics: .metrics
    case .check: .check
    case .wait: .wait
    case .watch: .watch
    case .logLevel(nil): .showLogLevel
    case .logLevel: .setLogLevel
    case .trigger: .trigger
    case .pause: .pause
    case .resume: .resume
    case .reload: .reload
    case .conflicts(.list): .listConflicts
    case .conflicts(.show): .showConflict
    case .conflicts(.restore): .restoreConflict
    case .conflicts(.dismiss), .conflicts(.dismissAll): .dismissConflict
    case .quarantine(.list): .listQuarantine
    case .quarantine(.show): .showQuarantined
    case .quarantine(.retry): .retryQuarantined
    case .quarantine(.drop), .quarantine(.dropAll): .dropQuarantined
    case .changes(.show): .showChanges
    case .changes(.accept): .acceptChanges
    case .changes(.refuse): .refuseChanges
    case .history(.list): .listHistory
    case .history(.show): .showHistory
    case .history(.restore): .restoreHistory
    case .task(.verify): .verify
    case .task(.adopt): .adopt
    case .task(.resync): .resync
    }
  }
}

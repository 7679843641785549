/// What a request asks for, by the words of the command line, and whether it changes something: the one table that
/// permission and audit go by.
package enum ControlAct: String, CaseIterable, Hashable, Sendable {
  /// Who are you?
  case hello
  /// How things stand.
  case status
  /// Which daemon this is.
  case version
  /// What is measured.
  case metrics
  /// Look at everything that can be wrong.
  case check
  /// Tell me when it is in step.
  case wait
  /// Tell me what happens.
  case watch
  /// What is logged?
  case showLogLevel = "log-level"
  /// The list of what lost.
  case listConflicts = "conflicts list"
  /// One of what lost.
  case showConflict = "conflicts show"
  /// The list of what was set aside.
  case listQuarantine = "quarantine list"
  /// One of what was set aside.
  case showQuarantined = "quarantine show"
  /// What is held.
  case showChanges = "changes show"
  /// The list of texts that others replaced.
  case listHistory = "history list"
  /// One record of them.
  case showHistory = "history show"
  /// A cycle now.
  case trigger
  /// Quiet.
  case pause
  /// No more quiet.
  case resume
  /// Another configuration.
  case reload
  /// Log more, or less.
  case setLogLevel = "log-level LEVEL"
  /// Bring back what lost.
  case restoreConflict = "conflicts restore"
  /// Forget what lost.
  case dismissConflict = "conflicts dismiss"
  /// Try again what was set aside.
  case retryQuarantined = "quarantine retry"
  /// Forget what was set aside.
  case dropQuarantined = "quarantine drop"
  /// Take in what is held.
  case acceptChanges = "changes accept"
  /// Keep out what is held.
  case refuseChanges = "changes refuse"
  /// Bring back texts that others replaced.
  case restoreHistory = "history restore"
  /// Compare with the hub: work for both.
  case verify
  /// Queue what nobody has logged.
  case adopt
  /// Start over.
  case resync

  /// The words of the command line for it, without what is given to it.
  package var words: String { self == .setLogLevel ? Self.showLogLevel.rawValue : rawValue }

  /// Whether it changes something, or has work done: only some may (docs/control-protocol.md).
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
  /// What is asked for.
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
    case .errand(.verify): .verify
    case .errand(.adopt): .adopt
    case .errand(.resync): .resync
    }
  }
}

/// What the programs write into the journal: `MEDIASYNC_EVENT`. Each has its words in the table.
package enum JournalEvent: String, Hashable, Sendable, CaseIterable {
  // Of the daemon's cycles.
  case inStep = "in-step"
  case recovered
  case waiting
  case blocked
  case quarantined
  case conflicts
  case passedOver = "passed-over"
  case rewound
  case logReset = "log-reset"
  case logGap = "log-gap"
  case compared
  case changesHeld = "changes-held"
  case changesAccepted = "changes-accepted"
  case changesRefused = "changes-refused"
  case snapshotBegun = "snapshot-begun"
  case snapshotTaken = "snapshot-taken"
  case pruned
  case indexLeftAlone = "index-left-alone"
  case paused
  case resumed
  // Of the daemon as a service.
  case reloaded
  case reloadFailed = "reload-failed"
  case unwatched
  case metricsNotServed = "metrics-not-served"
  case heartbeatFailed = "heartbeat-failed"
  case heartbeatBack = "heartbeat-back"
  case controlChange = "control-change"
  case controlRefused = "control-refused"
  case socketPassed = "socket-passed"
  case polling
  case watching
  case woke
  case clockSet = "clock-set"
  // Of the hub.
  case hubLibraryUnusable = "hub-library-unusable"
  case hubChangesRejected = "hub-changes-rejected"
  case hubRequestFailed = "hub-request-failed"
  case hubTokensUnusable = "hub-tokens-unusable"
  case hubUpkeepFailed = "hub-upkeep-failed"

  /// Its words.
  package var message: Message {
    guard let message = Message.of(.event, rawValue) else {
      preconditionFailure("every event stands in the table; a test sees to it")
    }
    return message
  }
}

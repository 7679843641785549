/// The events that the programs write to the journal as `MEDIASYNC_EVENT`. Each has a message in the table.
package enum JournalEvent: String, Hashable, Sendable, CaseIterable {
  // The daemon's cycles.
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
  // The daemon as a service.
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
  // The hub.
  case hubLibraryUnusable = "hub-library-unusable"
  case hubChangesRejected = "hub-changes-rejected"
  case hubRequestFailed = "hub-request-failed"
  case hubTokensUnusable = "hub-tokens-unusable"
  case hubUpkeepFailed = "hub-upkeep-failed"

  /// The event's message.
  package var message: Message {
    guard let message = Message.of(.event, rawValue) else {
      preconditionFailure("every event must be in the table; a test checks it")
    }
    return message
  }
}

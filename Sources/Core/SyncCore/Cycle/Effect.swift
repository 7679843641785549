/// What the engine must do for the cycle. The engine reports the result with an event.
package enum Effect: Hashable, Sendable {
  /// Open the library and read its standing → `.opened` or `.failed`.
  case open
  /// Ask the hub what it is → `.negotiated` or `.failed`.
  case negotiate
  /// Read the next batch of the local log → `.loaded`.
  case load(BatchLimits)
  /// Send the batch → `.sent`, `.refusedAsTooLarge`, `.refused`, `.deviceRewound` or `.failed`.
  case send
  /// Apply the answers, or move past a batch that has nothing to send → `.pushCompleted`.
  case completePush
  /// Quarantine the batch's only change, which the hub will never accept → `.pushCompleted`.
  case quarantined(code: String, reason: String)
  /// Store a new incarnation → `.renewed`.
  case renewIncarnation
  /// Request a page, its size halved `halvings` times → `.pulled` or `.failed`. With `waits` it is a long
  /// poll.
  case pull(since: Position, waits: Bool, halvings: Int = 0)
  /// Apply the oldest page in hand → `.applied`. `proven` is for an empty page of layer 1.
  case apply(proven: Position?)
  /// Test with one cheap request whether the blockage is over → `.probed` or `.failed`.
  case probe(Probe)
  /// Request the next piece of a snapshot, its size halved `halvings` times; from the beginning if `after` is
  /// `nil` → `.snapshotFetched`, `.snapshotRequired` or `.failed`.
  case fetchSnapshot(after: RowName?, start: LogCheckpoint?, halvings: Int = 0)
  /// Apply the piece in hand → `.snapshotTaken` or `.failed`.
  case applySnapshot(SnapshotReason)
  /// Compare the library with the hub at the cursor → `.compared`, `.snapshotRequired` or `.failed`.
  case compare(ComparisonReason)
  /// Run a maintenance task → `.taskEnded` or `.failed`.
  case runErrand(MaintenanceTask)
  /// Answer whoever asked for the task: this hub lacks a feature that it needs.
  case refuseErrand(MaintenanceTask)
  /// Answer whoever asked for the task: the library was rebuilt.
  case resynced(MaintenanceTask, SnapshotStep)
  /// Check again whether someone has committed → `.libraryChanged` or `.libraryUnchanged`.
  case checkLibrary
  /// Cancel the requests under way and drop the pages in hand. Nothing is reported back.
  case cancelRequest
  /// Close the library's file. The next work opens the file that has its name by then.
  case closeLibrary
  /// Close idle connections: the next request makes a new one.
  case dropConnections
  /// Store the pause in the library; `nil` ends it.
  case keepPause(Pause?)
  /// Set the alarm to a span from now; `nil` disarms it.
  case setAlarm(Duration?)
  /// Report to people, one line per transition (docs/promises.md, promise 8).
  case report(Transition)
  /// A cycle has ended; answer whoever waits for it.
  case finished(CycleOutcome)
}

/// How a cycle ended.
package enum CycleOutcome: Hashable, Sendable {
  /// Everything is pushed and pulled.
  case inStep
  /// Everything is pushed. Remote changes are held until a person decides about them.
  case held
  /// It failed. `blocked` is true if someone must act.
  case failed(Failure, blocked: Bool)
  /// A person paused it.
  case paused
}

/// An outage that is over.
package struct Outage: Hashable, Sendable {
  /// The number of failures.
  package var attempts: Int
  /// The time from the first failure to the end.
  package var lasted: Duration
  /// Whether every failure was the hub's.
  package var wasHub: Bool

  /// Takes every field.
  package init(attempts: Int, lasted: Duration, wasHub: Bool) {
    (self.attempts, self.lasted, self.wasHub) = (attempts, lasted, wasHub)
  }
}

/// A transition that is reported to people.
package enum Transition: Hashable, Sendable {
  /// Everything is pushed and pulled.
  case inStep(pushed: Int, pulled: Int)
  /// Sync works again after an outage. Changes missed meanwhile may still be on their way.
  case recovered(Outage)
  /// The first failure of its kind in an outage.
  case waiting(Failure, retryIn: Duration)
  /// Someone must act. Until then the device only probes now and then.
  case blocked(Failure)
  /// Entries were quarantined: their number, and the first few.
  case quarantined(Int, [QuarantineEntry])
  /// Local values lost and are kept: their number, and the first few rows.
  case conflicted(Int, [RowName])
  /// Log entries did not need to be sent.
  case passedOver(Int)
  /// The library was restored from an older copy.
  case rewound
  /// The application emptied its log and restarted the ids, or deleted entries before they were sent.
  case logChanged(LogChange)
  /// The library was compared with the hub because the log had lost entries: the number of rows queued.
  case compared(queued: Int)
  /// Old acknowledged entries of the application's log were deleted: their number.
  case pruned(Int)
  /// Remote changes would take too much: they are held.
  case held(Hold)
  /// A person has decided about the held changes.
  case holdEnded(HoldEnded)
  /// A rebuild from a snapshot has begun.
  case snapshotBegun(SnapshotReason)
  /// The snapshot is applied. Rows that the hub had lost are queued.
  case snapshotTaken(SnapshotReason, rows: Int, requeued: Int)
  /// The daemon no longer maintains a full-text index here.
  case indexLeftAlone(IndexFinding)
  /// Paused, and until when.
  case paused(Pause)
  /// Resumed.
  case resumed
}

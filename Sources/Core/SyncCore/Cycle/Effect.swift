/// What the cycle wants done. The engine does it and reports back with an event.
package enum Effect: Hashable, Sendable {
  /// Open the library and read where it stands → `.opened` or `.failed`.
  case open
  /// Ask the hub what it is → `.negotiated` or `.failed`.
  case negotiate
  /// Read the next piece of the local log → `.loaded`.
  case load(BatchLimits)
  /// Send it → `.sent`, `.refusedAsTooLarge`, `.refused`, `.deviceRewound` or `.failed`.
  case send
  /// Work in the answers, or move past a piece that has nothing to send → `.pushCompleted`.
  case completePush
  /// Set the one change of the piece aside: the hub will never take it → `.pushCompleted`.
  case quarantined(code: String, reason: String)
  /// Keep a new incarnation → `.renewed`.
  case renewIncarnation
  /// Ask for a page, of half the entries so often → `.pulled` or `.failed`. With a wait it is a long poll.
  case pull(since: Position, waits: Bool, halvings: Int = 0)
  /// Put the oldest page in hand into the library → `.applied`. `proven` is for an empty page of layer 1.
  case apply(proven: Position?)
  /// Ask, with one cheap request, whether what blocks is gone → `.probed` or `.failed`.
  case probe(Probe)
  /// Ask for the next piece of a snapshot; from the beginning where `after` is `nil` → `.snapshotFetched`,
  /// `.snapshotRequired` or `.failed`. Of half the rows so often.
  case fetchSnapshot(after: RowName?, start: LogCheckpoint?, halvings: Int = 0)
  /// Take the piece in hand into the library → `.snapshotTaken` or `.failed`.
  case applySnapshot(SnapshotReason)
  /// Compare the library with the hub at the cursor → `.compared`, `.snapshotRequired` or `.failed`.
  case compare(ComparisonReason)
  /// Do what somebody asked for → `.taskEnded` or `.failed`.
  case runErrand(MaintenanceTask)
  /// Tell whoever asked for it that this hub does not offer what it takes.
  case refuseErrand(MaintenanceTask)
  /// Tell whoever asked for it that the library has started over.
  case resynced(MaintenanceTask, SnapshotStep)
  /// Look again whether someone has committed → `.libraryChanged` or `.libraryUnchanged`.
  case checkLibrary
  /// Give up the requests under way, and the pages in hand; nothing is reported back.
  case cancelRequest
  /// Close the library's file: what has its name by then is opened anew when it is needed.
  case closeLibrary
  /// Let go of the connections that are kept: the next request makes a new one.
  case dropConnections
  /// Keep the pause in the library; `nil` ends it.
  case keepPause(Pause?)
  /// Set the alarm to a span from now, or take it off.
  case setAlarm(Duration?)
  /// Tell people: one line per transition (promise 8).
  case report(Transition)
  /// A cycle has ended; whoever waits for it is answered.
  case finished(CycleOutcome)
}

/// How a cycle ended.
package enum CycleOutcome: Hashable, Sendable {
  /// Everything pushed, everything pulled.
  case inStep
  /// Everything is pushed; what others did is held until a person has said whether it may be taken in.
  case held
  /// It failed; `blocked` where someone has to act.
  case failed(Failure, blocked: Bool)
  /// A person paused it.
  case paused
}

/// A row of failures that has ended.
package struct Outage: Hashable, Sendable {
  /// How many failures.
  package var attempts: Int
  /// How long it was from the first one.
  package var lasted: Duration
  /// The hub was in the way, and nothing else.
  package var wasHub: Bool

  /// Takes every field.
  package init(attempts: Int, lasted: Duration, wasHub: Bool) {
    (self.attempts, self.lasted, self.wasHub) = (attempts, lasted, wasHub)
  }
}

/// A change that people want to read about.
package enum Transition: Hashable, Sendable {
  /// Everything pushed and pulled.
  case inStep(pushed: Int, pulled: Int)
  /// It works again after a row of failures. What was missed may still be on its way.
  case recovered(Outage)
  /// The first failure of its kind in a row of failures.
  case waiting(Failure, retryIn: Duration)
  /// Someone has to act; until then it is only probed now and then.
  case blocked(Failure)
  /// Entries were set aside: how many, and the first few.
  case quarantined(Int, [QuarantineEntry])
  /// Values of ours lost and are kept: how many, and of which rows, the first few.
  case conflicted(Int, [RowName])
  /// Log entries had nothing left to say.
  case passedOver(Int)
  /// The library was restored from an older copy.
  case rewound
  /// The application's log was emptied and begun anew, or has lost entries that were still to be sent.
  case logChanged(LogChange)
  /// The library was compared with the hub, because the log had lost entries: how many rows are queued.
  case compared(queued: Int)
  /// Old entries of the application's log, answered long ago, went.
  case pruned(Int)
  /// Changes from elsewhere would take too much: they are held.
  case held(Hold)
  /// A person has said what becomes of them.
  case holdEnded(HoldEnded)
  /// The library starts over from a snapshot.
  case snapshotBegun(SnapshotReason)
  /// The snapshot is taken in; rows that the hub had lost are queued for it.
  case snapshotTaken(SnapshotReason, rows: Int, requeued: Int)
  /// A full-text index is not kept right here from now on.
  case indexLeftAlone(IndexFinding)
  /// Paused, until when.
  case paused(Pause)
  /// Working again.
  case resumed
}

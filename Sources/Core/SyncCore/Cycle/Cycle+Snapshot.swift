/// Starts over from a snapshot: after too long an absence, after a hub restore, or on request.
///
/// Nothing is pushed or pulled during a snapshot: until its end the cursor and the rows do not belong
/// together.
extension Cycle {
  /// The maximum number of snapshots in one cycle. A hub that requires another one is faulty.
  static let snapshotsMax = 3

  mutating func snapshotRequired(_ reason: SnapshotReason, _ now: Moment, random: Double) -> [Effect] {
    switch state {
    case .comparing, .sending, .pulling, .listening, .snapshotting, .onTask,
      .loading(.some), .completingPush(.some):
      break
    case .resting, .opening, .negotiating, .loading, .renewing, .completingPush, .waiting, .blocked,
      .probing, .paused:
      return []  // its request was cancelled
    }
    guard case .layer2(_, _, _, let offers) = hub, offers.snapshot else {
      let text = "the hub wants us to start over (\(reason.rawValue)), and offers no snapshot: upgrade it"
      return failed(Failure(.logChanged, text), now, random: random)
    }
    guard snapshotsBegun < Self.snapshotsMax else {
      let text = "the hub wants us to start over again and again (\(reason.rawValue))"
      return failed(Failure(.badReply, text), now, random: random)
    }
    switch state {
    case .loading(var pull?), .completingPush(var pull?):
      // The library is working on a batch; the snapshot starts after it.
      guard pull.isFetching else { return [] }
      pull.isFetching = false
      pull.refusal = reason
      keep(pull)
      return []
    default: return beginSnapshot(reason)
    }
  }

  /// Begins a snapshot from its first row, whatever is under way.
  mutating func beginSnapshot(_ reason: SnapshotReason) -> [Effect] {
    snapshotsBegun += 1
    snapshot = nil
    state = .snapshotting(reason)
    return [.cancelRequest, .report(.snapshotBegun(reason)), fetching(after: nil, start: nil)]
  }

  mutating func snapshotFetched(_ now: Moment) -> [Effect] {
    guard case .snapshotting(let reason) = state else { return [] }
    pullPace.came()
    return reportHubRecovery(now) + [.applySnapshot(reason)]
  }

  /// Requests a piece of a snapshot.
  func fetching(after row: RowName?, start: LogCheckpoint?) -> Effect {
    .fetchSnapshot(after: row, start: start, halvings: pullPace.halvings)
  }

  mutating func snapshotTaken(_ step: SnapshotStep, _ now: Moment) -> [Effect] {
    // Also if the cycle was paused or has failed meanwhile: the library has applied the piece.
    snapshot = step.isComplete ? nil : step.progress
    if step.isComplete {
      // A restored hub's log may end before our old cursor.
      cursor = step.progress.start.position
      hubHead = cursor
      checkpoint = step.progress.start
    }
    guard case .snapshotting(let reason) = state else { return [] }
    pulledCount += step.applied.applied
    var effects: [Effect] = []
    effects += reportLosses(
      quarantined: step.applied.quarantined, conflicts: step.applied.conflicts, step.applied.samples)
    guard step.isComplete else {
      return effects + [fetching(after: step.progress.after, start: step.progress.start)]
    }
    effects.append(
      .report(.snapshotTaken(reason, rows: step.progress.rows, requeued: step.progress.requeued)))
    if let index = tasks.firstIndex(where: { $0 == .resync || $0 == .join }) {
      effects.append(.resynced(tasks.remove(at: index), step))
    }
    state = .loading(nil)
    pulledAt = now.boot
    return effects + [.load(paced)]
  }
}

/// How the cycle reacts if the application's log was reset or pruned (docs/decisions/0021, 0022).
extension Cycle {
  /// The maximum number of comparisons in one cycle. If the application deletes entries again and again
  /// meanwhile, the device waits instead.
  static let comparisonsMax = 3

  /// Discards what was read from the log, requested or received, and reads the log again. A snapshot
  /// continues.
  mutating func logChanged(_ change: LogChange) -> [Effect] {
    let told: [Effect] = [.report(.logChanged(change))]
    switch state {
    case .comparing, .sending, .completingPush, .pulling, .onTask:
      state = .loading(nil)
      limits = bounded(rules.batch)
      return told + [.cancelRequest, .load(paced)]
    case .loading(.some):
      // The batch just read is from the new log, but the page was requested before the change.
      state = .loading(nil)
      return told + [.cancelRequest]
    case .snapshotting:
      return told + [.cancelRequest, fetching(after: snapshot?.after, start: snapshot?.start)]
    case .resting, .opening, .negotiating, .loading(nil), .renewing, .listening, .waiting, .blocked,
      .probing, .paused:
      return told
    }
  }

  /// The log lacks entries that were not sent yet. Sends and applies nothing until the library is compared
  /// with the hub. Returns `nil` if the server supports no comparison: then the gap is only reported.
  mutating func compareGap(_ now: Moment, random: Double) -> [Effect]? {
    guard case .loading(let pull) = state else { return [] }
    guard case .layer2(_, _, _, let offers) = hub, offers.digest, offers.rows else { return nil }
    guard comparisonsBegun < Self.comparisonsMax else {
      let text = "the application deletes entries of its log while the library is compared with the hub"
      return failed(Failure(.libraryBusy, text), now, random: random)
    }
    comparisonsBegun += 1
    state = .comparing(.logGap)
    return (pull == nil ? [] : [.cancelRequest]) + [.compare(.logGap)]
  }

  mutating func compared(queued: Int, _ now: Moment) -> [Effect] {
    guard case .comparing(let reason) = state else { return [] }
    state = .loading(nil)
    var effects = reportHubRecovery(now)
    if reason == .logGap { effects.append(.report(.compared(queued: queued))) }
    return effects + [.load(paced)]
  }
}

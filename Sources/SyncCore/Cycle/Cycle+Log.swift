/// What the cycle does about a log that is not the one that it was (docs/decisions/0021).
extension Cycle {
  /// How many comparisons one cycle begins: an application that deletes entries again and again meanwhile is given time.
  static let comparisonsMax = 3

  /// What was read of the log, asked for or in hand is void: the log is read again. A snapshot goes on.
  mutating func logChanged(_ change: LogChange) -> [Effect] {
    let told: [Effect] = [.report(.logChanged(change))]
    switch state {
    case .comparing, .sending, .settling, .pulling, .onErrand:
      state = .loading(nil)
      limits = bounded(rules.batch)
      return told + [.cancelRequest, .load(paced)]
    case .loading(.some):
      // What was read is of the new log, and a page was asked for beside the old one.
      state = .loading(nil)
      return told + [.cancelRequest]
    case .snapshotting:
      return told + [.cancelRequest, fetching(after: snapshot?.after, start: snapshot?.start)]
    case .resting, .opening, .negotiating, .loading(nil), .renewing, .listening, .waiting, .blocked,
      .probing, .paused:
      return told
    }
  }

  /// Entries of the log are gone that were still to be sent. Nothing is sent or taken in until the library is compared
  /// with the hub; `nil` if the server cannot be compared with: then the gap is named, and that is all.
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
    var effects = toldHubWorks(now)
    if reason == .logGap { effects.append(.report(.compared(queued: queued))) }
    return effects + [.load(paced)]
  }
}

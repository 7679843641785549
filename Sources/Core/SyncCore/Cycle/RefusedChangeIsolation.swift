/// Finds the change that a layer-1 server refuses, and decides when to give up on it (docs/decisions/0024).
struct RefusedChangeIsolation: Hashable, Sendable {
  /// What to do about a refused batch.
  enum Step: Hashable, Sendable {
    /// Send only the first changes of the batch, this many.
    case narrow(changes: Int)
    /// Quarantine the batch's only change.
    case quarantined
    /// Try again later: the server or the request may be at fault.
    case tryLater
    /// Try again later: so many changes in a row were refused that they are hardly at fault.
    case pause
  }

  /// How often a change is tried alone before it is quarantined, if the cause is unclear.
  static let triesMin = 3
  /// How long it is tried at least: a restarting server is back by then.
  static let suspectMin: Duration = .seconds(60)
  /// How many changes in a row one cycle quarantines.
  static let inARowMax = 50

  /// A change that was refused alone for an unclear cause.
  private struct SuspectChange: Hashable, Sendable {
    var change: ChangeID
    var since: Duration
    var tries = 0
  }

  /// The most changes in a batch during the search for the refused one.
  private(set) var changesMax: Int?
  /// The last change of the batch that was refused first.
  private var through = ChangeID.none
  private var suspect: SuspectChange?
  /// Changes quarantined for an unclear cause since the server last accepted one.
  private var suspectsInARow = 0
  /// Changes that this cycle has quarantined since the server last accepted one.
  private var inARow = 0

  /// Starts another cycle.
  mutating func cycleBegan() { inARow = 0 }

  /// Records that the server accepted a batch that ends with this change. Returns whether batches may have
  /// their full size again.
  mutating func accepted(through last: ChangeID) -> Bool {
    // The server has accepted the doubtful change after all: the server was at fault.
    let isOver = changesMax != nil && (last >= through || suspect != nil)
    if isOver { changesMax = nil }
    suspect = nil
    suspectsInARow = 0
    inARow = 0
    return isOver
  }

  /// Records that the server refused a batch of `count` changes that ends with `last`.
  mutating func refused(_ refusal: BatchRefusal, count: Int, last: ChangeID, at now: Duration) -> Step {
    guard count == 1 else {
      if changesMax == nil { through = last }
      let before = refusal.culprit ?? count / 2
      let changes = min(max(before, 1), count - 1)
      changesMax = changes
      return .narrow(changes: changes)
    }
    switch refusal.cause {
    case .request: return .tryLater
    case .change: return inARow < Self.inARowMax ? quarantined() : .pause
    case .unclear:
      var suspect =
        suspect?.change == last
        ? suspect ?? SuspectChange(change: last, since: now) : SuspectChange(change: last, since: now)
      suspect.tries += 1
      self.suspect = suspect
      // A server that refuses one change after another is more likely at fault. So the next doubtful change
      // takes twice as many tries, the ones after it four times as many.
      let tries = Self.triesMin << min(suspectsInARow, 2)
      guard suspect.tries >= tries, now - suspect.since >= Self.suspectMin else { return .tryLater }
      suspectsInARow += 1
      return quarantined()
    }
  }

  private mutating func quarantined() -> Step {
    inARow += 1
    changesMax = nil
    suspect = nil
    return .quarantined
  }
}

extension Cycle {
  /// Handles a layer-1 server's refusal of the batch. `failure` is what the answer means if no change is at
  /// fault.
  mutating func refused(
    _ refusal: BatchRefusal, _ failure: Failure, _ now: Moment, random: Double
  ) -> [Effect] {
    guard case .sending(let push, let pull) = state else { return [] }
    switch isolation.refused(refusal, count: push.count, last: push.last, at: now.boot) {
    case .narrow(let changes):
      limits = BatchLimits(changes: changes, bytes: limits.bytes)
      state = .loading(pull)
      return [.load(limits)]
    case .quarantined:
      limits = bounded(rules.batch)
      state = .completingPush(pull)
      return [.quarantined(code: "refused_by_server", reason: refusal.words)]
    case .tryLater: return failed(failure, now, random: random)
    case .pause:
      let text =
        "the server refused \(RefusedChangeIsolation.inARowMax) changes in a row, the last one with: \(refusal.words)"
      return failed(Failure(.badReply, text, retryAfter: failure.retryAfter), now, random: random)
    }
  }
}

/// Finds the change that a layer-1 server refuses, and says when to give up on it (docs/decisions/0024).
struct RefusedChangeIsolation: Hashable, Sendable {
  /// What to do about a refused batch.
  enum Step: Hashable, Sendable {
    /// Send the first so many changes of it.
    case narrow(changes: Int)
    /// Put its one change into quarantine.
    case quarantined
    /// Try it again later: the server may be at fault, or the request.
    case tryLater
    /// Try it again later: so many changes were refused in a row that they are hardly at fault.
    case pause
  }

  /// How often a change is tried alone before it is set aside, where it is unclear what is to blame.
  static let triesMin = 3
  /// How long it is tried at least: a server that restarts is back by then.
  static let suspectMin: Duration = .seconds(60)
  /// How many changes one cycle sets aside in a row.
  static let inARowMax = 50

  /// A change that was refused alone, and nobody knows yet why.
  private struct SuspectChange: Hashable, Sendable {
    var change: ChangeID
    var since: Duration
    var tries = 0
  }

  /// The most changes in a batch while the refused one is looked for.
  private(set) var changesMax: Int?
  /// The last change of the batch that was refused first.
  private var through = ChangeID.none
  private var suspect: SuspectChange?
  /// Changes set aside in doubt since the server last took one.
  private var suspectsInARow = 0
  /// Changes that this cycle has set aside since the server last took one.
  private var inARow = 0

  /// Another cycle begins.
  mutating func cycleBegan() { inARow = 0 }

  /// The server took a batch that ends with this change; whether batches may be as large as before from now on.
  mutating func accepted(through last: ChangeID) -> Bool {
    // What was in doubt is taken after all: the server was at fault.
    let isOver = changesMax != nil && (last >= through || suspect != nil)
    if isOver { changesMax = nil }
    suspect = nil
    suspectsInARow = 0
    inARow = 0
    return isOver
  }

  /// The server refused a batch of `count` changes that ends with `last`.
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
      // A server that refuses one change after the other is more likely at fault: each takes twice as many tries.
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
  /// A layer-1 server did not take the batch. `failure` is what the answer means where no change is at fault.
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

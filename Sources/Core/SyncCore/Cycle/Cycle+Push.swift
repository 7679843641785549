/// Sends the new entries of the local log to the hub, in order, in batches.
extension Cycle {
  mutating func negotiated(_ kind: HubKind, _ now: Moment) -> [Effect] {
    guard case .negotiating = state else { return [] }
    hub = kind
    return begin(now)
  }

  mutating func loaded(
    isEmpty: Bool, nothingToSend: Bool, count: Int, last: ChangeID, _ now: Moment
  ) -> [Effect] {
    guard case .loading(let pull) = state else { return [] }
    if let refusal = pull?.refusal { return beginSnapshot(refusal) }
    if isEmpty { return pullToEnd(pull, now) }
    if nothingToSend {
      state = .completingPush(pull)
      return [.completePush]
    }
    state = .sending(Push(count: count, last: last, began: now.boot), pull)
    return [.send]
  }

  mutating func sent(_ checkpoint: LogCheckpoint?, _ now: Moment) -> [Effect] {
    guard case .sending(let push, var pull) = state else { return [] }
    if isolation.accepted(through: push.last) { limits = bounded(rules.batch) }
    stall.wasTaken()
    pushPace.took(now.boot - push.began)
    self.checkpoint = LogCheckpoint.newer(self.checkpoint, checkpoint)
    pull?.mustAskAgain = true
    state = .completingPush(pull)
    return reportHubRecovery(now) + [.completePush]
  }

  /// The server answered 413: halves the batch. If the hub itself refuses a single change, the change is
  /// quarantined and the rest continues. If a proxy refuses it, its size decides: a change too small for its
  /// size to be the reason waits; a larger one is quarantined after several tries, so that later changes can
  /// continue.
  mutating func refusedAsTooLarge(
    byHub: Bool, bytes: Int, _ now: Moment, random: Double
  ) -> [Effect] {
    guard case .sending(let push, let pull) = state else { return [] }
    guard push.count == 1 else {
      limits.changes = max(1, push.count / 2)
      limits.bytes = max(1, limits.bytes / 2)
      state = .loading(pull)
      return [.load(paced)]
    }
    if byHub {
      if let failure = stall.tooLarge() { return failed(failure, now, random: random) }
      return setAsideTooLarge("the change is larger than the hub takes, even alone", pull)
    }
    let text = "something on the way to the hub refuses one change of \(bytes) bytes as too large (413)"
    let refusal = BatchRefusal(
      cause: bytes < Self.proxyBytesMin ? .request : .unclear, culprit: 0, words: text)
    guard isolation.refused(refusal, count: 1, last: push.last, at: now.boot) == .quarantined else {
      return failed(Failure(.badReply, text + ": raise the limit of the proxy there"), now, random: random)
    }
    return setAsideTooLarge(text, pull)
  }

  /// The smallest body limit that is common in proxies, in bytes (nginx: 1 MiB).
  static let proxyBytesMin = 1 << 20

  private mutating func setAsideTooLarge(_ reason: String, _ pull: Pull?) -> [Effect] {
    state = .completingPush(pull)
    return [.quarantined(code: "too_large", reason: reason)]
  }

  mutating func deviceRewound(_ now: Moment, random: Double) -> [Effect] {
    guard case .sending(_, let pull) = state else { return [] }
    if let failure = stall.renewed() { return failed(failure, now, random: random) }
    state = .renewing
    // A page that was requested under the earlier incarnation is not applied.
    return (pull == nil ? [] : [.cancelRequest]) + [.report(.rewound), .renewIncarnation]
  }

  mutating func renewed() -> [Effect] {
    guard case .renewing = state else { return [] }
    state = .loading(nil)
    return [.load(paced)]
  }

  mutating func pushCompleted(_ result: PushResult, _ now: Moment) -> [Effect] {
    guard case .completingPush(let pull) = state else { return [] }
    pushedCount += result.accepted
    var effects: [Effect] = []
    effects += reportLosses(quarantined: result.quarantined, conflicts: result.conflicts, result.samples)
    if result.passedOver > 0 { effects.append(.report(.passedOver(result.passedOver))) }
    return effects + startPullTurn(pull, now)
  }
}

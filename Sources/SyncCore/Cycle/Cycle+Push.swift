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
      state = .settling(pull)
      return [.settle]
    }
    state = .sending(Push(count: count, last: last, began: now.boot), pull)
    return [.send]
  }

  mutating func sent(_ witness: Witness?, _ now: Moment) -> [Effect] {
    guard case .sending(let push, var pull) = state else { return [] }
    if isolation.taken(through: push.last) { limits = bounded(rules.batch) }
    futility.wasTaken()
    pushPace.took(now.boot - push.began)
    self.witness = Witness.newer(self.witness, witness)
    pull?.mustAskAgain = true
    state = .settling(pull)
    return toldHubWorks(now) + [.settle]
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
      if let failure = futility.tooLarge() { return failed(failure, now, random: random) }
      return setAsideTooLarge("the change is larger than the hub takes, even alone", pull)
    }
    let text = "something on the way to the hub refuses one change of \(bytes) bytes as too large (413)"
    let refusal = Refusal(blame: bytes < Self.proxyBytesMin ? .request : .unclear, culprit: 0, words: text)
    guard isolation.refused(refusal, count: 1, last: push.last, at: now.boot) == .setAside else {
      return failed(Failure(.badReply, text + ": raise the limit of the proxy there"), now, random: random)
    }
    return setAsideTooLarge(text, pull)
  }

  /// The smallest body limit that is common in proxies, in bytes (nginx: 1 MiB).
  static let proxyBytesMin = 1 << 20

  private mutating func setAsideTooLarge(_ reason: String, _ pull: Pull?) -> [Effect] {
    state = .settling(pull)
    return [.setAside(code: "too_large", reason: reason)]
  }

  mutating func deviceRewound(_ now: Moment, random: Double) -> [Effect] {
    guard case .sending(_, let pull) = state else { return [] }
    if let failure = futility.renewed() { return failed(failure, now, random: random) }
    state = .renewing
    // A page that was requested under the earlier incarnation is not applied.
    return (pull == nil ? [] : [.cancelRequest]) + [.report(.rewound), .renewIncarnation]
  }

  mutating func renewed() -> [Effect] {
    guard case .renewing = state else { return [] }
    state = .loading(nil)
    return [.load(paced)]
  }

  mutating func settled(_ settlement: Settlement, _ now: Moment) -> [Effect] {
    guard case .settling(let pull) = state else { return [] }
    pushedCount += settlement.accepted
    var effects: [Effect] = []
    effects += told(
      quarantined: settlement.quarantined, conflicts: settlement.conflicts, settlement.particulars)
    if settlement.passedOver > 0 { effects.append(.report(.passedOver(settlement.passedOver))) }
    return effects + takePullTurn(pull, now)
  }
}

/// The first half of a cycle: everything new in the local log goes to the hub, in order, in batches.
extension Cycle {
  mutating func negotiated(_ kind: HubKind, _ now: Moment) -> [Effect] {
    guard case .negotiating = state else { return [] }
    hub = kind
    return begin(now)
  }

  mutating func loaded(isEmpty: Bool, nothingToSend: Bool, count: Int, last: ChangeID) -> [Effect] {
    guard case .loading = state else { return [] }
    if isEmpty {
      state = .pulling(Pull(since: cursor))
      return [.pull(since: cursor, waits: false)]
    }
    if nothingToSend {
      state = .settling
      return [.settle]
    }
    state = .sending(count: count, last: last)
    return [.send]
  }

  mutating func sent(_ witness: Witness?, _ now: Moment) -> [Effect] {
    guard case .sending(_, let last) = state else { return [] }
    if isolation.taken(through: last) { limits = bounded(rules.batch) }
    futility.wasTaken()
    self.witness = Witness.newer(self.witness, witness)
    state = .settling
    return toldHubWorks(now) + [.settle]
  }

  /// 413 halves the batch. One change that is too large for the hub alone is set aside, and the rest goes on. Something
  /// on the way has no word in this: where the change is so small that its size cannot be the reason, it waits; where it
  /// may be, it is set aside once it was tried for a while, so that what is behind it goes on.
  mutating func refusedAsTooLarge(
    byHub: Bool, bytes: Int, _ now: Moment, random: Double
  ) -> [Effect] {
    guard case .sending(let count, let last) = state else { return [] }
    guard count == 1 else {
      limits.changes = max(1, count / 2)
      limits.bytes = max(1, limits.bytes / 2)
      state = .loading
      return [.load(limits)]
    }
    if byHub {
      if let failure = futility.tooLarge() { return failed(failure, now, random: random) }
      return setAsideTooLarge("the change is larger than the hub takes, even alone")
    }
    let text = "something on the way to the hub refuses one change of \(bytes) bytes as too large (413)"
    let refusal = Refusal(blame: bytes < Self.proxyBytesMin ? .request : .unclear, culprit: 0, words: text)
    guard isolation.refused(refusal, count: 1, last: last, at: now.boot) == .setAside else {
      return failed(Failure(.badReply, text + ": raise the limit of the proxy there"), now, random: random)
    }
    return setAsideTooLarge(text)
  }

  /// Proxies take at least so many bytes, as they come (nginx: 1 MiB).
  static let proxyBytesMin = 1 << 20

  private mutating func setAsideTooLarge(_ reason: String) -> [Effect] {
    state = .settling
    return [.setAside(code: "too_large", reason: reason)]
  }

  mutating func deviceRewound(_ now: Moment, random: Double) -> [Effect] {
    guard case .sending = state else { return [] }
    if let failure = futility.renewed() { return failed(failure, now, random: random) }
    state = .renewing
    return [.report(.rewound), .renewIncarnation]
  }

  mutating func renewed() -> [Effect] {
    guard case .renewing = state else { return [] }
    state = .loading
    return [.load(limits)]
  }

  mutating func settled(_ settlement: Settlement) -> [Effect] {
    guard case .settling = state else { return [] }
    pushedCount += settlement.accepted
    var effects: [Effect] = []
    effects += told(
      quarantined: settlement.quarantined, conflicts: settlement.conflicts, settlement.particulars)
    if settlement.passedOver > 0 { effects.append(.report(.passedOver(settlement.passedOver))) }
    state = .loading
    effects.append(.load(limits))
    return effects
  }
}

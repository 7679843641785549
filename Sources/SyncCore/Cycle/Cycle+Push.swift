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
    self.witness = Witness.newer(self.witness, witness)
    state = .settling
    return toldHubWorks(now) + [.settle]
  }

  /// 413 halves the batch; one change that is too large alone is set aside, and the rest goes on.
  mutating func refusedAsTooLarge() -> [Effect] {
    guard case .sending(let count, _) = state else { return [] }
    guard count > 1 else {
      state = .settling
      return [
        .setAside(code: "too_large", reason: "the change is larger than the hub takes, even alone")
      ]
    }
    limits.changes = max(1, count / 2)
    limits.bytes = max(1, limits.bytes / 2)
    state = .loading
    return [.load(limits)]
  }

  mutating func deviceRewound() -> [Effect] {
    guard case .sending = state else { return [] }
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

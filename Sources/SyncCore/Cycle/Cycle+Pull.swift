/// The second half of a cycle: everyone else's changes, page after page. While one page is applied the next is
/// already on its way; no more than that is ever held (memory is bounded whatever the backlog).
extension Cycle {
  mutating func pulled(_ page: PageSummary, _ now: Moment, random: Double) -> [Effect] {
    switch state {
    case .listening:
      hubHead = max(hubHead, page.latest)
      // A long poll that ended empty: in step, and heard so just now.
      if page.count == 0, page.next == cursor || page.next == nil {
        lastSuccess = now.wall
        return toldSteady(now) + (mayListenAgain(now) ? rest(now) : sleep(now, atMost: Self.pollFloor))
      }
      countCycle()
      state = .pulling(Pull(since: cursor))
      return take(page, Pull(since: cursor), now, random: random)
    case .pulling(let pull):
      return take(page, pull, now, random: random)
    case .resting, .opening, .negotiating, .loading, .comparing, .sending, .renewing, .settling,
      .snapshotting, .onErrand,
      .waiting, .blocked, .probing, .paused:
      return []  // its request was given up
    }
  }

  private mutating func take(_ page: PageSummary, _ pull: Pull, _ now: Moment, random: Double) -> [Effect] {
    precondition(pull.isFetching, "a page comes only where one was asked for")
    if let failure = futility.given(page) { return failed(failure, now, random: random) }
    guard let next = page.next else { return takeLayerOne(page, pull, now) }
    hubHead = max(hubHead, page.latest)
    precondition(next >= pull.since, "the engine refuses a page that goes back")
    let works = toldHubWorks(now)
    var pull = pull
    pull.isFetching = false
    pull.hasMore = page.hasMore
    if page.count == 0, next == pull.since, !pull.isApplying, !page.hasMore {
      return works + finish(now)
    }
    pull.hasPage = page.count > 0 || next > pull.since
    pull.since = next
    if let chain = page.chain {
      witness = Witness.newer(witness, Witness(position: next, chain: chain))
    }
    return works + advance(pull, now)
  }

  /// Layer 1: the cursor goes only to ids received; on an empty page only to a `latest_change_id` that two
  /// consecutive empty replies agree on; one below the cursor means a server restored from a backup.
  private mutating func takeLayerOne(_ page: PageSummary, _ pull: Pull, _ now: Moment) -> [Effect] {
    var pull = pull
    pull.isFetching = false
    guard page.latest >= pull.since || page.count > 0 else {
      let text =
        "the server's log ends at \(page.latest), before our cursor \(pull.since): it was restored from a backup; "
        + "nothing is pulled until this is resolved"
      return failed(Failure(.logChanged, text), now, random: 0)
    }
    let works = toldHubWorks(now)
    hubHead = max(page.latest, page.last ?? .start)
    if let last = page.last {
      pull.emptyLatest = nil
      pull.since = max(pull.since, last)
      pull.hasMore = true  // only an empty page ends a layer-1 pull
      pull.hasPage = true
      return works + advance(pull, now)
    }
    if page.latest == pull.since { return works + finishOrWait(pull, now) }
    if pull.emptyLatest == page.latest {
      pull.since = page.latest
      pull.emptyLatest = nil
      pull.isApplying = true
      pull.hasMore = false
      state = .pulling(pull)
      return works + [.apply(proven: page.latest)]
    }
    pull.emptyLatest = page.latest
    pull.isFetching = true
    state = .pulling(pull)
    return works + [.pull(since: pull.since, waits: false)]
  }

  private mutating func finishOrWait(_ pull: Pull, _ now: Moment) -> [Effect] {
    var pull = pull
    pull.hasMore = false
    return advance(pull, now)
  }

  mutating func applied(_ applied: Applied, _ now: Moment, random: Double) -> [Effect] {
    cursor = max(cursor, applied.cursor)
    let futile = futility.applied(applied)
    guard case .pulling(var pull) = state else { return [] }
    precondition(pull.isApplying, "a page is applied only where one was given")
    pull.isApplying = false
    pulledCount += applied.applied
    var effects: [Effect] = []
    effects += told(quarantined: applied.quarantined, conflicts: applied.conflicts, applied.particulars)
    if let futile { return effects + failed(futile, now, random: random) }
    return effects + advance(pull, now)
  }

  /// Starts what can start: the waiting page, the next request; with neither left, the cycle is done.
  private mutating func advance(_ pull: Pull, _ now: Moment) -> [Effect] {
    var pull = pull
    var effects: [Effect] = []
    if pull.hasPage, !pull.isApplying {
      pull.hasPage = false
      pull.isApplying = true
      effects.append(.apply(proven: nil))
    }
    // Layer 1 asks from where the library stands, one page at a time: its pages name no next position.
    let mayFetch = pull.hasMore && !pull.isFetching && !pull.hasPage && (hub != .layer1 || !pull.isApplying)
    if mayFetch {
      pull.isFetching = true
      effects.append(.pull(since: pull.since, waits: false))
    }
    state = .pulling(pull)
    if !pull.isApplying, !pull.isFetching, !pull.hasPage {
      return effects + finish(now)
    }
    return effects
  }
}

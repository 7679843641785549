/// Pulls the changes of other devices, page by page. While one page is applied the next is already requested.
/// No more than that is held, so memory stays bounded whatever the backlog.
extension Cycle {
  mutating func pulled(_ page: PageSummary, _ now: Moment, random: Double) -> [Effect] {
    if case .listening = state {
      hubHead = max(hubHead, page.latest)
      // A long poll ended empty, so the device is in step as of now.
      if page.count == 0, page.next == readFrom || page.next == nil {
        if hold == nil { lastSuccess = now.wall }
        return reportSteadyRecovery(now)
          + (mayListenAgain(now) ? rest(now) : sleep(now, atMost: Self.pollFloor))
      }
      countCycle()
      pulledAt = now.boot
      state = .pulling(Pull(since: readFrom, askedAt: nil))
    }
    guard let pull else { return [] }  // its request was cancelled
    return apply(page, pull, now, random: random)
  }

  private mutating func apply(_ page: PageSummary, _ pull: Pull, _ now: Moment, random: Double) -> [Effect] {
    precondition(pull.isFetching, "a page comes only where one was asked for")
    if let failure = stall.given(page) { return failed(failure, now, random: random) }
    var pull = pull
    pull.isFetching = false
    pull.fetchTook = pull.askedAt.map { now.boot - $0 } ?? .zero
    // Applied at once: the next page may be requested before this one is applied.
    if pull.fetchTook > TransferSizer.slow { pullPace.took(pull.fetchTook) }
    guard let next = page.next else { return applyLayerOne(page, pull, now) }
    hubHead = max(hubHead, page.latest)
    precondition(next >= pull.since, "the engine refuses a page that goes back")
    pull.hasMore = page.hasMore
    if page.count > 0 || next > pull.since { pull.ready = .page }
    pull.since = next
    if let chain = page.chain {
      checkpoint = LogCheckpoint.newer(checkpoint, LogCheckpoint(position: next, chain: chain))
    }
    return reportHubRecovery(now) + advance(pull, now)
  }

  /// Layer 1: the cursor moves only to ids received. On an empty page it moves only to a `latest_change_id`
  /// that two consecutive empty replies agree on. A `latest_change_id` below the cursor means that the server
  /// was restored from a backup.
  private mutating func applyLayerOne(_ page: PageSummary, _ pull: Pull, _ now: Moment) -> [Effect] {
    var pull = pull
    guard page.latest >= pull.since || page.count > 0 else {
      let text =
        "the server's log ends at \(page.latest), before our cursor \(pull.since): it was restored from a backup; "
        + "nothing is pulled until this is resolved"
      return failed(Failure(.logChanged, text), now, random: 0)
    }
    let works = reportHubRecovery(now)
    hubHead = max(page.latest, page.last ?? .start)
    if let last = page.last {
      pull.emptyLatest = nil
      pull.since = max(pull.since, last)
      pull.hasMore = true  // only an empty page ends a layer-1 pull
      pull.ready = .page
      return works + advance(pull, now)
    }
    pull.hasMore = false
    if page.latest == pull.since { return works + advance(pull, now) }
    if pull.emptyLatest == page.latest {
      pull.since = page.latest
      pull.emptyLatest = nil
      pull.ready = .proven(page.latest)
      return works + advance(pull, now)
    }
    pull.emptyLatest = page.latest
    return works + ask(pull, now)
  }

  /// Requests the next page.
  private mutating func ask(_ pull: Pull, _ now: Moment) -> [Effect] {
    var pull = pull
    pull.isFetching = true
    pull.mustAskAgain = false
    pull.askedAt = now.boot
    keep(pull)
    return [asking(pull.since, waits: false)]
  }

  mutating func applied(_ applied: PageResult, _ now: Moment, random: Double) -> [Effect] {
    cursor = max(cursor, applied.cursor)
    let futile = stall.applied(applied)
    guard case .pulling(var pull) = state else { return [] }
    guard let since = pull.applyingSince else {
      preconditionFailure("a page is applied only where one was given")
    }
    pull.applyingSince = nil
    // A push waits while the library applies a page, as it waits for the line, and should wait for a second
    // at most.
    let work = (now.boot - since) * 4
    if work > TransferSizer.slow {
      pullPace.took(work)
    } else if max(work, pull.fetchTook) <= TransferSizer.quick {
      pullPace.came()
    }
    pulledCount += applied.applied
    let effects = reportLosses(
      quarantined: applied.quarantined, conflicts: applied.conflicts, applied.samples)
    if let futile { return effects + failed(futile, now, random: random) }
    let isDue = plan[.debounce].map { $0 <= now.boot } ?? false
    return effects + (pull.yields || isDue ? startPushTurn(pull, now) : advance(pull, now))
  }

  /// Starts what can start: applies the waiting page if it is the pull's turn, and sends the next request. If
  /// nothing is left the pull ends, and the cycle with it if it was the pull's turn.
  mutating func advance(_ pull: Pull, _ now: Moment) -> [Effect] {
    var pull = pull
    var effects: [Effect] = []
    if isPulling, !pull.isApplying {
      if let refusal = pull.refusal { return beginSnapshot(refusal) }
      if let ready = pull.ready {
        pull.ready = nil
        pull.applyingSince = now.boot
        switch ready {
        case .page: effects.append(.apply(proven: nil))
        case .proven(let position): effects.append(.apply(proven: position))
        }
      }
    }
    if !mayRead { pull.hasMore = false }
    let mayAsk = !pull.isFetching && pull.ready == nil && pull.refusal == nil
    // Layer-1 pages name no next position, so the next request starts from the library's cursor, one page at
    // a time.
    let isOrdered = hub != .layer1 || !pull.isApplying
    if mayAsk, isOrdered, pull.hasMore || (pull.mustAskAgain && isPulling && !pull.yields) {
      return effects + ask(pull, now)
    }
    guard pull.isOver else {
      keep(pull)
      return effects
    }
    pulledAt = now.boot
    guard isPulling else {
      keep(nil)
      return effects
    }
    return effects + (pull.yields ? startPushTurn(nil, now) : finish(now))
  }
}

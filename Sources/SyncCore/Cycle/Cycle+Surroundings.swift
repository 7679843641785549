/// What happens around the daemon: the machine sleeps and wakes, somebody sets its clock, the network changes. Each
/// shortens a wait, none is proof of anything: a hub is reachable when it has answered.
extension Cycle {
  /// When a cycle runs after the machine woke or found another network: not at once, because the network is about to
  /// come up, and not together with every other device that woke at the same hour.
  static func reconnectDelay(random: Double) -> Duration { .seconds(1) + .milliseconds(Int64(3000 * random)) }

  mutating func wokenFromSleep(_ now: Moment, random: Double) -> [Effect] {
    backoff.shorten()
    let soon = now.boot + Self.reconnectDelay(random: random)
    switch state {
    case .resting:
      plan[.reconnect] = soon
    case .listening:
      // The hub, or something on the way to it, may have forgotten the poll long ago.
      state = .resting
      plan[.reconnect] = soon
      return [.cancelRequest, .dropConnections]
    case .waiting(let failure):
      // What the hub asked for (`Retry-After`) is counted on the boot clock and holds.
      if failure.kind != .hubBusy { plan[.retry] = min(plan[.retry] ?? soon, soon) }
    case .negotiating, .comparing, .sending, .pulling, .snapshotting, .onErrand:
      // The reply that is awaited was lost in the sleep, or will be found to be after a long timeout.
      let failure = Failure(
        .unreachable, "the machine slept in the middle of a cycle", retryAfter: .seconds(1))
      return failed(failure, now, random: random) + [.dropConnections]
    case .blocked: probe(by: soon)
    case .probing(let blockage):
      state = .blocked(blockage)
      probe(by: soon)
      return [.cancelRequest, .dropConnections]
    case .opening, .loading, .renewing, .settling, .paused: break
    }
    return [.dropConnections]
  }

  /// Waiting goes by the boot clock; only what is told to people, and what they asked for by the time of day, moves.
  mutating func clockSet(by span: Duration, _ now: Moment, random: Double) -> [Effect] {
    since = since.map { Moment(wall: now.wall + ($0.boot - now.boot), boot: $0.boot) }
    lastSuccess = lastSuccess.map { $0 + span }
    if case .paused(let pause) = state, let until = pause.until {
      plan[.pauseEnd] = now.boot + max(until.since(now.wall), .zero)
    }
    // A virtual machine that was stopped for a while learns of it only as a clock that jumps ahead.
    if span >= Self.stoppedFor { return wokenFromSleep(now, random: random) }
    // A certificate that was not valid yet, or no longer, may be by this clock.
    switch state {
    case .waiting(let failure) where failure.kind == .untrusted:
      if routeAllowance.take(at: now.boot) { plan[.retry] = now.boot }
    case .blocked where routeAllowance.take(at: now.boot): probe(by: now.boot)
    default: break
    }
    return []
  }

  /// How far the clock jumps ahead where the machine itself seems to have stood still.
  static let stoppedFor: Duration = .seconds(30)

  mutating func routeAppeared(_ now: Moment, random: Double) -> [Effect] {
    let soon = now.boot + Self.reconnectDelay(random: random)
    switch state {
    case .blocked(let blockage) where blockage.probe != .library:
      guard plan[.probe].map({ $0 > soon }) ?? true, routeAllowance.take(at: now.boot) else { return [] }
      probe(by: soon)
      return [.dropConnections]
    case .waiting(let failure) where failure.kind.isOfWay:
      guard let retry = plan[.retry], retry > soon, routeAllowance.take(at: now.boot) else { return [] }
      plan[.retry] = soon
      backoff.shorten(toDoublings: Self.doublingsWithRoute)
      return [.dropConnections]
    case .resting, .opening, .negotiating, .loading, .comparing, .sending, .renewing, .settling, .pulling,
      .snapshotting, .onErrand, .listening, .waiting, .blocked, .probing, .paused:
      return []
    }
  }

  /// The open connections belong to another interface, gateway or address than the hub is reached by now. At rest they
  /// are exchanged; a request under way goes on, because the kernel finds out within seconds whether it leads nowhere.
  mutating func wayMoved(_ now: Moment, random: Double) -> [Effect] {
    switch state {
    case .listening:
      guard plan[.reconnect] == nil, routeAllowance.take(at: now.boot) else { return [] }
      plan[.reconnect] = now.boot + Self.reconnectDelay(random: random)
      return []
    case .resting, .waiting, .blocked, .paused, .opening, .loading(nil), .renewing, .settling(nil):
      return [.dropConnections]
    case .negotiating, .comparing, .loading, .sending, .settling, .pulling, .snapshotting, .onErrand,
      .probing:
      return []
    }
  }

  /// After a route appeared the waits grow anew from here: it may take the network a moment to lead anywhere.
  static let doublingsWithRoute = 3
}

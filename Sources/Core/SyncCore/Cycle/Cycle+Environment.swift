/// Events around the daemon: the machine sleeps and wakes, the clock is set, the network changes. Each
/// shortens a wait, and none proves anything: a hub is reachable once it has answered.
extension Cycle {
  /// How long after a wake-up or a network change a cycle runs. The network needs a moment to come up, and
  /// devices that wake at the same hour must not all connect at once.
  static func reconnectDelay(random: Double) -> Duration { .seconds(1) + .milliseconds(Int64(3000 * random)) }

  mutating func wokenFromSleep(_ now: Moment, random: Double) -> [Effect] {
    backoff.shorten()
    let soon = now.boot + Self.reconnectDelay(random: random)
    switch state {
    case .resting:
      plan[.reconnect] = soon
    case .listening:
      // The hub, or something on the way to it, may have dropped the poll long ago.
      state = .resting
      plan[.reconnect] = soon
      return [.cancelRequest, .dropConnections]
    case .waiting(let failure):
      // The wait that the hub asked for (`Retry-After`) is on the boot clock and stays in force.
      if failure.kind != .hubBusy { plan[.retry] = min(plan[.retry] ?? soon, soon) }
    case .negotiating, .comparing, .sending, .pulling, .snapshotting, .onTask:
      // The pending reply was lost during the sleep, or will only be found lost after a long timeout.
      let failure = Failure(
        .unreachable, "the machine slept in the middle of a cycle", retryAfter: .seconds(1))
      return failed(failure, now, random: random) + [.dropConnections]
    case .blocked: probe(by: soon)
    case .probing(let blockage):
      state = .blocked(blockage)
      probe(by: soon)
      return [.cancelRequest, .dropConnections]
    case .opening, .loading, .renewing, .completingPush, .paused: break
    }
    return [.dropConnections]
  }

  /// The wall clock was set. Waits use the boot clock; only displayed times and times of day that people
  /// asked for move.
  mutating func clockSet(by span: Duration, _ now: Moment, random: Double) -> [Effect] {
    since = since.map { Moment(wall: now.wall + ($0.boot - now.boot), boot: $0.boot) }
    lastSuccess = lastSuccess.map { $0 + span }
    if case .paused(let pause) = state, let until = pause.until {
      plan[.pauseEnd] = now.boot + max(until.since(now.wall), .zero)
    }
    // A virtual machine that was stopped for a while sees only a clock that jumps ahead.
    if span >= Self.stoppedFor { return wokenFromSleep(now, random: random) }
    // By this clock a certificate that was not valid yet, or no longer, may be valid.
    switch state {
    case .waiting(let failure) where failure.kind == .untrusted:
      if routeAllowance.use(at: now.boot) { plan[.retry] = now.boot }
    case .blocked where routeAllowance.use(at: now.boot): probe(by: now.boot)
    default: break
    }
    return []
  }

  /// A clock that jumps ahead by at least this much is taken as a machine that stood still.
  static let stoppedFor: Duration = .seconds(30)

  mutating func routeAppeared(_ now: Moment, random: Double) -> [Effect] {
    let soon = now.boot + Self.reconnectDelay(random: random)
    switch state {
    case .blocked(let blockage) where blockage.probe != .library:
      guard plan[.probe].map({ $0 > soon }) ?? true, routeAllowance.use(at: now.boot) else { return [] }
      probe(by: soon)
      return [.dropConnections]
    case .waiting(let failure) where failure.kind.isOfWay:
      guard let retry = plan[.retry], retry > soon, routeAllowance.use(at: now.boot) else { return [] }
      plan[.retry] = soon
      backoff.shorten(toDoublings: Self.doublingsWithRoute)
      return [.dropConnections]
    case .resting, .opening, .negotiating, .loading, .comparing, .sending, .renewing, .completingPush,
      .pulling,
      .snapshotting, .onTask, .listening, .waiting, .blocked, .probing, .paused:
      return []
    }
  }

  /// The open connections use another interface, gateway or address than the present way to the hub. At rest
  /// the device replaces them. A request under way continues, because the kernel finds out within seconds
  /// whether it still gets through.
  mutating func networkPathChanged(_ now: Moment, random: Double) -> [Effect] {
    switch state {
    case .listening:
      guard plan[.reconnect] == nil, routeAllowance.use(at: now.boot) else { return [] }
      plan[.reconnect] = now.boot + Self.reconnectDelay(random: random)
      return []
    case .resting, .waiting, .blocked, .paused, .opening, .loading(nil), .renewing, .completingPush(nil):
      return [.dropConnections]
    case .negotiating, .comparing, .loading, .sending, .completingPush, .pulling, .snapshotting, .onTask,
      .probing:
      return []
    }
  }

  /// The backoff level that a new route resets to. The network may need a moment to work, so the waits grow
  /// from here again.
  static let doublingsWithRoute = 3
}

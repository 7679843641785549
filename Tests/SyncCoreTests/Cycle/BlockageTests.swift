import Testing

@testable import SyncCore

/// A blocked daemon says so once, and detects by itself that the blockage is over.
@Suite struct BlockageTests {
  private static let refused = Failure(.credentials, "401")
  private static let gone = Failure(.unreachable, "gone")

  /// A cycle that was refused in its first pull.
  private static func blocked(_ failure: Failure = refused, random: Double = 0.5) -> CycleScript {
    var script = CycleScript()
    script.begin()
    _ = script.feed(.failed(failure), random: random)
    return script
  }

  private static func wait(_ script: CycleScript) -> Duration {
    script.cycle.plan.next.map { $0 - script.boot } ?? .seconds(1_000_000)
  }

  private static func blockage(_ script: CycleScript) -> Blockage? {
    switch script.cycle.state {
    case .blocked(let blockage), .probing(let blockage): blockage
    default: nil
    }
  }

  /// Advances the time to the alarm, and rings it.
  private static func sleep(_ script: inout CycleScript, random: Double = 0.5) -> [Effect] {
    script.advance(max(wait(script), .zero))
    return script.feed(.timerFired, random: random)
  }

  @Test(arguments: [0, 0.5, 0.999])
  func `a blocked engine probes about every quarter of an hour, at a random offset`(random: Double) {
    var script = Self.blocked(random: random)
    for _ in 0..<5 {
      #expect(Self.wait(script) >= .seconds(720) && Self.wait(script) <= .seconds(1080))
      #expect(Self.sleep(&script) == [.probe(.page(CycleScript.hub))])
      #expect(script.feed(.failed(Self.refused), random: random) == [], "said before")
    }
  }

  @Test func `a blockage is reported at once, and once, however long it lasts`() {
    var script = CycleScript()
    script.begin()
    var told = script.feed(.failed(Self.refused)).filter { if case .report = $0 { true } else { false } }
    let since = script.cycle.since
    for _ in 0..<100 {
      _ = Self.sleep(&script)
      told += script.feed(.failed(Self.refused)).filter { if case .report = $0 { true } else { false } }
    }
    #expect(told == [.report(.blocked(Self.refused))])
    #expect(script.cycle.since == since)
    #expect(script.cycle.backoff.attempt == 101)
  }

  @Test func `an answered probe begins a cycle, which asks the hub again what it is`() {
    var script = Self.blocked()
    _ = Self.sleep(&script)
    #expect(script.feed(.probed) == [.negotiate])
    _ = script.feed(.negotiated(CycleScript.hub))
    _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
    _ = script.feed(CycleScript.page(0, next: 0))
    #expect(script.cycle.state == .resting)
  }

  @Test func `an unanswered probe does not change what blocks`() {
    var script = Self.blocked()
    _ = Self.sleep(&script)
    #expect(script.feed(.failed(Self.gone)) == [])
    #expect(Self.blockage(script)?.failure == Self.refused)
    #expect(Self.wait(script) > .seconds(700))
    _ = Self.sleep(&script)
    #expect(script.feed(.failed(Failure(.hubBusy, "503", retryAfter: .seconds(3000)))) == [])
    #expect(Self.wait(script) == .seconds(3000))
  }

  @Test func `a different blockage is reported`() {
    var script = Self.blocked()
    _ = Self.sleep(&script)
    let other = Failure(.logChanged, "another log")
    #expect(script.feed(.failed(other)) == [.report(.blocked(other))])
    #expect(Self.sleep(&script) == [.probe(.capabilities)], "a hub with another log is asked for no page")
  }

  @Test(arguments: [
    (Failure(.credentials, "401"), Probe.page(CycleScript.hub)),
    (Failure(.configuration, "no such file"), .page(CycleScript.hub)),
    (Failure(.logChanged, "another log"), .capabilities), (Failure(.retired, "410"), .capabilities),
  ])
  func `the probe is one cheap request`(failure: Failure, probe: Probe) {
    var script = Self.blocked(failure)
    #expect(Self.sleep(&script) == [.probe(probe)])
  }

  @Test func `a hub that has not said what it is yet is asked for its capabilities`() {
    var script = CycleScript()
    _ = script.feed(.started)
    _ = script.feed(.opened(CycleScript.deviceState()))
    _ = script.feed(.failed(Self.refused))
    #expect(Self.sleep(&script) == [.probe(.capabilities)])
  }

  @Test func `the probe of an unusable library opens it`() {
    var script = Self.blocked(Failure(.libraryUnusable, "no library"))
    #expect(Self.sleep(&script) == [.open])
  }

  @Test func `it probes within seconds when the machine wakes, its clock is set or a network appears`() {
    for event in [
      Event.wokenFromSleep, .clockSet(by: .seconds(-5)), .clockSet(by: .seconds(9000)),
      .routeAppeared,
    ] {
      var script = Self.blocked()
      script.advance(.seconds(10))
      _ = script.feed(event)
      #expect(Self.wait(script) <= .seconds(4), "\(event)")
      #expect(Self.sleep(&script) == [.probe(.page(CycleScript.hub))], "\(event)")
    }
  }

  @Test func `a sleep during a probe causes another one`() {
    var script = Self.blocked()
    _ = Self.sleep(&script)
    #expect(script.feed(.wokenFromSleep) == [.cancelRequest, .dropConnections])
    #expect(Self.wait(script) <= .seconds(4))
    #expect(Self.sleep(&script) == [.probe(.page(CycleScript.hub))])
  }

  @Test func `edits cause a probe, at most once a minute`() {
    var script = Self.blocked()
    script.advance(.seconds(100))
    var probes = 0
    for _ in 0..<600 {
      _ = script.feed(.libraryChanged)
      script.advance(.seconds(1))
      guard Self.wait(script) <= .zero else { continue }
      #expect(script.feed(.timerFired) == [.probe(.page(CycleScript.hub))])
      _ = script.feed(.libraryChanged)
      #expect(script.feed(.failed(Self.refused)) == [])
      probes += 1
    }
    #expect((9...10).contains(probes), "\(probes) in ten minutes")
  }

  @Test func `a flapping link causes no storm of probes`() {
    var script = Self.blocked()
    var probes = 0
    for _ in 0..<3600 {
      _ = script.feed(.routeAppeared)
      script.advance(.seconds(1))
      guard Self.wait(script) <= .zero else { continue }
      _ = script.feed(.timerFired)
      _ = script.feed(.failed(Self.gone))
      probes += 1
    }
    #expect((30...64).contains(probes), "\(probes) in an hour")
  }

  @Test func `a trigger during a probe begins a cycle at once`() {
    var script = Self.blocked()
    _ = Self.sleep(&script)
    #expect(script.feed(.triggered) == [.cancelRequest, .negotiate])
  }

  @Test func `a pause during a probe ends it`() {
    var script = Self.blocked()
    _ = Self.sleep(&script)
    #expect(script.feed(.paused(Pause(until: nil))).contains(.cancelRequest))
    #expect(script.feed(.probed) == [])
    #expect(script.feed(.failed(Self.refused)) == [])
  }

  // MARK: - What does not block

  @Test(arguments: [Failure(.untrusted, "certificate has expired"), Failure(.badReply, "a portal's page")])
  func `a fault of something in between is retried with backoff, and a route shortens the wait`(
    failure: Failure
  ) {
    var script = CycleScript()
    script.begin()
    for _ in 0..<12 {
      _ = script.feed(.failed(failure), random: 0.999)
      #expect(script.cycle.state == .waiting(failure))
      _ = Self.sleep(&script)
    }
    _ = script.feed(.failed(failure), random: 0.999)
    #expect(Self.wait(script) > .seconds(60))
    _ = script.feed(.routeAppeared)
    #expect(Self.wait(script) <= .seconds(4))
  }

  @Test func `a certificate that is invalid by this clock is retried once the clock is set`() {
    var script = CycleScript()
    script.begin()
    for _ in 0..<12 {
      _ = script.feed(.failed(Failure(.untrusted, "not yet valid")), random: 0.999)
      _ = Self.sleep(&script)
    }
    _ = script.feed(.failed(Failure(.untrusted, "not yet valid")), random: 0.999)
    _ = script.feed(.clockSet(by: .seconds(-86_400)))
    #expect(Self.wait(script) == .zero)
  }

  @Test func `an unusable library is opened again and again`() {
    var script = CycleScript()
    _ = script.feed(.started)
    let failure = Failure(.libraryForbidden, "read-only")
    let effects = script.feed(.failed(failure))
    #expect(effects.contains(.closeLibrary))
    #expect(script.cycle.state == .waiting(failure))
    #expect(Self.sleep(&script) == [.open])
    _ = script.feed(.failed(failure), random: 0.999)
    _ = script.feed(.libraryTouched)
    #expect(Self.wait(script) <= Cycle.quietFor, "somebody has done something to it")
  }
}

import Testing

@testable import SyncCore

@Suite struct SurroundingsTests {
  private static let unreachable = Failure(.unreachable, "gone")

  /// A cycle in step, with an open long poll.
  private static func listening() -> CycleScript {
    var script = CycleScript(listens: true)
    script.begin()
    _ = script.feed(CycleScript.page(0, next: 0))
    return script
  }

  /// A cycle after the given number of failures, with the longest possible wait.
  private static func waiting(_ failure: Failure = unreachable, failures: Int = 12) -> CycleScript {
    var script = CycleScript()
    script.begin()
    for _ in 0..<failures {
      _ = script.feed(.failed(failure), random: 0.999)
      script.advance(.seconds(1000))
      _ = script.feed(.timerFired)
    }
    _ = script.feed(.failed(failure), random: 0.999)
    return script
  }

  private static func wait(_ script: CycleScript) -> Duration? {
    script.cycle.plan.next.map { $0 - script.boot }
  }

  // MARK: - Sleep

  @Test(arguments: [0, 0.5, 0.999])
  func `after sleep one cycle runs within a few seconds, over new connections`(random: Double) throws {
    var script = Self.listening()
    #expect(script.feed(.wokenFromSleep, random: random) == [.cancelRequest, .dropConnections])
    let wait = try #require(Self.wait(script))
    #expect(wait >= .seconds(1) && wait <= .seconds(4))
    script.advance(wait)
    #expect(script.feed(.timerFired) == [.dropConnections, .load(BatchLimits(changes: 100, bytes: 10_000))])
    _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
    #expect(
      script.feed(CycleScript.page(0, next: 0)) == [.finished(.inStep), .pull(since: .start, waits: true)],
      "one cycle, not two, and nothing to say")
    #expect(script.cycle.plan.next == nil)
  }

  @Test func `a machine that wakes again and again syncs once`() throws {
    var script = Self.listening()
    for _ in 0..<5 { _ = script.feed(.wokenFromSleep) }
    script.advance(.seconds(4))
    _ = script.feed(.timerFired)
    #expect(script.cycle.state == .loading(nil))
    #expect(script.cycle.plan.next == nil)
  }

  @Test func `after sleep a long wait is shortened, and the backoff starts again`() throws {
    var script = Self.waiting()
    #expect(Self.wait(script) ?? .zero > .seconds(800))
    #expect(script.feed(.wokenFromSleep) == [.dropConnections])
    #expect(Self.wait(script) ?? .seconds(99) <= .seconds(4))
    script.advance(.seconds(4))
    _ = script.feed(.timerFired)
    #expect(script.feed(.failed(Self.unreachable), random: 0.999).allSatisfy { $0.isQuiet }, "said before")
    #expect(Self.wait(script) ?? .seconds(99) <= .seconds(1))
    #expect(script.cycle.backoff.attempt == 14, "the failures still count")
  }

  @Test func `a wait that the hub asked for lasts through a sleep`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(.failed(Failure(.hubBusy, "503", retryAfter: .seconds(600))))
    _ = script.feed(.wokenFromSleep)
    #expect(Self.wait(script) ?? .zero >= .seconds(600))
  }

  @Test func `a cycle interrupted by sleep starts again within seconds`() {
    var script = CycleScript()
    script.begin()
    let effects = script.feed(.wokenFromSleep)
    #expect(effects.first == .cancelRequest && effects.last == .dropConnections)
    #expect(Self.wait(script) ?? .seconds(99) <= .seconds(2))
  }

  @Test func `work on the library continues after a sleep`() {
    var script = CycleScript()
    _ = script.feed(.started)
    _ = script.feed(.opened(CycleScript.deviceState()))
    _ = script.feed(.negotiated(CycleScript.hub))
    #expect(script.feed(.wokenFromSleep) == [.dropConnections])
    #expect(script.cycle.state == .loading(nil))
  }

  @Test func `sleep ends no pause`() {
    var script = Self.listening()
    _ = script.feed(.paused(Pause(until: nil)))
    #expect(script.feed(.wokenFromSleep) == [.dropConnections])
    #expect(script.cycle.plan.next == nil)
  }

  // MARK: - The clock

  @Test(arguments: [Duration.seconds(-7200), .seconds(20)])
  func `setting the clock changes displayed times, and no wait`(span: Duration) {
    var script = Self.listening()
    let (since, success) = (script.cycle.since, script.cycle.lastSuccess)
    script.advance(.seconds(100))
    script.wall = script.wall + span
    #expect(script.feed(.clockSet(by: span)) == [])
    #expect(script.cycle.since?.wall == since.map { $0.wall + span })
    #expect(script.cycle.lastSuccess == success.map { $0 + span })
    #expect(script.cycle.state == .listening && script.cycle.plan.next == nil)
  }

  @Test func `a pause ends at its time of day, whatever happens to the clock`() throws {
    var script = Self.listening()
    _ = script.feed(.paused(Pause(until: script.wall + .seconds(3600))))
    #expect(Self.wait(script) == .seconds(3600))
    script.wall = script.wall + .seconds(-600)
    _ = script.feed(.clockSet(by: .seconds(-600)))
    #expect(Self.wait(script) == .seconds(4200))
    script.wall = script.wall + .seconds(9000)
    _ = script.feed(.clockSet(by: .seconds(9000)))
    #expect(Self.wait(script) == .zero)
    #expect(script.feed(.timerFired).contains(.report(.resumed)))
  }

  @Test func `a clock that jumps far ahead counts as a sleep`() {
    var script = Self.listening()
    script.wall = script.wall + .seconds(7200)
    #expect(script.feed(.clockSet(by: .seconds(7200))) == [.cancelRequest, .dropConnections])
    #expect(Self.wait(script) ?? .seconds(99) <= .seconds(4))
  }

  // MARK: - The network

  @Test func `a route shortens the wait for an unreachable hub`() {
    var script = Self.waiting()
    #expect(script.feed(.routeAppeared) == [.dropConnections])
    #expect(Self.wait(script) ?? .seconds(99) <= .seconds(4))
  }

  @Test func `a route never makes a wait longer`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(.failed(Self.unreachable), random: 0.2)
    let before = Self.wait(script)
    #expect(script.feed(.routeAppeared) == [])
    #expect(Self.wait(script) == before)
  }

  @Test(arguments: [
    Failure(.hubBusy, "503", retryAfter: .seconds(600)), Failure(.libraryBusy, "locked"),
  ])
  func `a route has no effect on failures that are not the network's`(failure: Failure) {
    var script = Self.waiting(failure)
    let before = Self.wait(script)
    #expect(script.feed(.routeAppeared) == [])
    #expect(Self.wait(script) == before)
  }

  @Test func `a link that flaps every second for an hour starts no storm`() {
    var script = Self.waiting()
    var tries = 0
    for second in 0..<3600 {
      _ = script.feed(.routeAppeared, random: 0.5)
      script.advance(.seconds(1))
      let isDue = script.cycle.plan.next.map { $0 <= script.boot } ?? false
      guard isDue else { continue }
      _ = script.feed(.timerFired)
      tries += 1
      _ = script.feed(.failed(Self.unreachable), random: 0.5)
      #expect(script.cycle.state == .waiting(Self.unreachable), "second \(second)")
    }
    // One route a minute shortens a wait, and the waits then grow from eight seconds on.
    #expect(tries > 30 && tries <= 4 * 60 + 10, "\(tries) tries in an hour")
  }

  @Test func `another route to the hub renews a long poll over the old one, once`() {
    var script = Self.listening()
    #expect(script.feed(.routeAppeared) == [], "a route that the hub is not reached by")
    #expect(script.cycle.plan.next == nil)
    for _ in 0..<10 { #expect(script.feed(.networkPathChanged) == []) }
    #expect(Self.wait(script) ?? .seconds(99) <= .seconds(4))
    script.advance(.seconds(4))
    #expect(
      script.feed(.timerFired)
        == [.cancelRequest, .dropConnections, .load(BatchLimits(changes: 100, bytes: 10_000))])
    #expect(script.cycle.plan.next == nil)
  }

  @Test func `a route that changes every second for an hour renews a long poll once a minute`() {
    var script = Self.listening()
    var renewals = 0
    for _ in 0..<3600 {
      _ = script.feed(.networkPathChanged)
      script.advance(.seconds(1))
      guard script.cycle.plan.next.map({ $0 <= script.boot }) ?? false else { continue }
      renewals += 1
      _ = script.feed(.timerFired)
      _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
      _ = script.feed(CycleScript.page(0, next: 0))
    }
    #expect(renewals > 50 && renewals <= 64, "\(renewals) in an hour")
  }

  @Test
  func `another route to the hub drops idle connections, and interrupts no request`() {
    var script = Self.waiting()
    #expect(script.feed(.networkPathChanged) == [.dropConnections])
    script = CycleScript()
    script.begin()
    #expect(script.feed(.networkPathChanged) == [], "a page is under way")
  }

  // MARK: - A library that was not there

  @Test func `a missing library blocks with one line, and the sync continues when it is back`() {
    var script = Self.listening()
    let replaced = Failure(
      .libraryBusy, "the library file was replaced by another", retryAfter: Cycle.quietFor)
    #expect(
      script.feed(.libraryReplaced, random: 0.5)
        == [
          .cancelRequest, .report(.waiting(replaced, retryIn: .milliseconds(2500))),
          .finished(.failed(replaced, blocked: false)),
        ])
    script.advance(.milliseconds(2500))
    #expect(script.feed(.timerFired) == [.open])
    let failure = Failure(.libraryUnusable, "no library")
    #expect(
      script.feed(.failed(failure))
        == [
          .cancelRequest, .closeLibrary, .report(.blocked(failure)),
          .finished(.failed(failure, blocked: true)),
        ])
    // It comes back while it is still being copied: tried once it is quiet, and not reported again.
    #expect(script.feed(.libraryReplaced) == [])
    script.advance(Cycle.quietFor)
    #expect(script.feed(.timerFired) == [.open])
    #expect(script.feed(.failed(failure)).allSatisfy { $0.isQuiet })
    for _ in 0..<5 {
      script.advance(.seconds(1))
      #expect(script.feed(.libraryTouched) == [])
      #expect(Self.wait(script) == Cycle.quietFor)
    }
    script.advance(Cycle.quietFor)
    #expect(script.feed(.timerFired) == [.open])
    #expect(script.feed(.opened(CycleScript.deviceState())) == [.negotiate])
  }
}

extension Effect {
  /// Whether the effect reports nothing.
  fileprivate var isQuiet: Bool { if case .report = self { false } else { true } }
}

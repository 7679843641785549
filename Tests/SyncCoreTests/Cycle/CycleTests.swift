import Testing

@testable import SyncCore

/// Scripts for the sync cycle: an event in, effects out, without the alarm.
struct CycleScript {
  var cycle: Cycle
  var boot: Duration = .seconds(100)
  var wall = Instant(milliseconds: 1_800_000_000_000)

  init(listens: Bool = false, batch: BatchLimits = BatchLimits(changes: 100, bytes: 10_000)) {
    cycle = Cycle(
      rules: .init(batch: batch, debounce: .milliseconds(250), interval: .seconds(60), listens: listens),
      backoff: Backoff(initial: .seconds(1), limit: .seconds(900)))
  }

  static let hub = HubKind.layer2(
    log: LogID(rawValue: "log"), maxChanges: 1000, maxBytes: 1 << 20,
    offers: HubFeatures(snapshot: true, rows: true, digest: true, checkpoint: true))

  mutating func feed(_ event: Event, random: Double = 0.5) -> [Effect] {
    cycle.handle(event, at: Moment(wall: wall, boot: boot), random: random).filter {
      if case .setAlarm = $0 { false } else { true }
    }
  }

  mutating func advance(_ span: Duration) {
    boot += span
    wall = wall + span
  }

  static func deviceState(
    pulled: Int64 = 0, pause: Pause? = nil, snapshot: SnapshotProgress? = nil
  ) -> DeviceState {
    DeviceState(
      device: DeviceID(rawValue: "d"), incarnation: Incarnation(rawValue: "i"), log: nil,
      pulled: Position(pulled), checkpoint: nil, snapshot: snapshot, pushed: .none, applicationClient: nil,
      pendingLocal: 0, parked: 0, quarantined: 0, conflicts: 0, pause: pause)
  }

  static func checkpoint(_ position: Int64) -> LogCheckpoint {
    LogCheckpoint(position: Position(position), chain: ChainValue(rawValue: "c\(position)"))
  }

  static func page(_ count: Int, next: Int64, more: Bool = false) -> Event {
    .pulled(
      PageSummary(
        count: count, last: count > 0 ? Position(next) : nil, latest: Position(next), next: Position(next),
        chain: ChainValue(rawValue: "c\(next)"), hasMore: more))
  }

  static func applied(_ cursor: Int64, count: Int = 1) -> Event {
    var applied = PageResult()
    applied.applied = count
    applied.cursor = Position(cursor)
    return .applied(applied)
  }

  /// Runs up to the first request of a pull.
  mutating func begin() {
    _ = feed(.started)
    _ = feed(.opened(Self.deviceState()))
    _ = feed(.negotiated(Self.hub))
    _ = feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
  }
}

@Suite struct CycleTests {
  @Test func `a cycle opens, asks, pushes until nothing is left, pulls, and ends in step`() {
    var script = CycleScript()
    #expect(script.feed(.started) == [.open])
    #expect(script.feed(.opened(CycleScript.deviceState())) == [.negotiate])
    let limits = BatchLimits(changes: 100, bytes: 10_000)
    #expect(script.feed(.negotiated(CycleScript.hub)) == [.load(limits)])
    #expect(
      script.feed(.loaded(isEmpty: false, nothingToSend: false, count: 3, last: ChangeID(3))) == [.send])
    #expect(script.feed(.sent(nil)) == [.completePush])
    #expect(script.feed(.pushCompleted(PushResult())) == [.load(limits)])
    #expect(
      script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: ChangeID(3)))
        == [.pull(since: .start, waits: false)])
    #expect(
      script.feed(CycleScript.page(0, next: 0))
        == [.report(.inStep(pushed: 0, pulled: 0)), .finished(.inStep)])
    #expect(script.cycle.state == .resting)
  }

  @Test func `an empty page moves no cursor`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(CycleScript.page(0, next: 0))
    #expect(script.cycle.cursor == .start)
  }

  @Test func `the next page is requested while one is applied, and never a third`() {
    var script = CycleScript()
    script.begin()
    #expect(
      script.feed(CycleScript.page(10, next: 10, more: true))
        == [
          .apply(proven: nil), .pull(since: Position(10), waits: false),
        ])
    #expect(script.feed(CycleScript.page(10, next: 20, more: true)) == [])
    #expect(
      script.feed(CycleScript.applied(10))
        == [
          .apply(proven: nil), .pull(since: Position(20), waits: false),
        ])
  }

  @Test func `a failed push prevents the pull`() {
    var script = CycleScript()
    _ = script.feed(.started)
    _ = script.feed(.opened(CycleScript.deviceState()))
    _ = script.feed(.negotiated(CycleScript.hub))
    _ = script.feed(.loaded(isEmpty: false, nothingToSend: false, count: 1, last: ChangeID(1)))
    let failure = Failure(.unreachable, "gone")
    #expect(
      script.feed(.failed(failure)) == [
        .cancelRequest, .report(.waiting(failure, retryIn: .milliseconds(500))),
        .finished(.failed(failure, blocked: false)),
      ])
    #expect(script.cycle.state == .waiting(failure))
  }

  @Test func `413 halves the batch, and one change too large alone is quarantined`() {
    var script = CycleScript()
    _ = script.feed(.started)
    _ = script.feed(.opened(CycleScript.deviceState()))
    _ = script.feed(.negotiated(CycleScript.hub))
    _ = script.feed(.loaded(isEmpty: false, nothingToSend: false, count: 8, last: ChangeID(8)))
    #expect(
      script.feed(.refusedAsTooLarge(byHub: true, bytes: 9000)) == [
        .load(BatchLimits(changes: 4, bytes: 5000))
      ])
    _ = script.feed(.loaded(isEmpty: false, nothingToSend: false, count: 1, last: ChangeID(1)))
    guard
      case .quarantined(code: "too_large", _)? = script.feed(.refusedAsTooLarge(byHub: true, bytes: 9000))
        .first
    else {
      Issue.record("one change too large is set aside")
      return
    }
  }

  @Test func `refused credentials block, and a trigger begins a cycle`() {
    var script = CycleScript()
    script.begin()
    let failure = Failure(.credentials, "401")
    _ = script.feed(.failed(failure))
    guard case .blocked(let blockage) = script.cycle.state else {
      Issue.record("the cycle is blocked")
      return
    }
    #expect(blockage.failure == failure)
    #expect(script.feed(.libraryChanged) == [])
    #expect(script.feed(.triggered) == [.negotiate])
  }

  @Test func `an untimed pause never ends by itself, a timed one does, also after a restart`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(.paused(Pause(until: nil)))
    script.advance(.seconds(1_000_000))
    #expect(script.feed(.timerFired) == [])
    var restarted = CycleScript()
    _ = restarted.feed(.started)
    let until = restarted.wall + .seconds(60)
    #expect(restarted.feed(.opened(CycleScript.deviceState(pause: Pause(until: until)))) == [])
    restarted.advance(.seconds(30))
    #expect(restarted.feed(.timerFired) == [])
    restarted.advance(.seconds(31))
    #expect(restarted.feed(.timerFired) == [.keepPause(nil), .report(.resumed), .negotiate])
  }

  @Test func `a stream of local changes does not delay the push forever`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(CycleScript.page(0, next: 0))
    for _ in 0..<10 {
      _ = script.feed(.libraryChanged)
      script.advance(.milliseconds(50))
    }
    guard case .load? = script.feed(.timerFired).first else {
      Issue.record("the debounce ends 250 ms after the first change")
      return
    }
  }

  @Test func `files that change before their commit is visible are read again, three times at most`() {
    var script = CycleScript(listens: true)
    script.begin()
    _ = script.feed(CycleScript.page(0, next: 0))
    #expect(script.feed(.libraryTouched) == [])
    for delay in Cycle.recheckDelays {
      script.advance(delay)
      #expect(script.feed(.timerFired) == [.checkLibrary])
      #expect(script.feed(.libraryUnchanged) == [])
    }
    #expect(script.cycle.plan.next == nil)
    _ = script.feed(.libraryTouched)
    script.advance(.milliseconds(20))
    _ = script.feed(.timerFired)
    _ = script.feed(.libraryChanged)
    #expect(script.cycle.plan[.debounce] == script.boot + .milliseconds(230))
  }

  @Test func `a due read of the library happens also if a page arrived first`() {
    var script = CycleScript(listens: true)
    script.begin()
    _ = script.feed(CycleScript.page(0, next: 0))
    script.advance(.seconds(1))
    _ = script.feed(.libraryTouched)
    _ = script.feed(CycleScript.page(1, next: 1))
    #expect(script.cycle.isBusy)
    script.advance(Cycle.recheckDelays[0])
    #expect(
      script.feed(.timerFired) == [.checkLibrary],
      "a pull may be long, and an edit is not to wait for its end"
    )
    _ = script.feed(.libraryUnchanged)
    _ = script.feed(CycleScript.applied(1))
    #expect(script.cycle.state == .listening)
    script.advance(Cycle.recheckDelays[1])
    #expect(script.feed(.timerFired) == [.checkLibrary])
  }

  @Test func `a commit that becomes visible only after the cycle it caused is found`() {
    var script = CycleScript(listens: true)
    script.begin()
    _ = script.feed(CycleScript.page(0, next: 0))
    // Two commits changed the files at once, and only the first was visible yet.
    _ = script.feed(.libraryChanged)
    script.advance(.milliseconds(250))
    #expect(script.feed(.timerFired).first == .cancelRequest)
    expectALookBehind(&script)
    // A third one's files changed just when the next cycle was due.
    _ = script.feed(.libraryChanged)
    _ = script.feed(.libraryTouched)
    script.advance(.milliseconds(250))
    #expect(script.feed(.timerFired).first == .cancelRequest)
    expectALookBehind(&script)
  }

  /// Ends the cycle that has just begun, with nothing in it.
  private func expectALookBehind(_ script: inout CycleScript) {
    _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
    _ = script.feed(CycleScript.page(0, next: 0))
    #expect(script.cycle.state == .listening)
    script.advance(Cycle.recheckDelays[0])
    #expect(script.feed(.timerFired) == [.checkLibrary])
    _ = script.feed(.libraryUnchanged)
  }

  @Test func `files that change while the library is opened are read again`() {
    var script = CycleScript(listens: true)
    _ = script.feed(.started)
    _ = script.feed(.libraryTouched)
    _ = script.feed(.opened(CycleScript.deviceState()))
    _ = script.feed(.negotiated(CycleScript.hub))
    _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
    _ = script.feed(CycleScript.page(0, next: 0))
    #expect(script.cycle.plan[.recheck] == script.boot + Cycle.recheckDelays[0])
  }

  @Test func `a failure does not hide a change`() {
    var script = CycleScript(listens: true)
    script.begin()
    _ = script.feed(CycleScript.page(0, next: 0))
    _ = script.feed(.libraryTouched)
    _ = script.feed(.failed(Failure(.unreachable, "hub unreachable")))
    script.advance(Cycle.recheckDelays[0])
    #expect(script.feed(.timerFired) == [.checkLibrary])
  }

  @Test func `a local change during a cycle starts another one`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(.libraryChanged)
    _ = script.feed(CycleScript.page(0, next: 0))
    #expect(script.cycle.plan[.debounce] == script.boot + .milliseconds(250))
  }

  @Test func `with a hub that waits, rest is a long poll, and a local change cancels it`() {
    var script = CycleScript(listens: true)
    script.begin()
    #expect(
      script.feed(CycleScript.page(0, next: 0)).last
        == .pull(since: .start, waits: true))
    #expect(script.cycle.state == .listening)
    script.advance(.seconds(30))
    #expect(
      script.feed(CycleScript.page(0, next: 0))
        == [.pull(since: .start, waits: true)])
    _ = script.feed(.libraryChanged)
    script.advance(.milliseconds(250))
    #expect(script.feed(.timerFired).first == .cancelRequest)
  }

  @Test func `a hub that does not wait is not asked without a pause`() {
    var script = CycleScript(listens: true)
    script.begin()
    _ = script.feed(CycleScript.page(0, next: 0))
    #expect(script.feed(CycleScript.page(0, next: 0)) == [])
    #expect(script.cycle.plan.next == script.boot + Cycle.pollFloor)
    script.advance(Cycle.pollFloor)
    #expect(script.feed(.timerFired).first == .load(BatchLimits(changes: 100, bytes: 10_000)))
  }

  @Test func `layer 1 moves to a latest id only if two empty pages agree on it`() {
    var script = CycleScript()
    _ = script.feed(.started)
    _ = script.feed(.opened(CycleScript.deviceState(pulled: 5)))
    _ = script.feed(.negotiated(.layer1))
    _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
    func empty(_ latest: Int64) -> Event {
      .pulled(
        PageSummary(count: 0, last: nil, latest: Position(latest), next: nil, chain: nil, hasMore: false))
    }
    let again = [Effect.pull(since: Position(5), waits: false)]
    #expect(script.feed(empty(7)) == again)
    #expect(script.feed(empty(9)) == again)
    #expect(script.feed(empty(9)) == [.apply(proven: Position(9))])
  }

  @Test func `a layer-1 server whose log ends before our cursor is an error, not an empty page`() {
    var script = CycleScript()
    _ = script.feed(.started)
    _ = script.feed(.opened(CycleScript.deviceState(pulled: 50)))
    _ = script.feed(.negotiated(.layer1))
    _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
    _ = script.feed(
      .pulled(PageSummary(count: 0, last: nil, latest: Position(3), next: nil, chain: nil, hasMore: false)))
    guard case .blocked(let blockage) = script.cycle.state else {
      Issue.record("the cycle is blocked")
      return
    }
    #expect(blockage.failure.kind == .logChanged)
    #expect(blockage.probe == .page(.layer1))
  }
}

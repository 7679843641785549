import Testing

@testable import SyncCore

/// What people learn: transitions, not repeats (promise 8).
@Suite struct ReportingTests {
  private let gone = Failure(.unreachable, "gone")

  /// Everything that is reported.
  private func reports(_ effects: [Effect]) -> [Transition] {
    effects.compactMap { if case .report(let transition) = $0 { transition } else { nil } }
  }

  /// Advances the time to the alarm, and rings it.
  private func sleep(_ script: inout CycleScript) -> [Effect] {
    if let next = script.cycle.plan.next { script.advance(max(next - script.boot, .zero)) }
    return script.feed(.timerFired)
  }

  @Test(arguments: [0.1, 0.5, 0.99])
  func
    `a day without the hub causes two lines, one at its start, one at its end with duration and tries`(
      random: Double
    )
  {
    var script = CycleScript()
    script.begin()
    #expect(reports(script.feed(CycleScript.page(0, next: 0))) == [.inStep(pushed: 0, pulled: 0)])
    _ = sleep(&script)
    let began = script.boot
    var told = reports(script.feed(.failed(gone), random: random))
    var attempts = 1
    while script.boot - began < .seconds(86_400) {
      told += reports(sleep(&script))
      // The application's edits in the meantime add no report either.
      told += reports(script.feed(.libraryChanged))
      told += reports(script.feed(.failed(Failure(.unreachable, "gone, in other words")), random: random))
      attempts += 1
    }
    #expect(attempts > 90, "\(attempts)")
    told += reports(sleep(&script))
    told += reports(answer(&script))
    told += reports(script.feed(CycleScript.page(0, next: 0)))
    guard told.count == 2, case .waiting(gone, _) = told[0] else {
      Issue.record("\(told)")
      return
    }
    let outage = Outage(attempts: attempts, lasted: script.boot - began, wasHub: true)
    #expect(told[1] == .recovered(outage))
  }

  /// The hub says what it is, and there is nothing to push.
  private func answer(_ script: inout CycleScript) -> [Effect] {
    script.feed(.negotiated(CycleScript.hub))
      + script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
  }

  @Test
  func `the hub counts as back with its first page, accepted push or snapshot piece`() {
    for isFirst in ["page", "push", "snapshot"] {
      var script = CycleScript()
      script.begin()
      _ = script.feed(CycleScript.page(0, next: 0))
      _ = sleep(&script)
      _ = script.feed(.failed(gone))
      let began = script.boot
      _ = sleep(&script)
      #expect(reports(script.feed(.negotiated(CycleScript.hub))) == [], "that proves nothing")
      let back: [Effect]
      switch isFirst {
      case "push":
        _ = script.feed(.loaded(isEmpty: false, nothingToSend: false, count: 3, last: ChangeID(3)))
        back = script.feed(.sent(nil))
      case "page":
        _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
        back = script.feed(CycleScript.page(5, next: 5, more: true))
      default:
        _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
        _ = script.feed(.snapshotRequired(.cursorTooOld))
        back = script.feed(.snapshotFetched)
      }
      let outage = Outage(attempts: 1, lasted: script.boot - began, wasHub: true)
      #expect(reports(back) == [.recovered(outage)], "\(isFirst)")
      guard isFirst == "page" else { continue }
      script.advance(.seconds(3600))
      #expect(reports(script.feed(CycleScript.applied(5, count: 5))) == [])
      #expect(reports(script.feed(CycleScript.page(2, next: 7))) == [])
      #expect(
        reports(script.feed(CycleScript.applied(7, count: 2))) == [.inStep(pushed: 0, pulled: 7)],
        "the catch-up has its own line, and the outage is reported once")
    }
  }

  @Test func `a hub that alternates between answers and failures for a day causes four lines`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(CycleScript.page(0, next: 0))
    _ = sleep(&script)
    let began = script.boot
    var told = reports(script.feed(.failed(gone)))
    var position: Int64 = 0
    var second = began
    while script.boot - began < .seconds(86_400) {
      told += reports(sleep(&script))
      told += reports(answer(&script))
      position += 1
      told += reports(script.feed(CycleScript.page(1, next: position, more: true)))
      _ = script.feed(CycleScript.applied(position))
      if position == 1 { second = script.boot }
      told += reports(script.feed(.failed(gone), random: 0.99))
    }
    #expect(position > 90)
    var worksSince: Duration?
    for _ in 0..<12 {
      // In step, and in step again a minute later, until the recovery is credible.
      told += reports(sleep(&script)) + reports(answer(&script))
      told += reports(script.feed(CycleScript.page(0, next: position)))
      worksSince = worksSince ?? script.boot
    }
    guard case .recovered(let outage) = told.last else {
      Issue.record("\(told)")
      return
    }
    // From the failure right after the first recovery to the moment from which it worked.
    #expect(outage.attempts == Int(position) && outage.lasted == worksSince.map { $0 - second })
    let kinds = told.map { told in
      switch told {
      case .waiting: "gone"
      case .recovered: "back"
      default: "\(told)"
      }
    }
    #expect(kinds == ["gone", "back", "gone", "back"])
  }

  @Test func `a proxy that cuts every long poll for a day causes four lines, and changes still arrive`() {
    var script = CycleScript(listens: true)
    script.begin()
    var told = reports(script.feed(CycleScript.page(0, next: 0)))
    let began = script.boot
    var failures = 0
    while script.boot - began < .seconds(86_400) {
      script.advance(.seconds(30))
      told += reports(script.feed(.failed(Failure(.hubBusy, "504"))))
      told += reports(sleep(&script))
      _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
      told += reports(script.feed(CycleScript.page(0, next: 0)))
      failures += 1
    }
    #expect(failures > 2000)
    #expect(told.count == 4, "in step, gone, back, gone: \(told.prefix(8))")
    // Long polls that end as they should.
    for _ in 0..<12 {
      script.advance(.seconds(60))
      told += reports(script.feed(CycleScript.page(0, next: 0)))
    }
    guard told.count == 5, case .recovered(let outage) = told[4] else {
      Issue.record("\(told.prefix(8))")
      return
    }
    #expect(outage.attempts == failures - 1)
  }

  @Test func `a problem that returns after the user acted is reported again`() {
    var script = CycleScript()
    script.begin()
    let refused = Failure(.credentials, "401")
    var told: [Transition] = []
    for _ in 0..<4 {
      told += reports(script.feed(.failed(refused)))
      _ = script.feed(.triggered)
      told += reports(answer(&script)) + reports(script.feed(CycleScript.page(0, next: 0)))
      _ = sleep(&script)
    }
    #expect(told.count { $0 == .blocked(refused) } == 4)
  }

  @Test func `a hub that worked for a while and fails again is another outage, with its own count`() {
    var script = CycleScript()
    script.begin()
    for _ in 0..<3 { _ = script.feed(.failed(gone)); _ = sleep(&script) }
    for _ in 0..<2 {
      _ = answer(&script)
      #expect(reports(script.feed(CycleScript.page(1, next: 1, more: true))).count == 1)
      script.advance(.seconds(601))
      #expect(reports(script.feed(.failed(gone))).count == 1)
      _ = sleep(&script)
    }
    _ = answer(&script)
    guard case .recovered(let outage) = reports(script.feed(CycleScript.page(1, next: 1, more: true))).first
    else {
      Issue.record("the hub is back")
      return
    }
    #expect(outage.attempts == 1)
  }

  @Test func `an unwritable library is back when all is in step, not when the hub answers`() {
    var script = CycleScript()
    script.begin()
    let locked = Failure(.libraryBusy, "locked")
    _ = script.feed(CycleScript.page(1, next: 1))
    #expect(reports(script.feed(.failed(locked))).count == 1)
    for _ in 0..<5 {
      _ = sleep(&script)
      _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
      #expect(reports(script.feed(CycleScript.page(1, next: 1))) == [])
      #expect(reports(script.feed(.failed(locked))) == [])
    }
    _ = sleep(&script)
    _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
    _ = script.feed(CycleScript.page(1, next: 1))
    let told = reports(script.feed(CycleScript.applied(1)))
    guard told.count == 2, case .recovered(let outage) = told[0] else {
      Issue.record("\(told)")
      return
    }
    #expect(outage.attempts == 6 && !outage.wasHub && told[1] == .inStep(pushed: 0, pulled: 1))
  }

  @Test func `another kind of failure is reported once too, and all are reported again after a success`() {
    var script = CycleScript()
    script.begin()
    let busy = Failure(.hubBusy, "503")
    var told: [Transition] = []
    for failure in [gone, busy, gone, busy, gone] {
      told += reports(script.feed(.failed(failure)))
      _ = sleep(&script)
    }
    let kinds = told.compactMap { told -> Failure.Kind? in
      if case .waiting(let failure, _) = told { failure.kind } else { nil }
    }
    #expect(kinds == [.unreachable, .hubBusy])
    _ = script.feed(.negotiated(CycleScript.hub))
    _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
    _ = script.feed(CycleScript.page(0, next: 0))
    _ = sleep(&script)
    #expect(reports(script.feed(.failed(gone))).count == 1)
  }

  @Test
  func `a problem for the user is reported once, and again if it changes`() {
    var script = CycleScript()
    script.begin()
    let refused = Failure(.credentials, "401")
    #expect(reports(script.feed(.failed(refused))) == [.blocked(refused)])
    for _ in 0..<5 {
      _ = script.feed(.triggered)
      #expect(reports(script.feed(.failed(refused))) == [])
    }
    _ = script.feed(.triggered)
    let other = Failure(.credentials, "403")
    #expect(reports(script.feed(.failed(other))) == [.blocked(other)])
  }

  @Test func `rows are named up to a limit in a cycle, and counted beyond it`() {
    var script = CycleScript()
    script.begin()
    var applied = PageResult()
    applied.quarantined = 30
    for number in 0..<30 {
      applied.samples.add(
        QuarantineEntry(
          direction: .pull, code: "unknown_entity", reason: "", row: RowName("Podcasts", "\(number)"),
          number: Int64(number)))
    }
    #expect(applied.samples.quarantined.count == ReportSamples.most)
    var named: [Int] = []
    for position in 1...3 {
      _ = script.feed(CycleScript.page(30, next: Int64(position), more: position < 3))
      for case .quarantined(30, let first) in reports(script.feed(.applied(applied))) {
        named.append(first.count)
      }
    }
    #expect(named == [20, 0, 0])
  }

  @Test func `a cycle has one number from opening the library to in step, and the next cycle has the next`() {
    var script = CycleScript()
    #expect(script.cycle.number == 0)
    script.begin()
    #expect(script.cycle.number == 1)
    _ = script.feed(CycleScript.page(0, next: 0))
    #expect(script.cycle.number == 1)
    _ = sleep(&script)
    #expect(script.cycle.number == 2)
    _ = script.feed(.failed(gone))
    _ = sleep(&script)
    _ = script.feed(.negotiated(CycleScript.hub))
    #expect(script.cycle.number == 3)
  }
}

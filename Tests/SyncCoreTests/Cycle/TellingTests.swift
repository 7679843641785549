import Testing

@testable import SyncCore

/// What people are told: transitions, not repeats (promise 8).
@Suite struct TellingTests {
  private let gone = Failure(.unreachable, "gone")

  /// Everything that is reported.
  private func reports(_ effects: [Effect]) -> [Transition] {
    effects.compactMap { if case .report(let transition) = $0 { transition } else { nil } }
  }

  /// Lets the time until the alarm pass, and rings it.
  private func sleep(_ script: inout CycleScript) -> [Effect] {
    if let next = script.cycle.plan.next { script.advance(max(next - script.boot, .zero)) }
    return script.feed(.alarmRang)
  }

  @Test(arguments: [0.1, 0.5, 0.99])
  func
    `a day without the hub is a line when it goes and one when it is back, with how long and how many tries`(
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
      // What the application writes meanwhile says nothing either.
      told += reports(script.feed(.libraryChanged))
      told += reports(script.feed(.failed(Failure(.unreachable, "gone, in other words")), random: random))
      attempts += 1
    }
    #expect(attempts > 90, "\(attempts)")
    told += reports(sleep(&script))
    _ = script.feed(.negotiated(CycleScript.hub))
    _ = script.feed(.loaded(isEmpty: true, nothingToSend: true, count: 0, last: .none))
    told += reports(script.feed(CycleScript.page(0, next: 0)))
    guard told.count == 2, case .waiting(gone, _) = told[0],
      case .recovered(0, 0, attempts, let outage) = told[1]
    else {
      Issue.record("\(told)")
      return
    }
    #expect(outage == script.boot - began)
  }

  @Test func `a failure of another kind is told once too, and all are told again after a success`() {
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
  func `what needs somebody is told once, however often it is tried, and again when it is something else`() {
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

  @Test func `rows are named up to a bound in a cycle, and counted beyond it`() {
    var script = CycleScript()
    script.begin()
    var applied = Applied()
    applied.quarantined = 30
    for number in 0..<30 {
      applied.particulars.add(
        SetAside(
          direction: .pull, code: "unknown_entity", reason: "", row: RowName("Podcasts", "\(number)"),
          number: Int64(number)))
    }
    #expect(applied.particulars.setAside.count == Particulars.most)
    var named: [Int] = []
    for position in 1...3 {
      _ = script.feed(CycleScript.page(30, next: Int64(position), more: position < 3))
      for case .quarantined(30, let first) in reports(script.feed(.applied(applied))) {
        named.append(first.count)
      }
    }
    #expect(named == [20, 0, 0])
  }

  @Test func `a cycle has one number, from opening the library to being in step, and the next has the next`()
  {
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

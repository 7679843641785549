import Testing

@testable import SyncCore

/// A user's edit shortens a wait, but not a wait that the server asked for.
@Suite struct EditWaitTests {
  private static let gone = Failure(.unreachable, "gone")

  /// A cycle after the given number of failures, with the longest possible wait.
  private static func waiting(_ failure: Failure = gone) -> CycleScript {
    var script = CycleScript()
    script.begin()
    for _ in 0..<12 {
      _ = script.feed(.failed(failure), random: 0.999)
      script.advance(.seconds(4000))
      _ = script.feed(.timerFired)
    }
    _ = script.feed(.failed(failure), random: 0.999)
    return script
  }

  private static func wait(_ script: CycleScript) -> Duration {
    script.cycle.plan.next.map { $0 - script.boot } ?? .seconds(1_000_000)
  }

  @Test func `the first edit causes a try at once, the next ones one a minute`() {
    var script = Self.waiting()
    script.advance(.seconds(10))
    #expect(Self.wait(script) > .seconds(600))
    script.cycle.hasEdits = true
    var tries = 0
    for _ in 0..<600 {
      _ = script.feed(.libraryChanged)
      script.advance(.seconds(1))
      guard Self.wait(script) <= .zero else { continue }
      _ = script.feed(.timerFired)
      if script.cycle.state == .negotiating { tries += 1 }
      _ = script.feed(.failed(Self.gone), random: 0.999)
    }
    #expect((9...11).contains(tries), "\(tries) in ten minutes")
  }

  @Test func `a commit without an edit shortens no wait`() {
    var script = Self.waiting()
    let before = Self.wait(script)
    _ = script.feed(.libraryChanged)
    #expect(Self.wait(script) == before)
  }

  @Test func `the daemon waits as long as the server asked, edits or not`() {
    var script = Self.waiting(Failure(.hubBusy, "503", retryAfter: .seconds(600)))
    script.cycle.hasEdits = true
    script.advance(.seconds(10))
    _ = script.feed(.libraryChanged)
    #expect(Self.wait(script) >= .seconds(590))
  }

  @Test func `a server may ask for at most an hour`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(.failed(Failure(.hubBusy, "503", retryAfter: .seconds(1_000_000_000))), random: 0.5)
    #expect(Self.wait(script) >= .seconds(3600) && Self.wait(script) <= .seconds(3601))
  }

  @Test func `an edit makes no wait longer`() {
    var script = CycleScript()
    script.begin()
    _ = script.feed(.failed(Self.gone), random: 0.01)
    script.cycle.hasEdits = true
    let before = Self.wait(script)
    _ = script.feed(.libraryChanged)
    #expect(Self.wait(script) == before)
  }
}

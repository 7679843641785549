import Testing

@testable import SyncCore

/// A hub that keeps a device busy without progress is left alone for a while, longer each time.
@Suite struct StallDetectorTests {
  /// A cycle that is about to send the given number of changes.
  private static func sending(_ count: Int = 1) -> CycleScript {
    var script = CycleScript()
    _ = script.feed(.started)
    _ = script.feed(.opened(CycleScript.deviceState()))
    _ = script.feed(.negotiated(CycleScript.hub))
    load(&script, count)
    return script
  }

  private static func load(_ script: inout CycleScript, _ count: Int = 1, last: Int64 = 1) {
    _ = script.feed(.loaded(isEmpty: false, nothingToSend: false, count: count, last: ChangeID(last)))
  }

  private static func isWaiting(_ script: CycleScript) -> Bool {
    if case .waiting = script.cycle.state { true } else { false }
  }

  /// Advances the time to the alarm, and begins the next cycle up to its first batch.
  private static func tryAgain(_ script: inout CycleScript) {
    if let next = script.cycle.plan.next { script.advance(max(next - script.boot, .zero)) }
    _ = script.feed(.timerFired)
    load(&script)
  }

  @Test func `a hub that keeps asking for a new incarnation gets three in a cycle`() {
    var script = Self.sending()
    for _ in 0..<StallDetector.renewalsMax {
      #expect(script.feed(.deviceRewound).contains(.renewIncarnation))
      _ = script.feed(.renewed)
      Self.load(&script)
    }
    #expect(!script.feed(.deviceRewound, random: 0.999).contains(.renewIncarnation))
    #expect(Self.isWaiting(script))
    Self.tryAgain(&script)
    #expect(script.feed(.deviceRewound).contains(.renewIncarnation), "it may be right the next time")
  }

  @Test func `a hub whose pages are empty and never the last is asked for at most a hundred`() {
    var script = CycleScript()
    script.begin()
    var next: Int64 = 0
    while script.cycle.isBusy, next < 10_000 {
      next += 1
      _ = script.feed(CycleScript.page(0, next: next, more: true))
      if script.cycle.isBusy { _ = script.feed(CycleScript.applied(next, count: 0)) }
    }
    #expect(next == Int64(StallDetector.emptyPagesMax) + 1)
    #expect(Self.isWaiting(script))
  }

  @Test func `a hub that returns nothing usable is left alone for a minute, even if its log has ended`() {
    var script = CycleScript(listens: true)
    script.begin()
    _ = script.feed(CycleScript.page(0, next: 0))
    var next: Int64 = 0
    while !Self.isWaiting(script), next < 100_000 {
      next += 1
      _ = script.feed(CycleScript.page(1, next: next))
      var applied = PageResult()
      (applied.quarantined, applied.cursor) = (1, Position(next))
      _ = script.feed(.applied(applied))
    }
    #expect(next == Int64(StallDetector.unusableMax))
    #expect((script.cycle.plan.next ?? .zero) - script.boot >= StallDetector.unusablePause)
  }

  @Test func `usable entries in between reset the count`() {
    var stall = StallDetector()
    for index in 0..<100 {
      var applied = PageResult()
      applied.quarantined = StallDetector.unusableMax / 2
      #expect(stall.applied(applied) == nil, "\(index)")
      applied.applied = 1
      applied.quarantined = 0
      #expect(stall.applied(applied) == nil)
    }
  }

  @Test func `a hub that calls every change too large quarantines fifty in a cycle`() {
    var script = Self.sending()
    var aside = 0
    while !Self.isWaiting(script), aside < 1000 {
      let effects = script.feed(.refusedAsTooLarge(byHub: true, bytes: 500))
      guard case .quarantined? = effects.first else { break }
      aside += 1
      _ = script.feed(.pushCompleted(PushResult()))
      Self.load(&script, last: Int64(aside) + 1)
    }
    #expect(aside == StallDetector.tooLargeMax)
    #expect(Self.isWaiting(script))
  }

  @Test func `a proxy's 413 quarantines no small change, however often it comes`() {
    var script = Self.sending()
    for _ in 0..<200 {
      let effects = script.feed(.refusedAsTooLarge(byHub: false, bytes: 600), random: 0.999)
      #expect(!effects.contains { if case .quarantined = $0 { true } else { false } })
      #expect(Self.isWaiting(script))
      Self.tryAgain(&script)
    }
  }

  @Test func `a proxy's 413 halves a batch at once, and quarantines a large change after a minute`() {
    var script = Self.sending(8)
    #expect(
      script.feed(.refusedAsTooLarge(byHub: false, bytes: 3 << 20)) == [
        .load(BatchLimits(changes: 4, bytes: 5000))
      ])
    Self.load(&script)
    let began = script.boot
    var tries = 0
    while tries < 100 {
      tries += 1
      let effects = script.feed(.refusedAsTooLarge(byHub: false, bytes: 3 << 20), random: 0.999)
      if case .quarantined(code: "too_large", _)? = effects.first { break }
      #expect(Self.isWaiting(script))
      Self.tryAgain(&script)
    }
    #expect(
      tries >= RefusedChangeIsolation.triesMin && script.boot - began >= RefusedChangeIsolation.suspectMin,
      "\(tries) tries")
  }
}

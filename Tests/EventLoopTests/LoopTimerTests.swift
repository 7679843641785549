import EventLoop
import Testing

@Suite struct LoopTimerTests {
  @Test func `a timer fires once each time it is armed`() throws {
    let loop = LoopExecutor()
    let fired = Signpost<Duration>()
    let timer = try LoopTimer(loop: loop) { fired.pass(BootClock.now) }
    let start = BootClock.now
    timer.arm(after: .milliseconds(30))
    let first = try #require(fired.next())
    #expect(first - start >= .milliseconds(30))
    #expect(fired.next(within: 0.1) == nil)
    timer.arm(after: .zero)
    #expect(fired.next() != nil)
  }

  @Test func `a disarmed timer does not fire, even if it was due`() throws {
    let loop = LoopExecutor()
    let fired = Signpost<Bool>()
    let timer = try LoopTimer(loop: loop) { fired.pass(true) }
    let later = BootClock.now + .milliseconds(20)
    loop.queue.sync {
      timer.arm(after: .milliseconds(1))
      while BootClock.now < later {}
      timer.disarm()
    }
    #expect(fired.next(within: 0.1) == nil)
  }

  @Test func `arming again replaces the earlier time`() throws {
    let loop = LoopExecutor()
    let fired = Signpost<Duration>()
    let timer = try LoopTimer(loop: loop) { fired.pass(BootClock.now) }
    let start = BootClock.now
    timer.arm(after: .milliseconds(1))
    loop.queue.sync { timer.arm(after: .milliseconds(80)) }
    if let first = fired.next(), first - start < .milliseconds(80) {
      // It may have fired before it was armed again; then it fires a second time.
      #expect(fired.next() != nil)
    }
    #expect(BootClock.now - start >= .milliseconds(80))
    timer.arm(after: .seconds(Int64.max))
    timer.arm(after: .seconds(-5))
    #expect(fired.next() != nil)
  }

  @Test func `clocks agree with each other and advance`() {
    let boot = BootClock.now
    #expect(boot > .zero)
    #expect(WallClock.now > 1_700_000_000_000)
    #expect(BootClock.now >= boot)
  }
}

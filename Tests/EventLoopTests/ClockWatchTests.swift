import Foundation
import Testing

@testable import EventLoop

@Suite struct ClockWatchTests {
  private static let start = ClockReading(
    wall: .seconds(1_800_000_000), boot: .seconds(500), awake: .seconds(400))

  private static func news(
    after span: Duration, asleep: Duration = .zero, jump: Duration = .zero
  ) -> [ClockEvent] {
    ClockComparison(since: start).compare(
      ClockReading(
        wall: start.wall + span + jump, boot: start.boot + span, awake: start.awake + span - asleep))
  }

  @Test func `elapsed time alone is not reported`() {
    #expect(Self.news(after: .seconds(86_400)) == [])
    #expect(Self.news(after: .seconds(86_400), asleep: .milliseconds(3), jump: .milliseconds(-40)) == [])
  }

  @Test func `after sleep the watch reports how long the machine slept`() {
    #expect(Self.news(after: .seconds(900), asleep: .seconds(800)) == [.slept(.seconds(800))])
  }

  @Test(arguments: [Duration.seconds(3600), .seconds(-3600), .seconds(1)])
  func `after the clock was set the watch reports by how much`(jump: Duration) {
    #expect(Self.news(after: .seconds(9), jump: jump) == [.set(by: jump)])
  }

  @Test func `a machine may sleep and wake with a wrong clock`() {
    #expect(
      Self.news(after: .seconds(900), asleep: .seconds(800), jump: .seconds(5))
        == [.slept(.seconds(800)), .set(by: .seconds(5))])
  }

  @Test func `each jump is reported once`() {
    let comparison = ClockComparison(since: Self.start)
    var reading = Self.start
    reading.boot += .seconds(60)
    reading.wall += .seconds(60)
    #expect(comparison.compare(reading) == [.slept(.seconds(60))])
    #expect(comparison.compare(reading) == [])
  }

  @Test func `the clocks of this machine agree with each other`() {
    let comparison = ClockComparison(since: .now)
    #expect(comparison.compare(.now) == [])
    #expect(ClockReading.now.awake <= ClockReading.now.boot)
  }

  @Test func `the kernel cancels the watch's timer when the clock is set, and it never fires otherwise`()
    throws
  {
    let loop = LoopExecutor()
    let before = Self.wallTimers()
    let heard = Signpost<ClockEvent>()
    let watch = try ClockMonitor(loop: loop) { heard.pass($0) }
    let timers = Self.wallTimers().subtracting(before)
    // TFD_TIMER_ABSTIME and TFD_TIMER_CANCEL_ON_SET; centuries away.
    #expect(timers.contains { $0.contains("settime flags: 03") && !$0.contains("it_value: (0,") })
    #expect(heard.next(within: 0.05) == nil)
    loop.queue.sync { watch.cancel() }
  }

  /// The kernel's report on each of this process's timers on `CLOCK_REALTIME`.
  private static func wallTimers() -> Set<String> {
    let directory = "/proc/self/fdinfo"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    let texts = names.compactMap { name in
      (try? String(contentsOfFile: directory + "/" + name, encoding: .utf8)).map { "\(name): \($0)" }
    }
    return Set(texts.filter { $0.contains("clockid: 0\n") })
  }
}

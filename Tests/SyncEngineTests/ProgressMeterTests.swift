import SyncCore
import Testing

@testable import SyncEngine

@Suite struct ProgressMeterTests {
  /// The cycle's and the library's values at one moment.
  private func reading(
    _ phase: EngineProgress.Phase?, pending: Int64 = 0, pulled: Int64 = 0, head: Int64 = 0, rows: Int64 = 0
  ) -> ProgressMeter.Reading {
    ProgressMeter.Reading(phase: phase, pending: pending, pulled: pulled, head: head, rows: rows)
  }

  @Test func `a pull is measured from its start to the hub's head`() throws {
    var meter = ProgressMeter()
    meter.observe(reading(.pull, pulled: 1000, head: 51_000), at: .seconds(10))
    #expect(
      meter.progress(at: .seconds(10)) == EngineProgress(phase: .pull, done: 0, total: 50_000, rate: nil))
    meter.observe(reading(.pull, pulled: 11_000, head: 51_000), at: .seconds(12))
    let progress = try #require(meter.progress(at: .seconds(12)))
    #expect(progress == EngineProgress(phase: .pull, done: 10_000, total: 50_000, rate: 5000))
    #expect(progress.left == .seconds(8))
  }

  @Test func `a push continues if more is typed in the meantime`() throws {
    var meter = ProgressMeter()
    meter.observe(reading(.push, pending: 1000), at: .zero)
    meter.observe(reading(.push, pending: 600), at: .seconds(1))
    meter.observe(reading(.push, pending: 700), at: .seconds(2))
    meter.observe(reading(.push, pending: 0), at: .seconds(3))
    let progress = try #require(meter.progress(at: .seconds(3)))
    #expect(progress.done == 1100 && progress.total == 1100)
    #expect(progress.left == .zero)
  }

  @Test func `the end of a snapshot is unknown`() throws {
    var meter = ProgressMeter()
    meter.observe(reading(.snapshot), at: .zero)
    meter.observe(reading(.snapshot, rows: 4000), at: .seconds(2))
    let progress = try #require(meter.progress(at: .seconds(2)))
    #expect(progress == EngineProgress(phase: .snapshot, done: 4000, total: nil, rate: 2000))
    #expect(progress.left == nil)
  }

  @Test func `the rate is the recent one, and falls if nothing moves`() throws {
    var meter = ProgressMeter()
    for second in 0...100 {
      meter.observe(reading(.pull, pulled: Int64(min(second, 90) * 100), head: 20_000), at: .seconds(second))
    }
    let slow = try #require(meter.progress(at: .seconds(100))?.rate)
    #expect(slow < 100)
    #expect(try #require(meter.progress(at: .seconds(200))?.rate) < slow)
  }

  @Test func `a small transfer and rest show no progress`() {
    var meter = ProgressMeter()
    meter.observe(reading(.push, pending: ProgressMeter.totalMin - 1), at: .zero)
    #expect(meter.progress(at: .zero) == nil)
    meter.observe(reading(.pull, pulled: 0, head: 5000), at: .zero)
    #expect(meter.progress(at: .zero) != nil)
    meter.observe(reading(nil), at: .seconds(1))
    #expect(meter.progress(at: .seconds(1)) == nil)
  }
}

import Testing

@testable import SyncCore

@Suite struct TransferSizerTests {
  private static let limits = BatchLimits(changes: 500, bytes: 1 << 20)

  @Test func `a slow transfer shrinks to what fits into a few seconds`() {
    var pace = TransferSizer()
    #expect(pace.part(of: Self.limits) == Self.limits)
    pace.took(.seconds(12))
    #expect(pace.part(of: Self.limits) == BatchLimits(changes: 125, bytes: 1 << 18))
    pace.took(.seconds(3))
    #expect(pace.halvings == 2, "neither slow nor quick")
  }

  @Test func `an interrupted transfer shrinks each time, down to one change and never to none`() {
    var pace = TransferSizer()
    for _ in 0..<50 { pace.broke() }
    #expect(pace.part(of: Self.limits) == BatchLimits(changes: 1, bytes: 1 << 10))
    #expect(pace.part(of: 1) == 1)
  }

  @Test func `a fast transfer grows back to everything`() {
    var pace = TransferSizer()
    pace.took(.seconds(3600))
    #expect(pace.halvings == TransferSizer.halvingsMax)
    for _ in 0..<TransferSizer.halvingsMax { pace.took(.milliseconds(80)) }
    #expect(pace.part(of: Self.limits) == Self.limits)
    pace.took(.zero)
    #expect(pace.halvings == 0)
  }
}

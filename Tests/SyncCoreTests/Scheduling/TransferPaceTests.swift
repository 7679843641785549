import Testing

@testable import SyncCore

@Suite struct TransferPaceTests {
  private static let limits = BatchLimits(changes: 500, bytes: 1 << 20)

  @Test func `what takes long is made as small as it takes to come through in a few seconds`() {
    var pace = TransferPace()
    #expect(pace.part(of: Self.limits) == Self.limits)
    pace.took(.seconds(12))
    #expect(pace.part(of: Self.limits) == BatchLimits(changes: 125, bytes: 1 << 18))
    pace.took(.seconds(3))
    #expect(pace.halvings == 2, "neither slow nor quick")
  }

  @Test func `what breaks off is tried smaller each time, down to one change, and never none`() {
    var pace = TransferPace()
    for _ in 0..<50 { pace.broke() }
    #expect(pace.part(of: Self.limits) == BatchLimits(changes: 1, bytes: 1 << 10))
    #expect(pace.part(of: 1) == 1)
  }

  @Test func `what goes quickly grows again to all of it`() {
    var pace = TransferPace()
    pace.took(.seconds(3600))
    #expect(pace.halvings == TransferPace.halvingsMax)
    for _ in 0..<TransferPace.halvingsMax { pace.took(.milliseconds(80)) }
    #expect(pace.part(of: Self.limits) == Self.limits)
    pace.took(.zero)
    #expect(pace.halvings == 0)
  }
}

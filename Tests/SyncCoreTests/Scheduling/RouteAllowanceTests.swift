import Testing

@testable import SyncCore

@Suite struct RouteAllowanceTests {
  /// Which of the times, in seconds, got an allowance.
  private static func taken(at seconds: [Int]) -> [Bool] {
    var allowance = RouteAllowance()
    return seconds.map { allowance.use(at: .seconds($0)) }
  }

  @Test func `three are allowed in a row, then one a minute`() {
    #expect(Self.taken(at: [100, 100, 101, 102, 103]) == [true, true, true, false, false])
    #expect(
      Self.taken(at: [100, 100, 100, 159, 160, 161, 219, 220])
        == [true, true, true, false, true, false, false, true])
  }

  @Test func `after a long rest three are allowed again, not more`() {
    let day = 86_400
    #expect(
      Self.taken(at: [1, 1, 1, day, day, day, day, day + 59, day + 60])
        == [true, true, true, true, true, true, false, false, true])
  }
}

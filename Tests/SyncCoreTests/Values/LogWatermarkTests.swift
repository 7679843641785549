import SyncCore
import Testing

@Suite struct LogWatermarkTests {
  private let watermark = LogWatermark(
    pushed: ChangeID(10), entry: "ten", highest: ChangeID(14), missing: 1)

  private func verdict(_ highest: Int64, _ entry: String?, present: Int64? = nil) -> LogWatermark.Verdict {
    watermark.verdict(on: .init(highest: ChangeID(highest), entry: entry, present: present))
  }

  @Test func `a log that grew continues, even if its acknowledged entries were pruned`() {
    #expect(verdict(14, "ten") == .continues)
    #expect(verdict(20, nil, present: 9) == .continues)
  }

  @Test func `a log whose ids fell below the seen ones was reset`() {
    #expect(verdict(13, "ten") == .reset)
    #expect(verdict(0, nil) == .reset)
  }

  @Test func `a log with another entry at the acknowledged position was reset, however far it has grown`() {
    #expect(verdict(900, "another") == .reset)
  }

  @Test func `more missing ids than were known are a gap`() {
    #expect(verdict(14, "ten", present: 3) == .continues)
    #expect(verdict(14, "ten", present: 2) == .gap(missing: 2))
    #expect(verdict(20, nil, present: 0) == .gap(missing: 10))
  }
}

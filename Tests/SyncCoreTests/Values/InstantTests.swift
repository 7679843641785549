import SyncCore
import Testing

@Suite struct InstantTests {
  @Test(arguments: [
    ("2023-10-27T10:30:00.123Z", 1_698_402_600_123), ("2023-10-27 10:30:00.123", 1_698_402_600_123),
    ("2023-10-27T12:30:00.123+02:00", 1_698_402_600_123), ("2023-10-27T10:30:00.1234567Z", 1_698_402_600_123),
    ("2023-10-27T10:30:00Z", 1_698_402_600_000), ("1970-01-01", 0), ("1969-12-31T23:59:59.999Z", -1),
    ("2024-02-29T00:00:00Z", 1_709_164_800_000),
  ])
  func `every spelling gives the same moment`(text: String, milliseconds: Int64) {
    #expect(Instant(text)?.milliseconds == milliseconds)
  }

  @Test(arguments: [
    "", "yesterday", "2023-13-01T00:00:00Z", "2023-10-27T25:00:00Z", "2023-10-27T10:30:00.Z",
    "2023-10-27T10:30:00Zx",
  ])
  func `an invalid moment is refused`(text: String) {
    #expect(Instant(text) == nil)
  }

  @Test(arguments: [0, 1_698_402_600_123, -1, 951_782_400_000, 4_102_444_800_000])
  func `text and moment convert into each other`(milliseconds: Int64) {
    let instant = Instant(milliseconds: milliseconds)
    #expect(Instant(instant.description) == instant)
  }
}

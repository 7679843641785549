import Testing

@testable import ServiceHost

/// How often a client may ask, in virtual time.
struct RateLimiterTests {
  @Test func `a burst is allowed, and then one request per interval`() {
    var pace = RateLimiter(burst: 5, interval: .seconds(12))
    for _ in 0..<5 { #expect(pace.admit(now: .seconds(1000)) == nil) }
    #expect(pace.admit(now: .seconds(1000)) == .seconds(12))
    #expect(pace.admit(now: .seconds(1011)) == .seconds(1))
    #expect(pace.admit(now: .seconds(1012)) == nil)
    #expect(pace.admit(now: .seconds(1012)) == .seconds(12))
  }

  @Test func `asking without pause is not allowed more often`() {
    var pace = RateLimiter(burst: 5, interval: .seconds(12))
    let admitted = (0..<600).count { pace.admit(now: .seconds($0)) == nil }
    #expect(admitted <= 5 + 600 / 12)
    #expect(pace.admit(now: .seconds(700)) == nil, "and gets through again after a while")
  }
}

import Settings
import Testing

struct DurationTextTests {
  @Test(arguments: [
    ("250ms", 250), ("30s", 30_000), ("15m", 900_000), ("1h30m", 5_400_000), ("7d", 604_800_000),
    ("1.5s", 1500), ("1h 30m", 5_400_000), ("0s", 0), (" 10s ", 10_000), ("0.001s", 1),
  ])
  func `a duration is parsed from everyday form`(text: String, milliseconds: Int64) {
    #expect(DurationText.parse(text) == .milliseconds(milliseconds))
  }

  @Test(arguments: [
    "", "10", "s", "10 s x", "-1s", "1s1s", "30m1h", "1.5.5s", "0.0001s", "99999999999999999999d", "1y",
    "1,5s",
    "9223372036854775807ms1s", "٣s", ".5s", "1e3s",
  ])
  func `an invalid duration is refused`(text: String) {
    #expect(DurationText.parse(text) == nil)
  }

  @Test(arguments: ["250ms", "45s", "60s", "15m", "1h30m", "7d", "1m30s", "0s", "1s1ms"])
  func `formatted text parses to the same value`(text: String) {
    #expect(DurationText.parse(text).map(DurationText.format) == text)
  }
}

struct SizeTextTests {
  @Test(arguments: [
    ("64KiB", 65_536), ("1MiB", 1_048_576), ("5MB", 5_000_000), ("4096", 4096), ("1 kb", 1000),
    ("2gib", 2 << 30),
    ("12B", 12),
  ])
  func `a size is parsed from everyday form`(text: String, bytes: Int) {
    #expect(SizeText.parse(text) == bytes)
  }

  @Test(arguments: ["", "MiB", "-1", "1.5MiB", "1TB", "99999999999999999999", "9223372036854775807GiB"])
  func `an invalid size is refused`(text: String) {
    #expect(SizeText.parse(text) == nil)
  }

  @Test(arguments: ["64KiB", "1MiB", "5MB", "17B", "3GiB"])
  func `formatted text parses to the same value`(text: String) {
    #expect(SizeText.parse(text).map(SizeText.format) == text)
  }
}

struct NearestNameTests {
  @Test(arguments: [("hub.urll", "hub.url"), ("sync.intreval", "sync.interval"), ("log.levle", "log.level")])
  func `the nearest name needs the fewest edits`(written: String, meant: String) {
    #expect(NearestName.of(written, among: Setting.all.map(\.name)) == meant)
  }

  @Test func `a swap of neighbours is one edit`() {
    #expect(NearestName.distance("abcd", "abdc") == 1)
    #expect(NearestName.distance("", "abc") == 3)
    #expect(NearestName.distance("same", "same") == 0)
  }
}

struct ListenAddressTests {
  @Test(arguments: [
    ("127.0.0.1:9464", ListenAddress.ip(host: "127.0.0.1", port: 9464)),
    ("[::1]:80", .ip(host: "::1", port: 80)), ("localhost:1", .ip(host: "127.0.0.1", port: 1)),
    ("0.0.0.0:65535", .ip(host: "0.0.0.0", port: 65_535)),
    ("/run/mediasync/metrics.sock", .unix(path: "/run/mediasync/metrics.sock")),
  ])
  func `an address is parsed from everyday form`(text: String, address: ListenAddress) {
    #expect(ListenAddress(text) == address)
  }

  @Test(arguments: [
    ("127.0.0.1:1", true), ("127.255.3.4:1", true), ("[::1]:1", true), ("localhost:1", true),
    ("/run/m.sock", true),
    ("0.0.0.0:1", false), ("192.168.1.2:1", false), ("128.0.0.1:1", false), ("[::]:1", false),
    ("[fe80::1]:1", false),
    ("[::ffff:127.0.0.1]:1", false),
  ])
  func `an address that other machines can reach is recognised`(text: String, isLocal: Bool) throws {
    #expect(try #require(ListenAddress(text)).isLocal == isLocal)
    let problems = Sample.problems(file: Sample.least + "\n[metrics]\nlisten = \"\(text)\"")
    #expect(problems.isEmpty == isLocal, "\(problems)")
    #expect(problems.allSatisfy { $0.contains("other machines could read it") })
  }

  @Test(arguments: [
    "", ":9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:+1", "::1:9464",
    "[127.0.0.1]:9464", "hub.example.org:9464", "run/metrics.sock", "/run/", "127.1:9464", "1.2.3.4:٣",
    "/" + String(repeating: "x", count: 107),
  ])
  func `an invalid address is refused`(text: String) {
    #expect(ListenAddress(text) == nil)
  }
}

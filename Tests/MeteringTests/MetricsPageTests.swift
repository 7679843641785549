import Foundation
import Metering
import SampleApplication
import SyncCore
import Testing

@Suite struct MetricsPageTests {
  private static func page() -> String {
    var current = MetricsPage.CurrentValues()
    current.library = "/srv/a \"quoted\" back\\slash\nand a line break/ü.sqlite"
    current.version = "0.1.0"
    (current.state, current.states) = ("waiting", ["in-sync", "waiting"])
    current.lastSuccess = Instant(milliseconds: 1_764_054_679_123)
    current.pending = 17
    var counters = EngineCounters()
    counters.count(.failed(Failure(.unreachable, "no way")))
    counters.count(.inStep, took: .milliseconds(80))
    var traffic = TrafficCounters()
    traffic.count(
      HubRequest(method: .post, path: "/send", body: [1]), received: 5, took: .milliseconds(7))
    return MetricsPage(current, MetricsPage.Process(), counters, traffic, HeartbeatCounters()).text
  }

  @Test(arguments: PrometheusParser.Format.allCases)
  func `Prometheus's own parser accepts every sample`(_ format: PrometheusParser.Format) throws {
    let directory = FileManager.default.temporaryDirectory.path
    let page = Self.page()
    let samples = try PrometheusParser.parse(page, as: format, directory: directory)
    let written = page.split(separator: "\n").filter { !$0.hasPrefix("#") }
    #expect(samples.values.count == written.count)
    let values = samples.values
    #expect(values[#"mediasync_build_info{version="0.1.0"}"#] == 1)
    #expect(values[#"mediasync_state{state="waiting"}"#] == 1)
    #expect(values[#"mediasync_state{state="in-sync"}"#] == 0)
    #expect(values["mediasync_last_success_timestamp_seconds"] == 1_764_054_679.123)
    #expect(values["mediasync_pending_changes"] == 17)
    #expect(values[#"mediasync_failures_total{kind="unreachable"}"#] == 1)
    #expect(values[#"mediasync_failures_total{kind="credentials"}"#] == 0)
    #expect(values[#"mediasync_cycle_duration_seconds_bucket{le="0.05"}"#] == 0)
    #expect(values[#"mediasync_cycle_duration_seconds_bucket{le="0.1"}"#] == 1)
    #expect(values[#"mediasync_cycle_duration_seconds_bucket{le="+Inf"}"#] == 1)
    #expect(values[#"mediasync_hub_request_duration_seconds_count{endpoint="send"}"#] == 1)
    #expect(samples.types["mediasync_cycle_duration_seconds"] == "histogram")
    #expect(samples.types["mediasync_pending_changes"] == "gauge")
    #expect(samples.types["mediasync_failures"] == "counter")
  }

  @Test func `the text ends with its end mark, once`() {
    let page = Self.page()
    #expect(page.hasSuffix("\n# EOF\n"))
    #expect(page.components(separatedBy: "# EOF").count == 2)
  }

  @Test func `every family has a description, and is documented`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let operating = try String(contentsOf: root.appendingPathComponent("docs/operating.md"), encoding: .utf8)
    let lines = Self.page().split(separator: "\n")
    let families = lines.filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] }
    #expect(families.count > 20)
    for family in families {
      #expect(lines.contains { $0.hasPrefix("# HELP \(family) ") && $0.hasSuffix(".") }, "\(family)")
      #expect(operating.contains("`\(family)"), "\(family) is not in docs/operating.md")
    }
  }
}

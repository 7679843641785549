import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  @Suite struct Metrics {
    @Test func `the metrics show what was pushed and pulled, and Prometheus reads them`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one"), try stage.device("two"))
      try one.run()
      try one.awaitInStep()
      let writer = try SampleLibrary(one.library, client: "app-one", seed: 1)
      try writer.addMedia(NewMedia(url: "u", title: "measured", content: "text"))
      #expect(try poll(20) { try one.status().pendingLocal == 0 && one.status().state == "in-sync" })
      #expect(try poll(20) { try Self.values(one, stage)["mediasync_pushed_changes_total"] ?? 0 >= 1 })
      try two.run()
      try two.awaitInStep()
      for format in PrometheusParser.Format.allCases {
        let values = try Self.values(two, stage, format)
        #expect(values["mediasync_pulled_changes_total"] ?? 0 >= 1)
        #expect(values["mediasync_up"] == 1)
        #expect(values[#"mediasync_state{state="in-sync"}"#] == 1)
        #expect(values["mediasync_pending_changes"] == 0)
        #expect(values[#"mediasync_cycles_total{outcome="in-step"}"#] ?? 0 >= 1)
        #expect(values[#"mediasync_hub_request_duration_seconds_count{endpoint="capabilities"}"#] == 1)
        #expect(values["mediasync_hub_received_bytes_total"] ?? 0 > 100)
        #expect(values["mediasync_process_resident_memory_bytes"] ?? 0 > 1_000_000)
        let age = Date().timeIntervalSince1970 - (values["mediasync_last_success_timestamp_seconds"] ?? 0)
        #expect((-1..<300).contains(age), "\(age)")
      }
    }

    @Test func `an unreachable hub counts as failures, and not as a success`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("alone", .laptop)
      device.environment.merge(DaemonProcess.impatience) { $1 }
      try device.run()
      let kind = #"mediasync_failures_total{kind="unreachable"}"#
      #expect(try poll(20) { try Self.values(device, stage)[kind] ?? 0 >= 2 })
      let values = try Self.values(device, stage)
      #expect(values["mediasync_last_success_timestamp_seconds"] == 0)
      #expect(values["mediasync_failures_in_a_row"] ?? 0 >= 2)
      #expect(values["mediasync_hub_unanswered_requests_total"] ?? 0 >= 2)
      #expect(values["mediasync_pending_changes"] ?? 0 > 0)
    }

    @Test func `--write replaces the file atomically, also without a daemon`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("alone", .empty)
      let folder = stage.directory + "/textfile"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      let file = folder + "/mediasync.prom"
      #expect(try device.control("metrics", "--write", file).code == 69)
      let down = try String(contentsOfFile: file, encoding: .utf8)
      let samples = try PrometheusParser.parse(down, as: .openMetrics, directory: stage.directory)
      #expect(samples.values == ["mediasync_up": 0])

      try device.run()
      let old = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
      #expect(try device.control("metrics", "--write", file).code == 0)
      // A process that has the old file open reads it to its end: the new file is another one under the same
      // name.
      #expect(String(decoding: try old.readToEnd() ?? Data(), as: UTF8.self) == down)
      let new = try String(contentsOfFile: file, encoding: .utf8)
      #expect(new.contains("\nmediasync_up{") && new.hasSuffix("\n# EOF\n"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["mediasync.prom"])
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
      #expect(mode == 0o644)
      let unwritable = stage.directory + "/no/such/folder"
      let end = try device.control("metrics", "--write", unwritable)
      #expect(end.code == 73)
      #expect(end.errors.contains("cannot write \(unwritable)"))
    }

    /// The samples by name and labels, without the library's label.
    static func values(
      _ device: DaemonProcess, _ stage: Stage, _ format: PrometheusParser.Format = .openMetrics
    ) throws -> [String: Double] {
      let end = try device.control("metrics")
      guard end.code == 0 else { throw ProgramFailure(end.errors) }
      return try PrometheusParser.parse(end.output, as: format, directory: stage.directory).values
    }
  }
}

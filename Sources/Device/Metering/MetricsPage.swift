import SyncCore

/// All metrics as one text. docs/operating.md lists their names, types and meanings.
package struct MetricsPage: Sendable {
  /// The current state.
  package struct CurrentValues: Sendable {
    /// The library's path: the label that distinguishes several daemons on one machine.
    package var library = ""
    /// The program's version.
    package var version = ""
    /// The name of the current state.
    package var state = ""
    /// The names of all states.
    package var states: [String] = []
    /// When the daemon last had everything pushed and pulled.
    package var lastSuccess: Instant?
    /// When the daemon tries next.
    package var nextAttempt: Instant?
    /// Failures since the last success.
    package var failuresInARow = 0
    /// Local changes that the hub has not answered.
    package var pending = 0
    /// Documents that wait for a parent or a key.
    package var parked = 0
    /// Entries in quarantine.
    package var quarantined = 0
    /// Conflict records.
    package var conflicts = 0
    /// Rows that held changes of others would delete or empty.
    package var held = 0
    /// The position of the pulled cursor.
    package var pulled: Int64 = 0
    /// The newest position that the hub has named.
    package var hubHead: Int64 = 0

    /// Starts with nothing known.
    package init() {}
  }

  /// The resources that the process uses.
  package struct Process: Sendable {
    /// When it started.
    package var started: Instant?
    /// Resident memory, in bytes.
    package var residentBytes = 0
    /// Processor time, in seconds.
    package var processorSeconds = 0.0

    /// Starts with nothing known.
    package init() {}
  }

  private let current: CurrentValues
  private let process: Process
  private let counters: EngineCounters
  private let traffic: TrafficCounters
  private let heartbeat: HeartbeatCounters

  /// Takes the values to report.
  package init(
    _ current: CurrentValues, _ process: Process, _ counters: EngineCounters, _ traffic: TrafficCounters,
    _ heartbeat: HeartbeatCounters
  ) {
    self.current = current
    self.process = process
    self.counters = counters
    self.traffic = traffic
    self.heartbeat = heartbeat
  }

  /// The complete text.
  package var text: String {
    var page = MetricsText(common: [("library", current.library)])
    page.family("mediasync_build_info", .gauge, help: "Always 1; the label names the running version.")
    page.gauge(1, [("version", current.version)])
    page.family("mediasync_up", .gauge, help: "Whether the daemon answers.")
    page.gauge(1)
    addCurrentValues(&page)
    addCounters(&page)
    addTraffic(&page)
    addHeartbeat(&page)
    addProcess(&page)
    return page.text
  }

  private func addCurrentValues(_ page: inout MetricsText) {
    page.family("mediasync_state", .gauge, help: "1 for the current state, 0 for the others.")
    for state in current.states { page.gauge(state == current.state ? 1 : 0, [("state", state)]) }
    page.family(
      "mediasync_last_success_timestamp_seconds", .gauge, unit: "seconds",
      help: "When everything was last pushed and pulled; 0 before the first time.")
    page.gauge(Self.seconds(current.lastSuccess))
    page.family(
      "mediasync_next_attempt_timestamp_seconds", .gauge, unit: "seconds",
      help: "When the daemon tries next; 0 if nothing is planned.")
    page.gauge(Self.seconds(current.nextAttempt))
    page.family("mediasync_failures_in_a_row", .gauge, help: "Failures since the last success.")
    page.gauge(current.failuresInARow)
    page.family(
      "mediasync_pending_changes", .gauge, unit: "changes",
      help: "Changes of this library that the hub has not answered.")
    page.gauge(current.pending)
    page.family(
      "mediasync_parked_changes", .gauge, unit: "changes",
      help: "Changes of others that wait for a parent or a natural key.")
    page.gauge(current.parked)
    page.family("mediasync_quarantine_records", .gauge, unit: "records", help: "Records in quarantine.")
    page.gauge(current.quarantined)
    page.family("mediasync_conflict_records", .gauge, unit: "records", help: "Conflict records kept.")
    page.gauge(current.conflicts)
    page.family(
      "mediasync_held_rows", .gauge, unit: "rows",
      help: "Rows that changes from elsewhere would delete or empty; they wait for a person's decision.")
    page.gauge(current.held)
    page.family(
      "mediasync_pulled_position", .gauge, help: "The position in the hub's log that the library has.")
    page.gauge(current.pulled)
    page.family("mediasync_hub_head_position", .gauge, help: "The newest position that the hub has named.")
    page.gauge(current.hubHead)
  }

  private func addCounters(_ page: inout MetricsText) {
    page.family(
      "mediasync_pushed_changes", .counter, unit: "changes", help: "Changes that the hub accepted or had.")
    page.counter(counters.pushed)
    page.family(
      "mediasync_pulled_changes", .counter, unit: "changes",
      help: "Changes of others that the library took or already had.")
    page.counter(counters.pulled)
    page.family(
      "mediasync_conflicting_columns", .counter, unit: "columns", help: "Columns of this library that lost.")
    page.counter(counters.conflicts)
    page.family(
      "mediasync_quarantined_changes", .counter, unit: "changes", help: "Changes that were quarantined.")
    page.counter(counters.quarantinedPushes, [("direction", "push")])
    page.counter(counters.quarantinedPulls, [("direction", "pull")])
    page.family("mediasync_snapshots", .counter, help: "How often the library started over from a snapshot.")
    page.counter(counters.snapshots)
    page.family("mediasync_failures", .counter, help: "Failures by kind.")
    for kind in Failure.Kind.allCases {
      page.counter(counters.failures[kind] ?? 0, [("kind", kind.rawValue)])
    }
    page.family("mediasync_cycles", .counter, help: "Cycles by how they ended.")
    for ending in EngineCounters.Ending.allCases {
      page.counter(counters.cycles[ending] ?? 0, [("outcome", ending.rawValue)])
    }
    page.family(
      "mediasync_cycle_duration_seconds", .histogram, unit: "seconds", help: "How long cycles took.")
    page.histogram(counters.cycleDurations)
  }

  private func addTraffic(_ page: inout MetricsText) {
    page.family(
      "mediasync_hub_request_duration_seconds", .histogram, unit: "seconds",
      help: "How long the hub took to answer, long polls not counted.")
    for endpoint in TrafficCounters.Endpoint.allCases {
      if let histogram = traffic.durations[endpoint], endpoint != .other || histogram.count > 0 {
        page.histogram(histogram, [("endpoint", endpoint.rawValue)])
      }
    }
    page.family("mediasync_hub_long_polls", .counter, help: "Long polls that the hub answered.")
    page.counter(traffic.longPolls)
    page.family("mediasync_hub_unanswered_requests", .counter, help: "Requests without an answer.")
    page.counter(traffic.unanswered)
    page.family(
      "mediasync_hub_sent_bytes", .counter, unit: "bytes", help: "Bytes of the bodies sent to the hub.")
    page.counter(traffic.sentBytes)
    page.family(
      "mediasync_hub_received_bytes", .counter, unit: "bytes",
      help: "Bytes of the bodies received, after decompression.")
    page.counter(traffic.receivedBytes)
  }

  private func addHeartbeat(_ page: inout MetricsText) {
    page.family("mediasync_heartbeats", .counter, help: "Requests to the heartbeat URL by how they ended.")
    page.counter(heartbeat.succeeded, [("outcome", "succeeded")])
    page.counter(heartbeat.failed, [("outcome", "failed")])
  }

  private func addProcess(_ page: inout MetricsText) {
    page.family(
      "mediasync_process_start_timestamp_seconds", .gauge, unit: "seconds", help: "When the daemon started.")
    page.gauge(Self.seconds(process.started))
    page.family(
      "mediasync_process_resident_memory_bytes", .gauge, unit: "bytes", help: "Resident memory.")
    page.gauge(process.residentBytes)
    page.family(
      "mediasync_process_cpu_seconds", .counter, unit: "seconds", help: "Processor time.")
    page.counter(process.processorSeconds)
  }

  private static func seconds(_ instant: Instant?) -> Double {
    instant.map { Double($0.milliseconds) / 1000 } ?? 0
  }
}

/// How the requests to the heartbeat URL ended.
package struct HeartbeatCounters: Sendable {
  /// Answered with 2xx.
  package var succeeded = 0
  /// Ended in any other way.
  package var failed = 0

  /// Starts with nothing counted.
  package init() {}
}

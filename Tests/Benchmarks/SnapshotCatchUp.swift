import Foundation
import SampleApplication

/// A device starts from an empty library after the hub has dropped its log's beginning: one snapshot brings
/// everything, 100,000 rows, in bounded memory on both sides.
enum SnapshotCatchUp {
  /// The number of media that makes 100,000 rows.
  private static let media = 16_600

  static func measure(_ scene: Scene, _ report: Report) throws {
    var options = scene.options
    options.media = max(options.media, media)
    let scene = try Scene(options)
    defer { scene.remove() }
    let hub = try scene.fullHub(report)
    try forgetHistory(hub)
    let file = try SQLiteConnection(hub.file())
    let rows = try file.rows("SELECT count(*) FROM \"rows\"").first?.first?.integer ?? 0
    let device = try scene.device("snapshot", hub)
    let run = try MeasuredSync(device)
    let isSnapshot = run.log.contains("event=snapshot-begun")
    report.figure("came by a snapshot", isSnapshot ? 1 : 0, "", .atLeast(1))
    report.figure("rows of the hub", Double(rows), "")
    report.figure("whole process from start to exit", Double(rows) / run.seconds, "rows/s")
    report.figure("duration", run.seconds, "s")
    report.figure("device, peak resident memory", run.peak, "MiB", .atMost(64))
    report.figure(
      "hub, peak resident memory", Double(hub.program?.figure("VmHWM") ?? 0) / 1024, "MiB",
      .atMost(64))
    try scene.reportDifference(of: device, report)
  }

  /// Restarts the hub with a retention that has expired for everything it holds, and waits until it has
  /// dropped it.
  private static func forgetHistory(_ hub: HubProcess) throws {
    try hub.stop()
    // No device counts as active any more: the hub notes pulls once a minute at most.
    try SQLiteConnection(hub.file()).execute("UPDATE senders SET last_seen = '2026-01-01T00:00:00.000Z'")
    hub.options = ["--retention", "1s"]
    try hub.start()
    let least = "SELECT value > 0 FROM meta WHERE name = 'min_change_id'"
    let hasForgotten = try poll(60) {
      try SQLiteConnection(hub.file()).rows(least).first?.first == .integer(1)
    }
    guard hasForgotten else { throw ProgramFailure("the hub does not let go of its history: \(hub.errors)") }
    // The memory used so far is not the snapshot's.
    try hub.stop()
    try hub.start()
  }
}

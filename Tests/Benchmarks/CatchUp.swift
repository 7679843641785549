import Foundation
import SampleApplication

/// A device with an empty library catches up, compared with bare SQLite that writes the same rows.
enum CatchUp {
  static func measure(_ scene: Scene, _ report: Report) throws {
    let hub = try scene.fullHub(report)
    let library = try scene.library()
    let device = try scene.device("catch-up", hub)
    let run = try MeasuredSync(device)
    let bare = try BareSQLite.measure(library.path, in: scene.directory)
    let rate = Double(library.changes) / run.seconds
    report.figure("daemon, whole process from start to exit", rate, "changes/s")
    report.figure("bare SQLite, full text per batch of 1,000", bare.rate, "changes/s")
    report.figure("daemon / bare SQLite", rate / bare.rate, "", .atLeast(0.6))
    report.figure("daemon, duration", run.seconds, "s")
    report.figure("daemon, peak resident memory", run.peak, "MiB", .atMost(64))

    try scene.reportDifference(of: device, report)
  }
}

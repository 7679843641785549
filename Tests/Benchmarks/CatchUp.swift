import Foundation
import SampleApplication

/// A device that starts from an empty library takes in everything, beside the same rows written by bare SQLite.
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

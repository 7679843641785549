import Foundation
import SampleApplication

/// The time that `status` takes while the daemon applies everything.
enum StatusLatency {
  static func measure(_ scene: Scene, _ report: Report) throws {
    let hub = try scene.fullHub(report)
    let device = try scene.device("status", hub)
    try device.run()
    defer { _ = try? device.stop() }
    var times: [Double] = []
    var unsettled = 0
    let done = try poll(300, step: 0.002) {
      // One connection each, as `mediasyncctl status` makes one.
      let start = ContinuousClock.now
      let status = try ControlSocket(device.socket).status()
      times.append((ContinuousClock.now - start).inSeconds * 1000)
      if status.state != "in-sync" { unsettled += 1 }
      return status.state == "in-sync"
    }
    guard done else { throw ProgramFailure("never in step: \(device.program?.errors.suffix(1500) ?? "")") }
    let sample = Sample(times)
    report.figure("status asked while applying", Double(unsettled), "times")
    report.figure("status, median", sample.median, "ms")
    report.figure("status, p99", sample.quantile(0.99), "ms")
    report.figure("status, max", sample.max, "ms", .atMost(20))
    report.figure(
      "memory of the running daemon, peak", Double(device.program?.figure("VmHWM") ?? 0) / 1024, "MiB")
  }
}

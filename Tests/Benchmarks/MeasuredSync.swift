import Foundation
import SampleApplication

/// One `mediasyncd sync` from start to exit, with its time and memory.
struct MeasuredSync {
  /// From start to exit, in seconds.
  let seconds: Double
  /// Peak resident memory, in MiB.
  let peak: Double
  /// Its standard error.
  let log: String

  /// Runs it and waits; throws if it does not end in step.
  init(_ device: DaemonProcess) throws {
    let start = ContinuousClock.now
    let program = try device.startSync()
    // The peak only rises: the last reading before the end is the peak.
    var peak = 0
    poll(600, step: 0.005) {
      peak = max(peak, program.figure("VmHWM") ?? 0)
      return !program.isRunning
    }
    let end = try program.end()
    seconds = (ContinuousClock.now - start).inSeconds
    self.peak = Double(peak) / 1024
    log = end.errors
    guard end.code == 0 else { throw ProgramFailure("sync: \(end.code) \(end.errors.suffix(1500))") }
  }
}

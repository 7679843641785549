import Foundation
import SampleApplication

/// The cost of an idle daemon (docs/promises.md, promise 7): one that has just applied the whole generated
/// library, and one under strace.
enum Idle {
  static func measure(_ scene: Scene, _ report: Report) throws {
    let hub = try scene.fullHub(report)
    let traced = try scene.device("traced", hub)
    // Outside the library's folder, which the daemon watches: otherwise the trace would wake the process that
    // it traces.
    let trace = scene.directory + "/trace"
    if RestTrace.works { traced.wrapper = RestTrace.command(into: trace) }
    let device = try scene.device("idle", hub)
    let program = try device.run()
    try device.awaitInStep(within: 300)
    try traced.run()
    defer {
      _ = try? device.stop()
      _ = try? traced.stop()
    }
    try traced.awaitInStep(within: 300)
    // Wait until the worker threads of the first cycle have ended.
    guard !RestTrace.works || RestTrace.awaitSilence(trace, of: 8) else {
      throw ProgramFailure("the daemon does not come to rest")
    }
    // Wait until the daemon has returned the memory of the catch-up, twice.
    sleep(12)
    let begin = RestTrace.size(trace)
    let written = Self.written(program.id)
    sleep(60)
    let figures: [(String, String, Report.Target?)] = [
      ("resident memory at rest after a catch-up", "VmRSS", .atMost(20)),
      ("private memory: heap, stacks, data written", "RssAnon", .atMost(5)),
      ("pages of files: the program, its libraries", "RssFile", nil),
    ]
    for (name, key, target) in figures {
      report.figure(name, Double(program.figure(key) ?? 0) / 1024, "MiB", target)
    }
    report.figure(
      "the same and the program's pages that nobody else has", Double(program.privateMemory ?? 0) / 1024,
      "MiB")
    report.figure(
      "bytes written in a minute at rest", Double(Self.written(program.id) - written), "B", .atMost(0))
    guard RestTrace.works else { return report.note("without strace the wake-ups cannot be counted") }
    let minute = try RestTrace(trace, from: begin)
    report.figure("wake-ups at rest", Double(minute.wakeUps.count) / 60, "1/s", .atMost(0.05))
    report.figure(
      "system calls in a minute at rest", Double(minute.wakeUps.map(\.calls.count).reduce(0, +)), "")
    report.figure("system calls that write a file", Double(minute.writes.count), "", .atMost(0))
  }

  private static func written(_ id: Int32) -> Int {
    let text = (try? String(contentsOfFile: "/proc/\(id)/io", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("write_bytes:") }
    return line.flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
  }
}

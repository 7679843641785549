import Foundation
import SampleApplication

/// What a daemon with nothing to do costs (design.md §2, promise 7).
enum Idle {
  static func measure(_ scene: Scene, _ report: Report) throws {
    let hub = try scene.emptyHub("idle-hub")
    defer { _ = try? hub.stop() }
    let device = try scene.device("idle", hub, fixture: .laptop)
    let program = try device.run()
    defer { _ = try? device.stop() }
    try device.awaitInStep()
    // Until the worker threads of its first cycle are gone.
    sleep(8)
    let before = program.voluntarySwitches
    let written = Self.written(program.id)
    sleep(20)
    report.figure("resident memory at rest", Double(program.figure("VmRSS") ?? 0) / 1024, "MiB")
    report.figure("private memory at rest", Double(program.privateMemory ?? 0) / 1024, "MiB")
    let switches = program.voluntarySwitches.map { $0.value - (before[$0.key] ?? 0) }.reduce(0, +)
    report.figure("wake-ups at rest", Double(switches) / 20, "1/s")
    report.figure("bytes written in 20 s at rest", Double(Self.written(program.id) - written), "B")
  }

  private static func written(_ id: Int32) -> Int {
    let text = (try? String(contentsOfFile: "/proc/\(id)/io", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("write_bytes:") }
    return line.flatMap { Int($0.split(separator: " ").last ?? "") } ?? 0
  }
}

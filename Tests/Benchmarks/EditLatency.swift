import Foundation
import SampleApplication

/// The time from a local edit until the other device's file shows it.
enum EditLatency {
  static func measure(_ scene: Scene, _ report: Report) throws {
    let hub = try scene.emptyHub("latency-hub")
    defer { _ = try? hub.stop() }
    let one = try scene.device("writer", hub)
    let two = try scene.device("reader", hub)
    let application = try SampleLibrary(one.library, client: "bench-writer", seed: 5)
    let media = try application.addMedia(
      NewMedia(url: "https://media.example/latency", title: "begin", content: "text"))
    try one.run()
    try two.run()
    defer { _ = (try? one.stop(), try? two.stop()) }
    let reader = try SQLiteConnection(two.library, .readOnly)
    let query = "SELECT title FROM Media WHERE uuid = ?"
    guard try poll(30, until: { try reader.value(query, [.text(media)]) == .text("begin") }) else {
      throw ProgramFailure("the first row never arrived: \(two.program?.errors.suffix(1500) ?? "")")
    }
    try one.awaitInStep()
    try two.awaitInStep()

    var times: [Double] = []
    var random = SeededGenerator(seed: 6)
    for number in 1...50 {
      let title = "edit \(number)"
      let start = ContinuousClock.now
      try application.updateMedia(media, title: title)
      guard try poll(10, step: 0.002, until: { try reader.value(query, [.text(media)]) == .text(title) })
      else {
        throw ProgramFailure("edit \(number) did not arrive within 10 s")
      }
      times.append((ContinuousClock.now - start).inSeconds)
      // The random pause keeps edits out of step with any timer.
      usleep(UInt32(random.number(20...400)) * 1000)
    }
    let sample = Sample(times)
    report.figure("edit until visible in the other file, median", sample.median, "s")
    report.figure("edit until visible in the other file, p95", sample.quantile(0.95), "s", .atMost(0.5))
    report.figure("edit until visible in the other file, max", sample.max, "s")
  }
}

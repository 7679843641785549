import CSQLite
import Foundation
import SampleApplication

/// The application at work during a catch-up: about five deferred transactions a second that read first and
/// then write, with a timeout of ten seconds. It never retries a failed one.
enum Neighbour {
  static func measure(_ scene: Scene, _ report: Report) throws {
    let hub = try scene.fullHub(report)
    var lines: [[Substring]] = []
    var seconds: [Double] = []
    // One catch-up is short: several, each on a new device, make up a sample.
    while lines.count < 60, seconds.count < 15 {
      let round = try catchUp(scene, hub)
      lines += round.lines
      seconds.append(round.seconds)
    }
    let waits = Sample(lines.compactMap { $0.count == 2 ? Double($0[1]) : nil })
    let failures = lines.filter { $0.first != "0" }
    report.figure("catch-ups with the application beside them", Double(seconds.count), "")
    report.figure("catch-up, median", Sample(seconds).median, "s")
    report.figure("edits by the application", Double(lines.count), "")
    report.figure("edits failed", Double(failures.count), "")
    for code in Set(failures.compactMap(\.first)).sorted() {
      report.note("failed with \(name(code)): \(failures.count { $0.first == code })")
    }
    report.figure("wait of the application, median", waits.median, "ms")
    report.figure("wait of the application, p99", waits.quantile(0.99), "ms", .atMost(250))
    report.figure("wait of the application, max", waits.max, "ms")
  }

  private static func catchUp(
    _ scene: Scene, _ hub: HubProcess
  ) throws -> (lines: [[Substring]], seconds: Double) {
    let device = try scene.device("neighbour", hub)
    try addOwnMedia(device.library)
    let stop = device.directory + "/stop"
    let application = try RunningProgram(
      CommandLine.arguments[0], ["neighbour", device.library, stop], directory: device.directory)
    let start = ContinuousClock.now
    let end = try device.sync(within: 300)
    let seconds = (ContinuousClock.now - start).inSeconds
    guard end.code == 0 else { throw ProgramFailure("catch-up: \(end.code) \(end.errors.suffix(1500))") }
    _ = FileManager.default.createFile(atPath: stop, contents: nil)
    let output = try application.end(within: 30).output
    return (output.split(separator: "\n").map { $0.split(separator: " ") }, seconds)
  }

  private static func name(_ code: Substring) -> String {
    switch code {
    // SQLite does not wait if a transaction that has read wants to write: the timeout would not help.
    case "5": "SQLITE_BUSY (we were writing when it went from reading to writing)"
    case "517": "SQLITE_BUSY_SNAPSHOT (we committed between its read and its write)"
    case "6": "SQLITE_LOCKED"
    default: "code \(code)"
    }
  }

  private static func addOwnMedia(_ path: String) throws {
    let application = try SampleLibrary(path, client: "bench-neighbour", seed: 8)
    for number in 0..<10 {
      try application.addMedia(
        NewMedia(
          url: "https://media.example/own/\(number)", title: "own \(number)", content: "own text \(number)"))
    }
  }

  /// The hidden verb: edits until a file appears, and prints a line `CODE MILLISECONDS` for each edit. The
  /// code is SQLite's extended one, 0 for a successful edit.
  static func behave(library: String, until stop: String) {
    guard let application = try? SampleLibrary(library, client: "bench-neighbour", seed: 9) else { exit(2) }
    var random = SeededGenerator(seed: 10)
    var number = 0
    while !FileManager.default.fileExists(atPath: stop) {
      number += 1
      let start = ContinuousClock.now
      let code = edit(application, number)
      let milliseconds = (ContinuousClock.now - start).inSeconds * 1000
      print("\(code) \(String(format: "%.2f", milliseconds))")
      usleep(UInt32(random.number(100...300)) * 1000)
    }
  }

  private static func edit(_ application: SampleLibrary, _ number: Int) -> Int32 {
    do throws(SampleFailure) {
      try application.edit { () throws(SampleFailure) in
        let own = try application.connection.rows(
          "SELECT uuid FROM Media WHERE client_id = 'bench-neighbour' AND deleted = 0 ORDER BY id LIMIT 10")
        guard !own.isEmpty, let uuid = own[number % own.count][0].text else { return }
        try application.updateMedia(uuid, title: "own edit \(number)")
      }
      return 0
    } catch {
      return error.code
    }
  }
}

import Foundation
import SampleApplication

/// The setting of a benchmark: a temporary directory, a generated library, and a hub that holds it.
final class Scene {
  let options: Options
  let directory: String
  private var devices = 0
  private var filledHub: HubProcess?
  private var generated: (path: String, changes: Int)?

  init(_ options: Options) throws {
    self.options = options
    directory = try makeTemporaryDirectory("bench")
  }

  /// Stops all programs and removes all files.
  func remove() {
    _ = try? filledHub?.stop()
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// The generated library (seed 1), made once. Open the file itself only to read the log.
  func library() throws -> (path: String, changes: Int) {
    if let generated { return generated }
    let path = directory + "/generated.sqlite"
    let changes = try LibraryGenerator(seed: 1, media: options.media).write(to: path)
    generated = (path, changes)
    return (path, changes)
  }

  /// A hub that one daemon has filled with the generated library, made once.
  func fullHub(_ report: Report) throws -> HubProcess {
    if let filledHub { return filledHub }
    let hub = try emptyHub("full-hub")
    let library = try library()
    let source = try device("source", hub)
    try FileManager.default.removeItem(atPath: source.library)
    try FileManager.default.copyItem(atPath: library.path, toPath: source.library)
    let run = try MeasuredSync(source)
    report.note("generated library: \(options.media) media, \(library.changes) changes (seed 1)")
    report.figure("pushed by one daemon", Double(library.changes) / run.seconds, "changes/s")
    report.figure("its peak resident memory", run.peak, "MiB")
    filledHub = hub
    return hub
  }

  /// Reports whether a device holds, after one cycle, what the device holds that filled the hub.
  func reportDifference(of device: DaemonProcess, _ report: Report) throws {
    let difference = try LibraryDigest(device.library, links: .live).difference(
      from: LibraryDigest(directory + "/source-1/library.sqlite", links: .live), limit: 5)
    if !difference.isEmpty { report.note("NOT EQUAL: \(difference)") }
    report.figure("libraries differ after one cycle", difference.isEmpty ? 0 : 1, "", .atMost(0))
  }

  /// Starts a new hub.
  func emptyHub(_ name: String) throws -> HubProcess {
    let hub = try HubProcess(programs: options.programs, directory: directory + "/" + name)
    try hub.start()
    return hub
  }

  /// A new device with an empty library and its own token.
  func device(_ name: String, _ hub: HubProcess, fixture: Fixture = .empty) throws -> DaemonProcess {
    devices += 1
    let own = "\(name)-\(devices)"
    return try DaemonProcess(
      programs: options.programs, directory: "\(directory)/\(own)", fixture: fixture, hub: hub.url,
      token: hub.token(device: own))
  }
}

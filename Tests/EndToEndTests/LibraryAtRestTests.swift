import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// At rest the library is one file that its owner may copy and overwrite.
  @Suite struct LibraryAtRest {
    private let stage: Stage
    private let device: DaemonProcess

    init() throws {
      stage = try Stage()
      device = try stage.device("one", .laptop)
      device.environment.merge(["MEDIASYNC_SYNC_DEBOUNCE": "20ms", "MEDIASYNC_SYNC_INTERVAL": "1h"]) { $1 }
      try SQLiteConnection(device.library).execute("PRAGMA journal_mode = WAL")
    }

    /// The application adds media, and closes.
    private func add(_ count: Int, _ title: String = "work") throws {
      let application = try SampleLibrary(device.library, client: "app", seed: UInt64.random(in: 0 ... .max))
      for number in 1...count {
        let name = "\(title) \(number)"
        try application.addMedia(NewMedia(url: "https://example/\(name)", title: name, content: name))
      }
    }

    private var isOneFile: Bool {
      ["-wal", "-shm"].allSatisfy { !FileManager.default.fileExists(atPath: device.library + $0) }
    }

    private func expectOneFile(sourceLocation: SourceLocation = #_sourceLocation) {
      // A second, plus the delay of a loaded machine.
      #expect(poll(10, step: 0.02) { isOneFile }, "-wal or -shm stays", sourceLocation: sourceLocation)
    }

    private func media(_ path: String) throws -> SQLValue? { try value(path, "SELECT count(*) FROM Media") }

    @Test func `a copy of the closed library's single file holds everything`() throws {
      try device.run()
      try device.awaitInStep()
      let before = try media(device.library)?.integer ?? 0
      try add(20)
      try device.awaitInStep()
      expectOneFile()
      let copy = device.directory + "/copy.sqlite"
      try FileManager.default.copyItem(atPath: device.library, toPath: copy)
      #expect(try media(copy) == .integer(before + 20))
      #expect(try value(copy, "PRAGMA integrity_check") == .text("ok"))
    }

    @Test func `the daemon also releases a library if its hub is away or refuses it`() throws {
      try device.run()
      try device.awaitInStep()
      try stage.hub.stop()
      try add(1)
      #expect(
        poll(30) {
          (try? device.status())?.pendingLocal ?? 0 > 0 && (try? device.status())?.state == "waiting"
        })
      expectOneFile()
    }

    @Test func `one cycle leaves one file behind`() throws {
      try add(3)
      #expect(try device.sync().code == 0)
      #expect(isOneFile)
    }

    @Test func `pause returns when the file is released`() throws {
      try device.run()
      try device.awaitInStep()
      for turn in 1...5 {
        try add(1, "turn \(turn)")
        #expect(try device.control("pause").code == 0)
        #expect(isOneFile)
        #expect(try device.control("resume").code == 0)
      }
      try device.awaitInStep()
    }

    @Test func `reading the library does not trigger another read`() throws {
      let trace = stage.directory + "/trace"
      try #require(RestTrace.works, "needs strace")
      device.wrapper = RestTrace.command(into: trace)
      try device.run()
      try device.awaitInStep()
      try add(1)
      try device.awaitInStep()
      #expect(RestTrace.awaitSilence(trace, of: 8), "it never comes to rest")
      expectOneFile()
      try device.stop()
    }
  }
}

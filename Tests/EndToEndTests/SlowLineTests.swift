import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// Transfers over a slow line: complete, and in both directions at once.
  @Suite struct SlowLines {
    private let stage: Stage
    private let near: DaemonProcess
    private let far: DaemonProcess
    private let line: SlowLine
    private static let bytesPerSecond = 150_000

    init() throws {
      stage = try Stage()
      near = try stage.device("near")
      far = try stage.device("far")
      line = try SlowLine(hub: stage.hub.port, bytesPerSecond: Self.bytesPerSecond)
      far.environment["MEDIASYNC_HUB_URL"] = line.url
      // The smallest configurable value: a transfer that takes longer in total exceeds the idle timeout.
      far.environment["MEDIASYNC_HUB_REQUEST_TIMEOUT"] = "1s"
    }

    @Test func `a row that takes longer than the idle timeout arrives, and so do the rows after it`()
      throws
    {
      let writer = try SampleLibrary(near.library, client: "near", seed: 1)
      try add("before", bytes: 10, to: writer)
      try add("large", bytes: 3 * Self.bytesPerSecond, to: writer)
      try add("after", bytes: 10, to: writer)
      #expect(try near.sync().code == 0)
      try far.run()
      // During the transfer people see its progress.
      let isTold = try poll(20, step: 0.05) {
        let status = JSONNode.parse(Data(try far.control("status", "--json").output.utf8))
        return (status?["progress"]?["bytes_done"]?.integer ?? 0) > 100_000
      }
      #expect(isTold)
      try far.awaitInStep()
      #expect(try titles(far) == ["after", "before", "large"])
      #expect(try far.status().attempt == 0)
      // The other direction.
      let reader = try SampleLibrary(far.library, client: "far", seed: 2)
      try add("large from afar", bytes: 3 * Self.bytesPerSecond, to: reader)
      #expect(try poll(30, step: 0.1) { try stage.hub.knows("large from afar") })
      try far.awaitInStep()
      #expect(far.program?.errors.contains("unreachable") == false, "nothing was tried twice")
    }

    @Test func `a new edit goes out within two seconds during a large pull`() throws {
      let writer = try SampleLibrary(near.library, client: "near", seed: 1)
      for number in 0..<200 { try add("row \(number)", bytes: 4000, to: writer) }
      #expect(try near.sync().code == 0)
      try far.run()
      #expect(try poll(20, step: 0.02) { try far.status().state == "syncing" })
      let application = try SampleLibrary(far.library, client: "far", seed: 2)
      for number in 0..<2 {
        try add("mine \(number)", bytes: 10, to: application)
        let began = ContinuousClock.now
        #expect(try poll(20, step: 0.02) { try stage.hub.knows("mine \(number)") })
        #expect(ContinuousClock.now - began < .seconds(2.5), "\(ContinuousClock.now - began)")
        #expect(try far.status().state == "syncing", "the pull is still under way")
      }
      try far.awaitInStep()
      #expect(try near.sync().code == 0)
      try stage.expectEqual([near, far])
    }

    @Test func `others' changes come in while much goes out`() throws {
      let writer = try SampleLibrary(near.library, client: "near", seed: 1)
      let application = try SampleLibrary(far.library, client: "far", seed: 2)
      for number in 0..<200 { try add("row \(number)", bytes: 6000, to: application) }
      try far.run()
      // The hub creates the library's file on the first request for it.
      #expect(poll(20, step: 0.02) { (try? stage.hub.knows("row 0")) == true })
      try add("theirs", bytes: 10, to: writer)
      #expect(try near.sync().code == 0)
      let began = ContinuousClock.now
      #expect(try poll(30, step: 0.02) { try titles(far).contains("theirs") })
      // A batch in transfer is answered first.
      #expect(ContinuousClock.now - began < .seconds(8), "\(ContinuousClock.now - began)")
      #expect(try far.status().pendingLocal > 0, "the push is still under way")
      try far.awaitInStep()
      #expect(try near.sync().code == 0)
      try stage.expectEqual([near, far])
    }

    // MARK: -

    private func add(_ title: String, bytes: Int, to application: SampleLibrary) throws {
      try application.addMedia(
        NewMedia(
          url: "https://example/\(title)", title: title,
          content: String(repeating: "wort ", count: max(bytes / 5, 1)) + title))
    }

    private func titles(_ device: DaemonProcess) throws -> [String] {
      try SQLiteConnection(device.library, .readOnly).rows("SELECT title FROM Media ORDER BY title")
        .compactMap { $0[0].text }
    }
  }
}

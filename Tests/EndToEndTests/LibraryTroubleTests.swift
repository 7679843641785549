import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// Each trouble with the file has its own message, and nothing is lost.
  @Suite struct LibraryTroubles {
    @Test func `a missing library is named`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", nil)
      let end = try device.sync()
      #expect(end.code == 78)
      #expect(said(end).contains("no library at") && end.errors.contains(device.library), "\(end.errors)")
      #expect(!FileManager.default.fileExists(atPath: device.library))
    }

    @Test func `a file that is not a database is named, and stays unchanged`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", nil)
      let bytes = Data(repeating: 0x5A, count: 9000)
      try bytes.write(to: URL(fileURLWithPath: device.library))
      let end = try device.sync()
      #expect(end.code == 78)
      #expect(said(end).contains("not an sqlite database"), "\(end.errors)")
      #expect(try Data(contentsOf: URL(fileURLWithPath: device.library)) == bytes)
    }

    @Test func `a database without a log is named`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", .empty)
      try SQLiteConnection(device.library).execute("DROP TABLE sync_log")
      let end = try device.sync()
      #expect(end.code == 78)
      #expect(said(end).contains("sync_log"), "\(end.errors)")
    }

    // Root may write everything: then a read-only mount replaces the file mode.
    @Test func `a read-only library is named, with what to do`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", nil)
      let place = try ReadOnlyPlace(device.directory, fixture: .laptop)
      guard let place else { return }
      defer { place.release() }
      device.environment["MEDIASYNC_LIBRARY_DATABASE"] = place.library
      let end = try device.sync()
      #expect([75, 78].contains(end.code))
      #expect(said(end).contains("read-only") || said(end).contains("write"), "\(end.errors)")
      #expect(said(end).contains("runs as") && said(end).contains("belongs to"), "\(end.errors)")
      #expect(end.errors.contains("ReadWritePaths="), "\(end.errors)")
    }

    @Test(.enabled(if: SmallDisk.works, "needs the right to mount a tmpfs"))
    func `a full disk stops the cycle without harm, and it continues when there is space`() throws {
      let stage = try Stage()
      let source = try stage.device("source", nil)
      try LibraryGenerator(seed: 21, media: 150).write(to: source.library)
      #expect(try source.sync().code == 0)
      let device = try stage.device("small", nil)
      let disk = try SmallDisk(mountedAt: device.directory + "/disk", kibibytes: 900)
      defer { disk.release() }
      let library = disk.path + "/library.sqlite"
      try Fixture.empty.copy(to: library)
      device.environment["MEDIASYNC_LIBRARY_DATABASE"] = library
      let end = try device.sync()
      #expect(end.code == 75, "\(end.errors)")
      #expect(said(end).contains("full"), "\(end.errors)")
      #expect(try value(library, "PRAGMA integrity_check") == .text("ok"))
      try disk.grow(kibibytes: 40_000)
      #expect(try device.sync().code == 0)
      #expect(try LibraryDigest(library).difference(from: LibraryDigest(source.library)) == "")
    }

    @Test func `the daemon waits for a locked library, and says that it is locked`() throws {
      let stage = try Stage()
      let device = try stage.device("one", .laptop)
      let somebody = try SQLiteConnection(device.library)
      try somebody.execute("BEGIN IMMEDIATE")
      try device.run()
      let reported = try poll(90) {
        let status = try device.status()
        return status.state != "in-sync" && (status.reason ?? "").lowercased().contains("lock")
      }
      let last = try device.status()
      #expect(reported, "\(last.state) \(last.reason ?? "without a reason")")
      try somebody.execute("COMMIT")
      try device.control("trigger", "--wait")
      try device.awaitInStep()
    }
  }
}

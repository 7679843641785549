import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// The owner restores an older copy of the library under a running daemon: nothing is missing afterwards,
  /// and no older value wins over later edits of others.
  @Suite struct RestoredLibrary {
    /// The way in which a person does it.
    enum Way: String, CaseIterable {
      case backupAPI, restoreCommand, copy, copyAndRemoveLog
    }

    private let stage: Stage
    private let (one, two): (DaemonProcess, DaemonProcess)

    init() throws {
      stage = try Stage()
      one = try stage.device("one")
      two = try stage.device("two")
      for device in [one, two] {
        device.environment.merge(
          [
            "MEDIASYNC_SYNC_DEBOUNCE": "20ms", "MEDIASYNC_SYNC_INTERVAL": "1h",
            "MEDIASYNC_HUB_LONG_POLL": "5s",
          ]
        ) { $1 }
        try SQLiteConnection(device.library).execute("PRAGMA journal_mode = WAL")
      }
    }

    private func application(_ device: DaemonProcess) throws -> SampleLibrary {
      try SampleLibrary(device.library, client: "app", seed: UInt64.random(in: 0 ... .max))
    }

    @discardableResult
    private func add(_ title: String, _ device: DaemonProcess) throws -> String {
      try application(device).addMedia(
        NewMedia(url: "https://example/\(title)", title: title, content: "text of \(title)"))
    }

    private func titles(_ device: DaemonProcess) throws -> [String] {
      try SQLiteConnection(device.library, .readOnly).rows("SELECT title FROM Media ORDER BY title")
        .compactMap {
          $0[0].text
        }
    }

    private func identity() throws -> SQLValue? {
      try value(two.library, "SELECT value FROM mediasync_state WHERE name = 'device_id'")
    }

    private func expectTitles(
      _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      for device in [one, two] {
        let done = try poll(40, step: 0.1) { try titles(device) == expected.sorted() }
        let found = try titles(device)
        #expect(
          done, "\(device.directory): \(found) \(device.program?.errors.suffix(1500) ?? "")",
          sourceLocation: sourceLocation)
      }
    }

    private func restore(_ way: Way, from backup: String) throws {
      switch way {
      case .backupAPI: try application(two).connection.restore(from: backup, pages: 16)
      case .restoreCommand:
        let end = try RunningProgram(
          "/usr/bin/sqlite3", [two.library, ".restore \(backup)"], directory: two.directory
        ).end()
        #expect(end.code == 0, "\(end.errors)")
      case .copy, .copyAndRemoveLog:
        // The application is closed: the library is one file, or will be in a moment.
        #expect(poll(10, step: 0.02) { !FileManager.default.fileExists(atPath: two.library + "-wal") })
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: two.library))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: Data(contentsOf: URL(fileURLWithPath: backup)))
        try file.close()
        if way == .copyAndRemoveLog { for suffix in ["-wal", "-shm"] { unlink(two.library + suffix) } }
      }
    }

    @Test(arguments: Way.allCases)
    func `a library restored under its daemon ends with everything that is newer`(way: Way) throws {
      let zero = try add("zero", one)
      try add("from two", two)
      for device in [one, two] { try device.run() }
      try expectTitles(["zero", "from two"])
      let backup = two.directory + "/backup.sqlite"
      try SQLiteConnection(two.library).execute("VACUUM INTO '\(backup)'")
      for number in 1...5 { try add("later \(number)", one) }
      // The application's transactions fail if they begin during another process's transaction.
      try one.awaitInStep()
      try application(one).updatePartial(zero, [("title", .text("zero edited"))])
      try add("lost with the file, not with the hub", two)
      let all =
        ["zero edited", "from two", "lost with the file, not with the hub"]
        + (1...5).map { "later \($0)" }
      try expectTitles(all)
      try restore(way, from: backup)
      try add("behind it, elsewhere", one)
      try expectTitles(all + ["behind it, elsewhere"])
      try add("behind it, here", two)
      try expectTitles(all + ["behind it, elsewhere", "behind it, here"])
      #expect(two.program?.errors.contains("event=rewound") == true, "\(two.program?.errors ?? "")")
      #expect(try value(two.library, "PRAGMA integrity_check") == .text("ok"))
      #expect(try two.control("verify").code == 0)
    }

    @Test(arguments: [true, false])
    func `a backup from before the first sync continues as the same device`(runs: Bool) throws {
      try add("zero", one)
      try add("from two", two)
      let backup = two.directory + "/backup.sqlite"
      try SQLiteConnection(two.library).execute("VACUUM INTO '\(backup)'")
      for device in [one, two] { try device.run() }
      try expectTitles(["zero", "from two"])
      let name = try identity()
      if !runs { try two.stop() }
      try restore(.backupAPI, from: backup)
      if !runs { try two.run() }
      try expectTitles(["zero", "from two"])
      try add("behind it", two)
      try expectTitles(["zero", "from two", "behind it"])
      #expect(try identity() == name)
    }
  }
}

import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// Whatever happens to the file under a running daemon, the daemon notices without help.
  @Suite struct LibraryFile {
    private let stage: Stage
    private let device: DaemonProcess

    init() throws {
      stage = try Stage()
      device = try stage.device("one", .laptop)
      // The periodic check must not be what detects it.
      device.environment.merge(
        [
          "MEDIASYNC_SYNC_DEBOUNCE": "20ms", "MEDIASYNC_SYNC_INTERVAL": "1h", "MEDIASYNC_HUB_LONG_POLL": "5m",
          "MEDIASYNC_LIBRARY_POLL_INTERVAL": "1s",
        ]
      ) { $1 }
    }

    @Test func `the daemon opens a file that replaced another by rename, also the second time`() throws {
      try device.run()
      try device.awaitInStep()
      for title in ["first", "second"] {
        try replace(with: title)
        try awaitPushed(title)
      }
      try expectPushedWhenAdded("afterwards")
    }

    @Test func `the daemon reports a deleted file, and opens it again when it is back`() throws {
      try device.run()
      try device.awaitInStep()
      let copy = try copyWith("back again")
      remove()
      try expectState("blocked", because: "no library at")
      let said = device.program?.errors ?? ""
      try FileManager.default.copyItem(atPath: copy, toPath: device.library)
      try awaitPushed("back again")
      try expectPushedWhenAdded("afterwards")
      #expect(said.components(separatedBy: "no library at").count == 2, "one line: \(said)")
    }

    @Test func `the daemon opens a file that is copied back in pieces once it is whole`() throws {
      try device.run()
      try device.awaitInStep()
      let copy = try Data(contentsOf: URL(fileURLWithPath: copyWith("in pieces")))
      remove()
      try expectState("blocked", because: "no library at")
      _ = FileManager.default.createFile(atPath: device.library, contents: nil)
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: device.library))
      try file.write(contentsOf: copy.prefix(5000))
      try expectState("blocked", because: "library")
      try file.write(contentsOf: copy.dropFirst(5000))
      try file.close()
      try awaitPushed("in pieces")
    }

    @Test func `checkpoints and VACUUM trigger no cycle, and edits after them do`() throws {
      try device.run()
      try device.awaitInStep()
      let head = try device.status().hubHead
      let logged = try value(device.library, "SELECT max(change_id) FROM sync_log")?.integer
      let application = try SQLiteConnection(device.library)
      for statement in ["PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(RESTART)"] {
        _ = try application.rows(statement)
        try expectPushedWhenAdded(statement)
      }
      try device.awaitInStep()
      let added = try value(device.library, "SELECT max(change_id) FROM sync_log")?.integer
      let pushed = try device.status().hubHead
      // Every entry of the application's is in the hub's log once, and no other entry is.
      #expect(try Int64(#require(pushed) - #require(head)) == #require(added) - #require(logged))
      #expect(try value(device.library, "PRAGMA integrity_check") == .text("ok"))
    }

    @Test func `a library in rollback mode stays in step, also through a switch to WAL and back`() throws {
      try SQLiteConnection(device.library).execute("PRAGMA journal_mode=DELETE")
      try device.run()
      try device.awaitInStep()
      try expectPushedWhenAdded("in rollback mode", journal: "DELETE")
      #expect(try value(device.library, "PRAGMA journal_mode") == .text("delete"))
      try expectPushedWhenAdded("switched to WAL")
      #expect(try value(device.library, "PRAGMA journal_mode") == .text("wal"))
      // SQLite does not leave WAL mode while another process has the file open: stop the daemon first.
      try device.stop()
      try SQLiteConnection(device.library).execute("PRAGMA journal_mode=DELETE")
      try device.run()
      try device.awaitInStep()
      try expectPushedWhenAdded("back in rollback mode", journal: "DELETE")
      #expect(try value(device.library, "PRAGMA journal_mode") == .text("delete"))
    }

    @Test func `an overflow of the kernel's queue hides no replacement`() throws {
      let program = try device.run()
      try device.awaitInStep()
      let copy = try copyWith("behind the overflow")
      program.signal(SIGSTOP)
      let limit =
        Int(
          try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)) ?? 16_384
      // Two files in turn, because the kernel merges equal consecutive events.
      let files = try (0..<2).map { number in
        let path = device.directory + "/noise-\(number)"
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      }
      for number in 0..<(limit + 100) { try files[number % 2].write(contentsOf: Data([0x78])) }
      try putInPlace(copy)
      program.signal(SIGCONT)
      try awaitPushed("behind the overflow")
    }

    // MARK: -

    private func add(_ title: String, to path: String, journal: String = "WAL") throws {
      let application = try SampleLibrary(
        path, client: "app-one", seed: UInt64.random(in: .min ... .max), journal: journal)
      try application.addMedia(NewMedia(url: "https://example/\(title)", title: title, content: title))
    }

    /// A copy of the library with one more medium.
    private func copyWith(_ title: String) throws -> String {
      let copy = device.directory + "/\(UUID().uuidString).sqlite"
      try SQLiteConnection(device.library).execute("VACUUM INTO '\(copy)'")
      try add(title, to: copy, journal: "DELETE")
      return copy
    }

    private func replace(with title: String) throws { try putInPlace(copyWith(title)) }

    private func putInPlace(_ copy: String) throws {
      for suffix in ["-wal", "-shm"] { unlink(device.library + suffix) }
      try #require(rename(copy, device.library) == 0)
    }

    private func remove() { for suffix in ["", "-wal", "-shm"] { unlink(device.library + suffix) } }

    private func expectPushedWhenAdded(
      _ title: String, journal: String = "WAL", sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      try add(title, to: device.library, journal: journal)
      try awaitPushed(title, sourceLocation: sourceLocation)
    }

    /// Waits until the hub has a medium of this title.
    private func awaitPushed(_ title: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      let done = try poll(30, step: 0.05) { try stage.hub.knows(title) }
      let status = try? device.status()
      #expect(
        done,
        "\(title) was not pushed: \(status?.state ?? "?") \(status?.reason ?? "") \(device.program?.errors ?? "")",
        sourceLocation: sourceLocation)
    }

    private func expectState(
      _ state: String, because reason: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      var last: DaemonStatus?
      let done = poll(30) {
        last = try? device.status()
        return last?.state == state && (last?.reason ?? "").contains(reason)
      }
      #expect(done, "\(last?.state ?? "?") \(last?.reason ?? "")", sourceLocation: sourceLocation)
    }
  }
}

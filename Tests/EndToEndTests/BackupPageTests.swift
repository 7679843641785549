import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// Runs the commands of docs/operating.md exactly as the page has them.
  @Suite struct BackupPage {
    private let stage: Stage
    private let device: DaemonProcess
    private var backup: String { device.directory + "/backup.sqlite" }

    init() throws {
      stage = try Stage()
      device = try stage.device("one", .laptop)
      device.environment.merge(["MEDIASYNC_SYNC_DEBOUNCE": "20ms", "MEDIASYNC_SYNC_INTERVAL": "1h"]) { $1 }
      try SQLiteConnection(device.library).execute("PRAGMA journal_mode = WAL")
    }

    /// Runs the commands that follow a marker on the page.
    private func follow(_ mark: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/operating.md")
      let text = try String(contentsOf: page, encoding: .utf8)
      let behind = try #require(
        text.range(of: "<!-- \(mark) -->\n```\n"), "the page has no commands for: \(mark)")
      let rest = text[behind.upperBound...]
      let commands = try String(rest[..<#require(rest.range(of: "```")).lowerBound])
      let end = try RunningProgram(
        "/bin/sh", ["-e", "-c", commands],
        environment: [
          "LIBRARY": device.library, "BACKUP": backup, "MEDIASYNC_CONTROL_SOCKET": device.socket,
          "PATH": Stage.programs + ":/usr/local/bin:/usr/bin:/bin",
        ], directory: device.directory
      ).end(within: 60)
      #expect(end.code == 0, "\(commands): \(end.errors)", sourceLocation: sourceLocation)
    }

    private func add(_ title: String, _ application: SampleLibrary) throws {
      try application.addMedia(NewMedia(url: "https://example/\(title)", title: title, content: title))
    }

    /// Waits until the hub has the change as well.
    private func awaitPushed(_ title: String) throws {
      #expect(poll(30, step: 0.05) { (try? stage.hub.knows(title)) == true })
      try device.awaitInStep()
    }

    private func application() throws -> SampleLibrary {
      try SampleLibrary(device.library, client: "app", seed: UInt64.random(in: 0 ... .max))
    }

    private func media(_ path: String) throws -> SQLValue? { try value(path, "SELECT count(*) FROM Media") }

    private func expectRestored(to count: SQLValue?) throws {
      // The rows that the hub has come back by themselves: none was lost.
      #expect(
        try poll(40, step: 0.1) { try media(device.library) == count }, "\(device.program?.errors ?? "")")
      #expect(try value(device.library, "PRAGMA integrity_check") == .text("ok"))
      #expect(try device.control("verify").code == 0)
      #expect(device.program?.errors.contains("event=rewound") == true)
    }

    @Test func `a backup made while the application runs can be restored`() throws {
      try device.run()
      let application = try application()
      try add("in the backup", application)
      try awaitPushed("in the backup")
      let count = try media(device.library)
      try follow("backup while the application runs")
      #expect(try media(backup) == count)
      try add("behind it", application)
      try awaitPushed("behind it")
      let all = try media(device.library)
      try follow("restore while the application runs")
      try expectRestored(to: all)
    }

    @Test func `a backup made with the application closed can be restored`() throws {
      try device.run()
      try add("in the backup", application())
      try awaitPushed("in the backup")
      let count = try media(device.library)
      try follow("backup with the application closed")
      #expect(try media(backup) == count)
      #expect(try value(backup, "PRAGMA integrity_check") == .text("ok"))
      try device.awaitInStep()
      try add("behind it", application())
      try awaitPushed("behind it")
      let all = try media(device.library)
      try follow("restore with the application closed")
      try expectRestored(to: all)
    }
  }
}

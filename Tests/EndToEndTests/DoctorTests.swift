import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// `mediasyncctl doctor` and `explain` with the real programs. Without systemd, the doctor reports that as
  /// a note.
  @Suite struct Doctor {
    @Test func `on a healthy system the doctor finds nothing, and asks the running daemon`() throws {
      let stage = try Stage()
      let device = try stage.device("one", .laptop)
      try device.run()
      try device.awaitInStep()
      let end = try device.control("doctor", "--json")
      let report = try Report(end)
      #expect(report.wrong == [] || report.wrong == ["unit-missing"], "\(end.output)")
      for subject in [
        "daemon", "configuration", "library", "full text", "file system", "disk", "inotify", "credential",
        "connection", "protocol", "clock",
      ] {
        #expect(
          report.checks.contains { $0.subject == subject && $0.verdict == "ok" }, "\(subject): \(end.output)")
      }
      // The daemon itself did the check: another process would report the daemon as the lock's owner.
      #expect(!report.checks.contains { $0.subject == "lock" })
      #expect(report.database == device.library)
      let token = try String(contentsOfFile: device.tokenFile, encoding: .utf8).trimmingCharacters(
        in: .newlines)
      let text = try device.control("doctor")
      #expect(
        text.output.contains("In step") && !(text.output + end.output).contains(token), "\(text.output)")
    }

    @Test func `without a daemon the doctor checks the rest, and writes nothing`() throws {
      let stage = try Stage()
      let device = try stage.device("one", .laptop)
      let before = try Data(contentsOf: URL(fileURLWithPath: device.library))
      let report = try Report(doctor(device))
      #expect(report.verdict("daemon-silent") == "wrong")
      #expect(report.verdict("library-never-synced") == "note")
      #expect(report.checks.contains { $0.subject == "credential" && $0.verdict == "ok" })
      #expect(!report.ok)
      #expect(try Data(contentsOf: URL(fileURLWithPath: device.library)) == before)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: device.directory).filter {
          $0.contains("mediasync.lock")
        } == [])
    }

    @Test func `the doctor finds each problem and says what to do`() throws {
      let stage = try Stage()
      let device = try stage.device("one", .laptop)
      #expect(try device.sync().code == 0)

      try device.setToken("not-a-token-of-this-hub-0123456789")
      #expect(try Report(doctor(device)).verdict("hub-refuses") == "wrong")
      try device.setToken("not-a-token-of-this-hub-0123456789", mode: 0o644)
      let open = try #require(try Report(doctor(device)).checks.first { $0.code == "credential-unusable" })
      #expect(open.found.contains("chmod 600"))
      try device.setToken(stage.hub.token(device: "one-again"))

      // A row that is missing from the index, and one that should not be in it.
      let app = try SQLiteConnection(device.library)
      try app.execute("PRAGMA recursive_triggers = OFF")
      try app.execute(
        """
        INSERT INTO media_fts (rowid, title, content) VALUES (987654, 'a row that is gone', '');
        INSERT INTO keyword_fts (keyword_fts, rowid, keyword)
          SELECT 'delete', id, keyword FROM Keywords WHERE deleted = 0 LIMIT 1;
        """)
      let astray = try Report(doctor(device)).checks.filter { $0.code == "full-text-astray" }
      #expect(astray.count == 2 && astray.allSatisfy { $0.verdict == "wrong" }, "\(astray)")
      // The statements that the doctor prints repair it.
      for check in astray {
        let parts = try #require(check.todo).split(separator: "\"")
        try app.execute(String(try #require(parts.dropFirst().first)))
      }
      #expect(try Report(doctor(device)).verdict("full-text-astray") == nil)

      device.environment["MEDIASYNC_HUB_URL"] = try "http://127.0.0.1:\(LoopbackSocket.freePort())/sync"
      #expect(try Report(doctor(device)).verdict("hub-unreachable") == "wrong")
      device.environment["MEDIASYNC_HUB_URL"] = stage.hub.url + "/elsewhere"
      #expect(try Report(doctor(device)).verdict("hub-fails") == "wrong")
      device.environment["MEDIASYNC_HUB_CA_FILE"] = device.tokenFile
      let authority = try Report(doctor(device)).checks.first { $0.code == "configuration-invalid" }
      #expect(authority?.found.contains("holds no certificate") == true, "\(authority as Any)")
      device.environment["MEDIASYNC_HUB_CA_FILE"] = nil
      device.environment["MEDIASYNC_SYNC_INTERVAL"] = "soon"
      let invalid = try Report(doctor(device)).checks.filter { $0.code == "configuration-invalid" }
      #expect(invalid.count == 1 && invalid[0].found.contains("MEDIASYNC_SYNC_INTERVAL"), "\(invalid)")
      device.environment["MEDIASYNC_SYNC_INTERVAL"] = nil
      device.library = "/nowhere/library.sqlite"
      #expect(try Report(doctor(device)).verdict("library-unusable") == "wrong")
    }

    @Test
    func `the doctor finds a file damaged under a running daemon, and one that waits for a reload`()
      throws
    {
      let stage = try Stage()
      let device = try stage.device("one", .laptop)
      let file = device.directory + "/mediasync/mediasyncd.toml"
      try FileManager.default.createDirectory(
        atPath: device.directory + "/mediasync", withIntermediateDirectories: false)
      let first = "[sync]\ninterval = \"50s\"\n"
      try first.write(toFile: file, atomically: true, encoding: .utf8)
      device.environment["XDG_CONFIG_HOME"] = device.directory
      try device.run()
      try device.awaitInStep()
      func found() throws -> Report.Check? {
        let checks = try Report(device.control("doctor", "--json")).checks
        return checks.first { $0.subject == "configuration" }
      }
      #expect(try found()?.verdict == "ok")

      try (first + "[hub]\nurl = 5\n").write(toFile: file, atomically: true, encoding: .utf8)
      let broken = try found()
      #expect(
        broken?.code == "configuration-invalid" && broken?.found.contains("hub.url") == true,
        "\(broken as Any)")

      try first.replacing("50", with: "40").write(toFile: file, atomically: true, encoding: .utf8)
      let newer = try found()
      #expect(newer?.code == "configuration-newer" && newer?.verdict == "note", "\(newer as Any)")
      #expect(newer?.found.contains("a reload applies sync.interval") == true, "\(newer as Any)")
      #expect(try device.control("reload").code == 0)
      #expect(try found()?.verdict == "ok")
    }

    @Test func `a reload refuses a file without a certificate, and a key of another certificate`() throws {
      let stage = try Stage()
      let device = try stage.device("one", .laptop)
      let folder = device.directory + "/mediasync"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      for name in ["one", "two"] {
        let made = try RunningProgram(
          "/usr/bin/openssl",
          [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
            "/CN=\(name)",
            "-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).pem",
          ], directory: folder
        ).end(within: 30)
        try #require(made.code == 0, "\(made.errors)")
      }
      func reload(_ lines: String) throws -> ProgramEnd {
        try "[hub]\n\(lines)\n".write(toFile: folder + "/mediasyncd.toml", atomically: true, encoding: .utf8)
        return try device.control("reload")
      }
      try "".write(toFile: folder + "/mediasyncd.toml", atomically: true, encoding: .utf8)
      device.environment["XDG_CONFIG_HOME"] = device.directory
      try device.run()
      try device.awaitInStep()
      let good = "ca_file = \"one.pem\"\nclient_cert = \"one.pem\"\nclient_key = \"one.key\""
      #expect(try reload(good).code == 0)
      for (wrong, found) in [
        (good.replacing("ca_file = \"one.pem", with: "ca_file = \"one.key"), "holds no certificate"),
        (good.replacing("client_cert = \"one.pem", with: "client_cert = \"one.key"), "holds no certificate"),
        (good.replacing("client_key = \"one.key", with: "client_key = \"one.pem"), "holds no private key"),
        (good.replacing("client_key = \"one.key", with: "client_key = \"two.key"), "is not the key"),
      ] {
        let refused = try reload(wrong)
        #expect(refused.code == 78 && refused.errors.contains(found), "\(wrong): \(refused)")
      }
    }

    @Test func `the doctor finds a second daemon on the library by its answer`() throws {
      let stage = try Stage()
      let (one, other) = (try stage.device("one", .laptop), try stage.device("other", nil))
      other.library = one.library
      try one.run()
      try one.awaitInStep()
      #expect(try Report(doctor(other)).verdict("other-daemon") == "note")
    }

    @Test func `explain prints the meaning of a code without a daemon, and suggests a similar one`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", .empty)
      let end = try device.control("explain", "token-of-another-device")
      #expect(end.code == 0 && end.output.contains("mediasync-hub token"), "\(end.output)")
      let unknown = try device.control("explain", "unreachble")
      #expect(unknown.code == 66 && unknown.errors.contains("unreachable"), "\(unknown.errors)")
      let all = try device.control("explain")
      #expect(all.output.split(separator: "\n").count > 100)
    }

    /// The doctor without a daemon: the configuration comes from the environment, as for the daemon itself.
    private func doctor(_ device: DaemonProcess) throws -> ProgramEnd {
      try RunningProgram(
        Stage.programs + "/mediasyncctl", ["doctor", "--json"], environment: device.environment,
        directory: device.directory
      ).end(within: 90)
    }
  }
}

/// The doctor's JSON.
private struct Report: Decodable {
  struct Check: Decodable {
    private enum CodingKeys: String, CodingKey {
      case subject, verdict, found, code
      case todo = "what_to_do"
    }

    let subject, verdict, found: String
    let code, todo: String?
  }

  let ok: Bool
  let database: String?
  let checks: [Check]

  init(_ end: ProgramEnd) throws {
    self = try JSONDecoder().decode(Report.self, from: Data(end.output.utf8))
    guard end.code == (ok ? 0 : 1) else {
      throw ProgramFailure("status \(end.code): \(end.output) \(end.errors)")
    }
    for check in checks where check.verdict != "ok" && (check.code == nil || check.todo == nil) {
      throw ProgramFailure("a finding without code or remedy: \(check)")
    }
  }

  var wrong: [String] { checks.filter { $0.verdict == "wrong" }.compactMap(\.code) }

  func verdict(_ code: String) -> String? { checks.first { $0.code == code }?.verdict }
}

import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  @Suite struct Refusals {
    @Test func `an unreachable hub is a temporary failure`() throws {
      let stage = try Stage(withHub: false)
      let end = try stage.lonelyDevice("alone", .laptop).sync()
      #expect(end.code == 75)
      #expect(said(end).contains("hub"))
    }

    @Test func `an unknown token is refused, and the error does not show it`() throws {
      let stage = try Stage()
      let device = try stage.device("one", .laptop)
      try device.setToken("not-a-token-of-this-hub-0123456789")
      let end = try device.sync()
      #expect(end.code == 77, "\(end.errors)")
      #expect(!said(end).contains("not-a-token"))
    }

    @Test func `a token of another device is refused until its owner binds it again`() throws {
      let stage = try Stage()
      let (one, two) = (try stage.device("one", .laptop), try stage.device("two", .empty))
      #expect(try one.sync().code == 0)
      let token = try String(contentsOfFile: one.tokenFile, encoding: .utf8).trimmingCharacters(in: .newlines)
      try two.setToken(token)
      let end = try two.sync()
      #expect(end.code == 77, "\(end.errors)")
      #expect(said(end).contains("device"), "\(end.errors)")
    }

    @Test func `a revoked token blocks the daemon until it gets another`() throws {
      let stage = try Stage()
      let device = try stage.device("laptop", .laptop)
      try device.run()
      try device.awaitInStep()
      let revoked = try stage.hub.command(
        "token", "revoke", "--data", stage.hub.data, "1")
      #expect(revoked.code == 0, "\(revoked.errors)")
      try device.control("trigger")
      #expect(try poll(20) { try device.status().state == "blocked" })
      try device.setToken(stage.hub.token(device: "laptop-again"))
      // A new token is bound to the device that uses it first: this one.
      #expect(try poll(20) { try device.status().state == "in-sync" })
      try device.awaitInStep()
    }

    @Test func `a token that is replaced at rest is used from the next request on`() throws {
      let stage = try Stage()
      let device = try stage.device("laptop", .laptop)
      try device.run()
      try device.awaitInStep()
      // The owner replaces the token first and then revokes the old one; nobody notices.
      try device.setToken(stage.hub.token(device: "laptop-again"))
      let revoked = try stage.hub.command("token", "revoke", "--data", stage.hub.data, "1")
      #expect(revoked.code == 0, "\(revoked.errors)")
      let end = try device.control("trigger", "--wait")
      #expect(end.code == 0, "\(end.errors)")
      #expect(try device.status().state == "in-sync")
    }

    @Test(arguments: [("http", "", "/sync"), ("https", "/sync", "write http://")])
    func `sync, check and doctor report a wrong hub.url alike`(
      scheme: String, path: String, words: String
    )
      throws
    {
      let stage = try Stage()
      let device = try stage.device("one", .laptop)
      device.environment["MEDIASYNC_HUB_URL"] = "\(scheme)://127.0.0.1:\(stage.hub.port)\(path)"
      let end = try device.sync()
      #expect(end.code == 75)
      #expect(said(end).contains(words), "\(end.errors)")
      let check = try device.command("check")
      #expect(check.code == 1 && check.output.contains(words), "\(check.output)")
      let doctor = try RunningProgram(
        Stage.programs + "/mediasyncctl", ["doctor", "--json"], environment: device.environment,
        directory: device.directory
      ).end(within: 90)
      // JSON escapes slashes with a backslash.
      let found = doctor.output.replacing("\\/", with: "/")
      #expect(doctor.code == 1 && found.contains(words), "\(doctor.output)")
    }

    @Test func `a missing token is reported differently from a refused one`() throws {
      let stage = try Stage()
      let device = try stage.device("one", .laptop)
      device.environment["MEDIASYNC_HUB_TOKEN_FILE"] = ""
      let end = try device.sync()
      #expect(end.code == 77)
      #expect(said(end).contains("none is configured"), "\(end.errors)")
    }

    @Test func `a secret that others can read is refused`() throws {
      let stage = try Stage()
      let device = try stage.device("one", .laptop)
      let token = try String(contentsOfFile: device.tokenFile, encoding: .utf8).trimmingCharacters(
        in: .newlines)
      try device.setToken(token, mode: 0o644)
      let end = try device.sync()
      #expect(end.code == 78)
      #expect(said(end).contains("chmod 600"))
      #expect(!end.errors.contains(token))
    }

    @Test(arguments: [
      ("MEDIASYNC_HUB_URL", "ftp://example"), ("MEDIASYNC_SYNC_INTERVAL", "soon"),
      ("MEDIASYNC_SYNC_DEBOUNCE", "-1s"), ("MEDIASYNC_LOG_LEVEL", "loud"),
    ])
    func `an impossible setting is named`(_ variable: String, _ text: String) throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", .empty)
      device.environment[variable] = text
      let end = try device.sync()
      #expect(end.code == 78)
      #expect(end.errors.contains(variable), "\(end.errors)")
    }

    @Test func `an unknown key is an error that names file, line and the nearest key`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", .empty)
      let file = device.directory + "/mediasyncd.toml"
      try "[sync]\n# every minute\nintervall = \"60s\"\n".write(
        toFile: file, atomically: true, encoding: .utf8)
      let end = try device.command("check-config", "--config", file)
      #expect(end.code == 78)
      #expect(end.errors.contains(file + ":3"), "\(end.errors)")
      #expect(end.errors.contains("sync.interval"), "\(end.errors)")
    }

    @Test func `check-config prints every value with its origin and no secret`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", .empty)
      let end = try device.command("check-config")
      #expect(end.code == 0, "\(end.errors)")
      for key in ["library.database", "hub.url", "hub.token_file", "sync.debounce", "backoff.max"] {
        #expect(end.output.contains(key.split(separator: ".").last ?? ""), "\(key)")
      }
      #expect(end.output.contains("MEDIASYNC_HUB_URL") && end.output.contains("default"), "\(end.output)")
      #expect(!end.output.contains("long-enough-for-anyone"))
    }
  }
}

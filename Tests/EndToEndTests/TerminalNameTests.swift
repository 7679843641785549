import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// Names with terminal control characters: the hub refuses them, and prints those that an earlier version
  /// accepted harmlessly.
  @Suite struct TerminalNames {
    private static let names = [
      "a\u{1B}[2Jb", "a\u{7}b", "a\u{9B}31mb", "a\u{7F}b", "a\u{202E}b", "a\u{2028}b", "a\nb",
    ]

    @Test(arguments: names) func `commands refuse names with control characters`(name: String) throws {
      let stage = try Stage()
      let end = try stage.hub.command(
        "token", "create", "--data", stage.hub.data, "--library", "home", "--device", name)
      #expect(end.code == 64, "\(end.errors)")
      #expect(!end.errors.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x9B })
    }

    @Test func `the hub refuses such names too, and prints existing ones escaped`() throws {
      let stage = try Stage()
      let token = try stage.hub.token(device: "one")
      for name in Self.names {
        let named = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let asked = "client_id=c&device_id=\(named)&incarnation=i"
        for path in ["capabilities?\(asked)", "get?\(asked)", "snapshot?\(asked)", "digest?\(asked)"] {
          let connection = try RawConnection(stage.hub.port)
          connection.write(
            "GET /sync/\(path) HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(token)\r\nConnection: close\r\n\r\n"
          )
          #expect(connection.read().hasPrefix("HTTP/1.1 422"), "\(path)")
        }
      }
      let tokens = try SQLiteConnection(stage.hub.data + "/hub.sqlite", .readWrite)
      let evil = "evil\u{1B}]0;owned\u{7}\u{9B}31m\u{202E}"
      try tokens.run("UPDATE tokens SET device = ?, device_id = ?", [.text(evil), .text(evil)])
      for arguments in [["token", "list"], ["token", "list", "--json"]] {
        let end = try stage.hub.command(arguments + ["--data", stage.hub.data])
        #expect(end.code == 0)
        #expect(end.output.contains("evil"))
        #expect(
          !end.output.unicodeScalars.contains { scalar in
            (scalar.value < 0x20 && scalar != "\n") || (0x7F..<0xA0).contains(scalar.value)
              || scalar.value == 0x202E
          }, "\(arguments)")
      }
    }
  }

  /// Root sends nothing to a socket that anybody may have created.
  @Suite(.enabled(if: geteuid() == 0, "root is who is careful")) struct SocketOwners {
    @Test func `root talks to no socket that anybody could have put there`() throws {
      let stage = try Stage(withHub: false)
      let device = try stage.lonelyDevice("one", .empty)
      try device.run()
      #expect(try device.control("status").code == 0)
      let folder = (device.socket as NSString).deletingLastPathComponent
      chmod(folder, 0o777)
      let end = try device.control("status")
      #expect(end.code == 77)
      #expect(end.errors.contains("anyone can put a socket"), "\(end.errors)")
      chmod(folder, 0o755)
      #expect(try device.control("status").code == 0)
      chown(folder, 12_345, 12_345)
      chown(device.socket, 54_321, 54_321)
      #expect(try device.control("status").code == 77)
    }
  }
}

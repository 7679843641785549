import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// The daemon's connection to the hub when the network changes. Both run in their own network; without
  /// namespaces the tests are skipped.
  @Suite(.enabled(if: Namespaces.work, "needs user and network namespaces")) struct NetworkChange {
    private let stage: Stage
    private let device: DaemonProcess
    private let hosts: String

    init() throws {
      stage = try Stage()
      device = try stage.device("one", .empty)
      try stage.hub.stop()
      hosts = stage.directory + "/hosts"
      try write("10.9.9.1 hub.test\n")
      // Only the daemon sees this hosts file.
      device.wrapper =
        Namespaces.user + [
          "-n", "-m", "/bin/sh", "-ec",
          """
          ip link set lo up
          ip addr add 10.9.9.1/32 dev lo
          ip addr add 10.9.9.2/32 dev lo
          mount --bind \(hosts) /etc/hosts
          exec "$@"
          """, "sh",
        ]
      device.environment.merge([
        "MEDIASYNC_HUB_URL": "http://hub.test:\(stage.hub.port)/sync", "MEDIASYNC_BACKOFF_INITIAL": "100ms",
        "MEDIASYNC_BACKOFF_MAX": "300ms",
      ]) { $1 }
    }

    @Test func `a connection that no longer follows the route is replaced within seconds`() throws {
      let daemon = try device.run()
      let hub = try startHub(beside: daemon, at: "10.9.9.1")
      defer { _ = try? end(hub) }
      try device.awaitInStep()
      #expect(try localAddresses(of: daemon) == ["10.9.9.1"])
      // A route that does not lead to the hub changes nothing.
      try inside(daemon, "ip route add 10.9.8.0/24 dev lo")
      // From now on the same machine is reached from another address, as behind a VPN or in another network.
      try inside(daemon, "ip route replace local 10.9.9.1 dev lo src 10.9.9.2 table local")
      let isExchanged = try poll(10, step: 0.1) { try localAddresses(of: daemon).contains("10.9.9.2") }
      #expect(isExchanged, "\(daemon.errors)")
      #expect(try device.status().attempt == 0, "and nothing failed")
    }

    @Test func `at rest a silent hub is noticed within fifteen seconds`() throws {
      let daemon = try device.run()
      let hub = try startHub(beside: daemon, at: "10.9.9.1")
      defer { _ = try? end(hub) }
      try device.awaitInStep()
      let began = ContinuousClock.now
      try inside(daemon, "ip route replace blackhole 10.9.9.1 table local")
      let isNoticed = try poll(30, step: 0.1) { try device.status().state == "waiting" }
      #expect(isNoticed && ContinuousClock.now - began < .seconds(17), "\(ContinuousClock.now - began)")
      try inside(daemon, "ip route replace local 10.9.9.1 dev lo src 10.9.9.1 table local")
      try device.awaitInStep()
    }

    @Test func `a hub that moved is found at its name's new address`() throws {
      let daemon = try device.run()
      let old = try startHub(beside: daemon, at: "10.9.9.1")
      try device.awaitInStep()
      try write("10.9.9.2 hub.test\n")
      try end(old)
      let isNoticed = try poll(20, step: 0.05) { try device.status().state == "waiting" }
      try #require(isNoticed)
      let began = ContinuousClock.now
      let new = try startHub(beside: daemon, at: "10.9.9.2")
      defer { _ = try? end(new) }
      // libcurl would cache the lookup for a minute.
      try device.awaitInStep()
      #expect(ContinuousClock.now - began < .seconds(20))
    }

    // MARK: -

    private func write(_ names: String) throws {
      // In place: the file itself is mounted for the daemon.
      let handle = try #require(FileHandle(forWritingAtPath: hosts) ?? Self.made(hosts))
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: Data(names.utf8))
      try handle.close()
    }

    private static func made(_ path: String) -> FileHandle? {
      FileManager.default.createFile(atPath: path, contents: nil) ? FileHandle(forWritingAtPath: path) : nil
    }

    private func entering(_ daemon: RunningProgram, _ command: [String]) throws -> RunningProgram {
      try RunningProgram(
        "/usr/bin/nsenter", ["-t", String(daemon.id), "-U", "-n", "--preserve-credentials"] + command,
        directory: stage.directory)
    }

    private func inside(_ daemon: RunningProgram, _ command: String) throws {
      let end = try entering(daemon, ["/bin/sh", "-ec", command]).end()
      try #require(end.code == 0, "\(end.errors)")
    }

    private func startHub(beside daemon: RunningProgram, at address: String) throws -> RunningProgram {
      // The network exists once the daemon has replaced the wrapper.
      let isThere = poll(20) { (try? device.status()) != nil }
      try #require(isThere, "\(daemon.errors)")
      return try entering(
        daemon,
        [
          Stage.programs + "/mediasync-hub", "serve", "--data", stage.hub.data, "--listen",
          "\(address):\(stage.hub.port)",
        ])
    }

    @discardableResult
    private func end(_ hub: RunningProgram) throws -> ProgramEnd {
      hub.signal(SIGTERM)
      return try hub.end(within: 10)
    }

    /// The daemon's own addresses in its open connections to the hub.
    private func localAddresses(of daemon: RunningProgram) throws -> Set<String> {
      let table = try String(contentsOfFile: "/proc/\(daemon.id)/net/tcp", encoding: .utf8)
      let port = String(stage.hub.port, radix: 16, uppercase: true)
      let ends = table.split(separator: "\n").dropFirst().compactMap { line -> String? in
        let parts = line.split(separator: " ")
        guard parts.count > 3, parts[3] == "01", parts[2].hasSuffix(":" + port) else { return nil }
        // The bytes are in the machine's order.
        let bytes = UInt32(parts[1].prefix(8), radix: 16) ?? 0
        return (0..<4).map { String((bytes >> (8 * $0)) & 0xFF) }.joined(separator: ".")
      }
      return Set(ends)
    }
  }
}

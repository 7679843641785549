import Foundation
import SampleApplication
import Testing

extension EndToEnd {
  /// What the surrounding machine does to the daemon. Each test needs namespaces or FUSE; without them it is
  /// skipped.
  @Suite struct Machine {
    private let stage: Stage
    private let device: DaemonProcess

    init() throws {
      stage = try Stage()
      device = try stage.device("one", .laptop)
      device.environment["MEDIASYNC_LIBRARY_POLL_INTERVAL"] = "1s"
      device.environment["MEDIASYNC_SYNC_DEBOUNCE"] = "20ms"
      device.environment["MEDIASYNC_SYNC_INTERVAL"] = "1h"
    }

    @Test(
      .enabled(if: Namespaces.work, "needs user namespaces"),
      arguments: ["max_inotify_watches", "max_inotify_instances"])
    func `beyond inotify's limit the library is polled, status says so, and nothing is missed`(
      limit: String
    ) throws {
      let file = "/proc/sys/user/" + limit
      device.wrapper =
        Namespaces.user + [
          "/bin/sh", "-c", "before=$(cat \(file)); echo 0 >\(file); exec \"$@\"", "sh",
        ]
      let program = try device.run()
      try device.awaitInStep()
      let reason = try #require(try device.status().polling)
      #expect(reason.contains("limit of inotify"))
      #expect(program.errors.contains(reason))
      try add("polled", to: device.library)
      try awaitPushed("polled")
      // Once there is space the kernel reports events again.
      let end = try RunningProgram(
        "/usr/bin/nsenter",
        ["-t", String(program.id), "-U", "--preserve-credentials", "/bin/sh", "-c", "echo 100 >\(file)"],
        directory: device.directory
      ).end()
      try #require(end.code == 0, "\(end.errors)")
      let isTold = try poll(20) { try device.status().polling == nil }
      #expect(isTold)
      try add("watched", to: device.library)
      try awaitPushed("watched")
    }

    @Test(.enabled(if: FuseMount.works, "needs bindfs and /dev/fuse"))
    func `on a network file system the library is polled, status says so, and nothing is missed`() throws {
      // In WAL mode a library cannot be shared between machines at all; in rollback mode it can.
      try SQLiteConnection(device.library).execute("PRAGMA journal_mode=DELETE")
      let far = device.directory + "/far"
      let near = device.directory + "/near"
      for path in [far, near] {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      }
      try FileManager.default.moveItem(atPath: device.library, toPath: far + "/library.sqlite")
      let mount = try #require(try FuseMount(of: far, at: near))
      defer { mount.release() }
      device.library = near + "/library.sqlite"
      let program = try device.run()
      try device.awaitInStep()
      let reason = try #require(try device.status().polling)
      #expect(reason.contains("network file system (FUSE)"))
      #expect(program.errors.contains("polled every 1 s"))
      // Another machine writes: its events never come through the mount.
      try add("from afar", to: far + "/library.sqlite", journal: "DELETE")
      try awaitPushed("from afar")
      try device.stop()
    }

    @Test(.enabled(if: Namespaces.work, "needs user and network namespaces"))
    func `a new route shortens a wait, and a lost one has no effect`() throws {
      // In its own network the daemon reaches nobody; without jitter the wait is an hour.
      device.wrapper = Namespaces.user + ["-n"]
      device.environment.merge(["MEDIASYNC_BACKOFF_INITIAL": "1h", "MEDIASYNC_BACKOFF_MAX": "1h"]) { $1 }
      let program = try device.run()
      func inside(_ command: String) throws {
        let end = try RunningProgram(
          "/usr/bin/nsenter",
          ["-t", String(program.id), "-U", "-n", "--preserve-credentials", "/bin/sh", "-ec", command],
          directory: device.directory
        ).end()
        try #require(end.code == 0, "\(end.errors)")
      }
      try awaitLongWait()
      let before = try device.status().attempt
      // A link alone brings no route; and only this link is sure to exist.
      try inside("ip link set lo up; ip route add 10.9.9.0/24 dev lo")
      let isShortened = try poll(20) { try device.status().attempt > before }
      #expect(isShortened, "tried again within seconds")
      try awaitLongWait()
      let after = try device.status()
      try inside("ip route del 10.9.9.0/24 dev lo; ip link set lo down")
      // The effect appears within four seconds, the most that a shortened wait takes.
      let isTried = try poll(5, step: 0.1) { try device.status().attempt > after.attempt }
      #expect(!isTried)
    }

    // MARK: -

    /// Waits until the next try is minutes away: jitter may choose a near one first.
    private func awaitLongWait() throws {
      let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
      let isLong = try poll(60, step: 0.1) {
        let status = try device.status()
        guard status.state == "waiting", let next = status.nextAttempt else { return false }
        if try format.parse(next).timeIntervalSinceNow > 120 { return true }
        try device.control("trigger")
        return false
      }
      try #require(isLong)
    }

    private func add(_ title: String, to path: String, journal: String = "WAL") throws {
      let application = try SampleLibrary(
        path, client: "app-one", seed: UInt64.random(in: .min ... .max), journal: journal)
      try application.addMedia(NewMedia(url: "https://example/\(title)", title: title, content: title))
    }

    private func awaitPushed(_ title: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
      let pushed = try poll(30, step: 0.05) { try stage.hub.knows(title) }
      let status = try? device.status()
      #expect(
        pushed, "\(title): \(status?.state ?? "?") \(status?.reason ?? "") \(device.program?.errors ?? "")",
        sourceLocation: sourceLocation)
    }
  }
}

/// Namespaces, in which a test may change its own limits and networks.
enum Namespaces {
  /// A separate user namespace with root rights inside.
  static let user = ["/usr/bin/unshare", "-U", "-r"]

  /// Whether this machine allows them.
  static let work: Bool = {
    let end = try? RunningProgram(
      user[0],
      Array(user.dropFirst()) + [
        "-n", "/bin/sh", "-c", "echo 0 >/proc/sys/user/max_inotify_watches && ip link",
      ],
      directory: NSTemporaryDirectory()
    ).end(within: 10)
    return end?.code == 0
  }()
}

/// A folder seen through FUSE, as through a network file system: writes beneath it cause no event above.
struct FuseMount {
  private let path: String
  private let program: RunningProgram

  /// Whether this machine has it.
  static let works =
    FileManager.default.isExecutableFile(atPath: "/usr/bin/bindfs") && access("/dev/fuse", R_OK | W_OK) == 0

  /// Mounts it; `nil` if that is not allowed.
  init?(of folder: String, at path: String) throws {
    self.path = path
    let before = try Self.device(path)
    // With the locks of both sides in one place, as in a network file system. Otherwise each side takes the
    // other's journal for that of a crash and rolls its commit back.
    program = try RunningProgram(
      "/usr/bin/bindfs",
      [
        "-f", "--multithreaded", "--enable-lock-forwarding", "-o", "direct_io,attr_timeout=0,entry_timeout=0",
        folder, path,
      ],
      directory: folder)
    let program = program
    let isMounted = try poll(10) { try Self.device(path) != before || !program.isRunning }
    guard isMounted, program.isRunning else { return nil }
  }

  private static func device(_ path: String) throws -> NSNumber? {
    try FileManager.default.attributesOfItem(atPath: path)[.systemNumber] as? NSNumber
  }

  /// Unmounts it.
  func release() {
    if umount2(path, Int32(MNT_DETACH)) != 0 { program.signal(SIGTERM) }
    _ = try? program.end(within: 10)
  }
}

import Foundation

/// What strace saw of a program: when it woke, and what it did then.
package struct RestTrace {
  /// The command to put before a program. The tracer is a grandchild, so that the program keeps its process
  /// id.
  package static func command(into path: String) -> [String] {
    ["/usr/bin/strace", "-D", "-f", "-qq", "-ttt", "-y", "-o", path]
  }

  /// Whether strace works on this machine.
  package static let works: Bool = {
    let directory = NSTemporaryDirectory()
    let path = directory + "/trace-\(UUID().uuidString.prefix(8))"
    defer { try? FileManager.default.removeItem(atPath: path) }
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/strace") else { return false }
    let line = command(into: path) + ["/bin/true"]
    let end = try? RunningProgram(line[0], Array(line.dropFirst()), directory: directory).end(within: 10)
    return end?.code == 0 && FileManager.default.fileExists(atPath: path)
  }()

  /// The system calls between two times at which everything slept.
  package struct WakeUp {
    /// The system calls as strace writes them, without thread and time.
    package fileprivate(set) var calls: [String]

    /// Whether data came or went over the network.
    package var isTraffic: Bool { calls.contains { $0.contains("recvfrom(") || $0.contains("sendto(") } }
    /// Whether a thread ended: Dispatch keeps an idle one for five seconds.
    package var endsThread: Bool { calls.contains { $0.hasPrefix("exit(") } }
  }

  /// All wake-ups, in order. Calls within a second belong to one wake-up: a loaded machine takes its time.
  package let wakeUps: [WakeUp]
  /// System calls that write to a file or change a directory.
  package var writes: [String] { wakeUps.flatMap { $0.calls.filter(Self.writesFile) } }

  /// Parses a trace from an offset in bytes.
  package init(_ path: String, from offset: UInt64) throws {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    try file.seek(toOffset: offset)
    let text = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    var wakeUps: [WakeUp] = []
    var last = -Double.infinity
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
      guard parts.count == 3, let time = Double(parts[1]) else { continue }
      if time - last > 1 { wakeUps.append(WakeUp(calls: [])) }
      wakeUps[wakeUps.count - 1].calls.append(String(parts[2]))
      last = time
    }
    self.wakeUps = wakeUps
  }

  /// The trace's current length, in bytes.
  package static func size(_ path: String) -> UInt64 {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? NSNumber)?.uint64Value ?? 0
  }

  /// Waits until there was no trace output for `seconds`; returns false if that does not happen in two
  /// minutes.
  package static func awaitSilence(_ path: String, of seconds: Double) -> Bool {
    var size = size(path)
    var since = ContinuousClock.now
    return poll(120, step: 0.1) {
      let present = Self.size(path)
      if present != size { (size, since) = (present, .now) }
      return (ContinuousClock.now - since).inSeconds >= seconds
    }
  }

  private static func writesFile(_ call: String) -> Bool {
    let name = call.prefix { $0 != "(" }
    switch name {
    case "write", "writev", "pwrite64", "pwritev", "pwritev2", "ftruncate", "fallocate", "fsync", "fdatasync":
      // -y appends a descriptor's file; sockets and event counters have no path.
      return call.dropFirst(name.count + 1).drop { $0.isNumber }.hasPrefix("</")
    case "unlink", "unlinkat", "rename", "renameat", "renameat2", "mkdir", "truncate", "creat": return true
    case "open", "openat": return call.contains("O_CREAT") || call.contains("O_TRUNC")
    default: return false
    }
  }
}

import Foundation

/// A direct connection to the daemon's control socket: one line of JSON out, one back.
package final class ControlSocket {
  private let descriptor: Int32

  /// Connects; throws if nobody answers. A reply may take ten seconds.
  package init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let connected = try UnixAddress.with(path) { connect(descriptor, $0, $1) == 0 }
    guard connected else { throw ProgramFailure("nobody answers at \(path): errno \(errno)") }
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// Sends a line and returns the reply line.
  package func ask(_ line: String) throws -> Data {
    let bytes = [UInt8]((line + "\n").utf8)
    guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw ProgramFailure("the control socket is closed: errno \(errno)")
    }
    var reply = Data()
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while reply.last != 0x0A {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { throw ProgramFailure("no reply on the control socket: errno \(errno)") }
      reply.append(contentsOf: buffer[..<count])
    }
    return reply
  }

  /// The daemon's current status.
  package func status() throws -> DaemonStatus {
    try JSONDecoder().decode(DaemonReply.self, from: ask(#"{"verb":"status"}"#)).status
  }
}

private struct DaemonReply: Decodable { let status: DaemonStatus }

/// The keys of `status --json` that tests and benchmarks use.
package struct DaemonStatus: Decodable, Sendable {
  /// The state: `in-sync`, `syncing`, `waiting`, `paused`, `blocked`.
  package let state: String
  /// The reason for the state.
  package let reason: String?
  /// Unacknowledged local changes.
  package let pendingLocal: Int
  /// The position up to which everything is applied.
  package let pulledCursor: Int
  /// The newest position of the hub's log.
  package let hubHead: Int?
  /// The number of quarantined changes.
  package let quarantined: Int
  /// The number of parked entries, which wait for others.
  package let parked: Int
  /// The number of conflict records.
  package let conflicts: Int
  /// Consecutive failures.
  package let attempt: Int
  /// The time of the next try.
  package let nextAttempt: String?
  /// The reason why the library is polled.
  package let polling: String?

  enum CodingKeys: String, CodingKey {
    case state, reason, quarantined, parked, conflicts, attempt, polling
    case nextAttempt = "next_attempt"
    case pendingLocal = "pending_local"
    case pulledCursor = "pulled_cursor"
    case hubHead = "hub_head"
  }
}

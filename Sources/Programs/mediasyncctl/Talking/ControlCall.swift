import ControlProtocol
import Glibc

/// Why a request got no usable answer.
enum ControlCallError: Error {
  /// Nothing listens on the socket, or the connection closed without an answer.
  case noDaemon(path: String, reason: String)
  /// This user may not connect to the socket.
  case forbidden(path: String)
  /// The tool runs as root, and someone other than the daemon's user may be listening.
  case untrusted(path: String, reason: String)
  /// The daemon refused the request.
  case refused(ControlError)
  /// The daemon speaks another version of the protocol. The text says what to do.
  case skewed(String)
  /// The daemon's answer is not valid.
  case garbled(String)

  /// Makes a `noDaemon` error with the system's text for `errno`.
  static func gone(_ path: String) -> ControlCallError {
    let words = String(cString: strerror(errno))
    return .noDaemon(path: path, reason: words.prefix(1).lowercased() + words.dropFirst())
  }

  var exitCode: Int32 {
    switch self {
    case .noDaemon: 69
    case .forbidden, .untrusted: 77
    case .refused(let error): error.code.exitCode
    case .skewed: 76
    case .garbled: 70
    }
  }

  /// One line for people.
  var message: String {
    switch self {
    case .noDaemon(let path, let reason): "no daemon answers at \(path) (\(reason))"
    case .forbidden(let path): "not allowed to connect to the daemon at \(path)"
    case .untrusted(let path, let reason): "root refuses to use the socket \(path): \(reason)"
    case .refused(let error) where error.code == .unknownVerb:
      "\(error.message): " + ControlConnection.remedy
    case .refused(let error): error.message
    case .skewed(let message), .garbled(let message): message
    }
  }

  /// The stable code for scripts: the daemon's own, or one for why it could not be asked.
  var code: String {
    switch self {
    case .noDaemon: "no_daemon"
    case .forbidden, .untrusted: ControlError.Code.forbidden.rawValue
    case .refused(let error): error.code.rawValue
    case .skewed: ControlError.Code.versionMismatch.rawValue
    case .garbled: ControlError.Code.failed.rawValue
    }
  }
}

/// One request and its answer.
struct ControlCall {
  /// The daemon's socket.
  let path: String

  /// Sends the request and waits for the answer. Also returns the daemon's greeting.
  func ask(_ request: ControlRequest) throws(ControlCallError) -> (ControlPayload, ControlHello) {
    let connection = try ControlConnection(path: path)
    connection.limitReading(seconds: Self.timeout(request))
    return (try connection.ask(request), connection.daemon)
  }

  /// Returns the number of seconds without an answer after which to give up on the daemon; 0 for no limit. A
  /// healthy daemon answers `status` within milliseconds and ends a `wait` itself.
  private static func timeout(_ request: ControlRequest) -> Double {
    switch request {
    case .hello, .status, .pause, .resume, .reload, .version, .metrics, .logLevel, .trigger(wait: false): 10
    case .wait(let timeout): timeout.map { $0 + 10 } ?? 0
    // The daemon asks the hub too.
    case .check: 60
    // The daemon first finishes the cycle's current work in the library.
    case .conflicts, .quarantine(.list), .quarantine(.show), .quarantine(.drop), .quarantine(.dropAll),
      .changes, .history:
      60
    case .watch, .trigger(wait: true), .quarantine(.retry), .task: 0
    }
  }
}

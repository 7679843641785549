import ControlProtocol
import Glibc

/// Why there is no answer.
enum ControlCallError: Error {
  /// Nobody listens at the socket, or whoever does went away without a word.
  case noDaemon(path: String, reason: String)
  /// We may not talk to the daemon.
  case forbidden(path: String)
  /// We are root, and anybody may be listening there.
  case untrusted(path: String, reason: String)
  /// The daemon said no.
  case refused(ControlError)
  /// The daemon speaks another protocol: the text says what to do.
  case skewed(String)
  /// The daemon said something that we do not understand.
  case garbled(String)

  /// Nobody is there, with the system's own words for it.
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
    case .forbidden(let path): "not allowed to talk to the daemon at \(path)"
    case .untrusted(let path, let reason): "as root not talking to whoever listens at \(path): \(reason)"
    case .refused(let error) where error.code == .unknownVerb:
      "\(error.message): " + ControlConnection.remedy
    case .refused(let error): error.message
    case .skewed(let message), .garbled(let message): message
    }
  }

  /// The stable name, for scripts: the daemon's own, or why nothing could be asked.
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
  /// Where the daemon listens.
  let path: String

  /// Sends the request and waits for the answer; also says who answered.
  func ask(_ request: ControlRequest) throws(ControlCallError) -> (ControlPayload, ControlHello) {
    let connection = try ControlConnection(path: path)
    connection.limitReading(seconds: Self.patience(request))
    return (try connection.ask(request), connection.daemon)
  }

  /// Seconds without a word after which a daemon hangs: it answers `status` within milliseconds, and keeps the time of
  /// a wait itself. 0: as long as it takes.
  private static func patience(_ request: ControlRequest) -> Double {
    switch request {
    case .hello, .status, .pause, .resume, .reload, .version, .metrics, .logLevel, .trigger(wait: false): 10
    case .wait(let timeout): timeout.map { $0 + 10 } ?? 0
    // The hub is asked too.
    case .check: 60
    // Behind what the cycle is doing in the library.
    case .conflicts, .quarantine(.list), .quarantine(.show), .quarantine(.drop), .quarantine(.dropAll),
      .changes, .history:
      60
    case .watch, .trigger(wait: true), .quarantine(.retry), .errand: 0
    }
  }
}

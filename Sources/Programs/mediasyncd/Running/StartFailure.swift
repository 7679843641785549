import EventLoop
import Glibc
import ServiceHost
import Settings

/// Why the daemon cannot begin, as systemd (`ERRNO=`), scripts (the exit status) and people (the line) are told.
struct StartFailure {
  let number: Int32
  let line: String
  let status: Int32

  init(_ error: SettingsError) {
    (number, line, status) = (EINVAL, error.description, Exit.configuration)
  }

  init(_ error: any Error) {
    line = String(describing: error)
    switch error {
    case let error as SystemError:
      // The machine lacks something now, and may have it at the next start.
      (number, status) = (error.number, Exit.system)
    case let error as SecretError: (number, status) = (Self.number(error), Exit.configuration)
    case let error as ControlSocketError: (number, status) = (Self.number(error), Exit.configuration)
    default: (number, status) = (EINVAL, Exit.configuration)
    }
  }

  /// Says it and leaves.
  func leave() -> Never {
    Notifier().failed(errno: number, line)
    Exit.say(line)
    exit(status)
  }

  private static func number(_ error: SecretError) -> Int32 {
    switch error {
    case .missing: ENOENT
    case .unreadable: EACCES
    case .readableByOthers: EPERM
    case .empty, .malformed: EINVAL
    }
  }

  private static func number(_ error: ControlSocketError) -> Int32 {
    switch error {
    case .taken: EADDRINUSE
    case .notASocket: ENOTSOCK
    case .badPath: ENAMETOOLONG
    case .system(let error, _): error.number
    }
  }
}

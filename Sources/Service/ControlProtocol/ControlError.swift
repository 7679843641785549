/// Why a request was not carried out.
package struct ControlError: Error, Codable, Hashable, Sendable {
  /// Stable names for scripts.
  package enum Code: String, Codable, Hashable, Sendable, CaseIterable {
    /// The daemon does not understand the request.
    case badRequest = "bad_request"
    /// The daemon does not know the verb. It is older than the client.
    case unknownVerb = "unknown_verb"
    /// The control tool and the daemon share no version of the protocol.
    case versionMismatch = "version_mismatch"
    /// The client may only read.
    case forbidden
    /// The line is longer than a frame may be.
    case tooLong = "too_long"
    /// Too many clients.
    case busy
    /// The daemon could not carry out the request.
    case failed
    /// Not possible now, but maybe later: the library is locked, the hub cannot be reached, or syncing is
    /// paused.
    case temporary
    /// There is no record with this number.
    case notFound = "not_found"
    /// The record does not allow the request. The message says why.
    case refused
    /// The server lacks the feature that the request needs.
    case notOffered = "not_offered"
    /// The hub refuses the daemon's credentials.
    case credentials
    /// Syncing is blocked until someone acts: the configuration or the library is unusable.
    case blocked
    /// The new configuration is unusable, and the old one stays in effect.
    case configuration

    /// The exit code of a program that reports this (sysexits.h).
    package var exitCode: Int32 {
      switch self {
      case .badRequest, .tooLong, .failed: 70
      case .unknownVerb, .versionMismatch: 76
      case .busy, .temporary: 75
      case .notFound: 66
      case .refused: 65
      case .notOffered: 69
      case .credentials, .forbidden: 77
      case .blocked, .configuration: 78
      }
    }
  }
  /// The stable name.
  package var code: Code
  /// One line for people.
  package var message: String

  /// - Parameter message: one line for people.
  package init(code: Code, message: String) {
    self.code = code
    self.message = message
  }
}

extension ControlError.Code {
  /// Reads a code. An unknown code, from a newer daemon, becomes `failed`; its message still explains it.
  package init(from decoder: any Decoder) throws {
    self = Self(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .failed
  }
}

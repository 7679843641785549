/// Why a request was not carried out.
package struct ControlError: Error, Codable, Hashable, Sendable {
  /// Stable names for scripts.
  package enum Code: String, Codable, Hashable, Sendable, CaseIterable {
    /// Not a request that this daemon knows.
    case badRequest = "bad_request"
    /// A verb that this daemon does not know: it is older than whoever asks.
    case unknownVerb = "unknown_verb"
    /// Control tool and daemon have no version of the protocol in common.
    case versionMismatch = "version_mismatch"
    /// Whoever asks may read, and not change anything.
    case forbidden
    /// The line is longer than a frame may be.
    case tooLong = "too_long"
    /// Too many clients.
    case busy
    /// It was understood and could not be done.
    case failed
    /// It could not be done now, and may be later: the library is locked, the hub cannot be reached.
    case temporary
    /// There is no record of this number.
    case notFound = "not_found"
    /// The record stands in the way of what was asked: the message says how.
    case refused
    /// The server does not offer what it takes.
    case notOffered = "not_offered"
    /// The hub refuses our credentials.
    case credentials
    /// Nothing is tried until someone acts: the configuration or the library cannot work.
    case blocked
    /// The new configuration cannot be used: the old one stays.
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

  /// Takes both parts.
  package init(code: Code, message: String) {
    self.code = code
    self.message = message
  }
}

extension ControlError.Code {
  /// Reads a code; one that a newer daemon has added is `failed` to us: the message says the rest.
  package init(from decoder: any Decoder) throws {
    self = Self(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .failed
  }
}

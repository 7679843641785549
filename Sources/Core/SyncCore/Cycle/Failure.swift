/// Why a cycle ended early, and who can help.
package struct Failure: Error, Hashable, Sendable {
  /// What kind of failure; decides between trying again and waiting for a person.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// No answer from the hub.
    case unreachable
    /// TLS with the hub failed: a certificate was not accepted.
    case untrusted
    /// The hub answered that it cannot now (429, 5xx).
    case hubBusy = "hub_busy"
    /// The hub's answer is not what the protocol says.
    case badReply = "bad_reply"
    /// The library cannot be worked on now.
    case libraryBusy = "library_busy"
    /// The library cannot be worked on until someone acts.
    case libraryUnusable = "library_unusable"
    /// This user may not open or write the library.
    case libraryForbidden = "library_forbidden"
    /// 401 or 403 in the hub's own words.
    case credentials
    /// 410: the server has retired layer 1.
    case retired
    /// The cursors belong to another log, or to a log that was restored from a backup.
    case logChanged = "log_changed"
    /// The configuration cannot work (bad URL, unreadable certificate).
    case configuration

    /// Whether it is the hub that fails, or the way to it: an answer of the hub ends it.
    package var isOfHub: Bool {
      switch self {
      case .unreachable, .untrusted, .hubBusy, .badReply, .credentials, .retired: true
      case .libraryBusy, .libraryUnusable, .libraryForbidden, .logChanged, .configuration: false
      }
    }

    /// Whether the way to the hub may be at fault, or something on it that answers in the hub's place: another network
    /// may be better.
    package var isOfWay: Bool {
      switch self {
      case .unreachable, .untrusted, .badReply: true
      case .hubBusy, .libraryBusy, .libraryUnusable, .libraryForbidden, .credentials, .retired, .logChanged,
        .configuration:
        false
      }
    }

    /// Whether it is the library that fails.
    package var isOfLibrary: Bool {
      switch self {
      case .libraryBusy, .libraryUnusable, .libraryForbidden: true
      case .unreachable, .untrusted, .hubBusy, .badReply, .credentials, .retired, .logChanged, .configuration:
        false
      }
    }
  }

  /// What kind of failure.
  package var kind: Kind
  /// One line for people.
  package var text: String
  /// What the server asked for, at most `retryAfterMax`.
  package private(set) var retryAfter: Duration?
  /// It may be a library that is just being copied into its place.
  package var mayBeHalfWritten = false

  /// It is another program's lock on the library: who commits lets go of it.
  package var awaitsLock = false
  /// A request broke off on its way, or never came to an end: a smaller one may get through.
  package var isOfTransfer = false

  /// Takes kind, text, and what the server asked for. A part of the text may be a server's: it ends on one line,
  /// of bounded length.
  package init(_ kind: Kind, _ text: String, retryAfter: Duration? = nil) {
    self.kind = kind
    self.text = text.onOneLine(scalarsMax: 500)
    self.retryAfter = retryAfter.map { min($0, Self.retryAfterMax) }
  }

  /// The longest wait that a server may ask for: one that asks for more means "never", and may be wrong.
  package static let retryAfterMax: Duration = .seconds(3600)

  /// Whether it may well pass by itself: then it is tried again with backoff. If not, the daemon is blocked, and probes
  /// slowly whether someone has acted.
  package var isTemporary: Bool {
    switch kind {
    case .unreachable, .untrusted, .hubBusy, .badReply, .libraryBusy, .libraryForbidden: true
    case .libraryUnusable, .credentials, .retired, .logChanged, .configuration: false
    }
  }
}

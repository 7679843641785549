/// Why a cycle ended early, and who can help.
package struct Failure: Error, Hashable, Sendable {
  /// The kind of failure. It decides between a retry and waiting for a person.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// No answer from the hub.
    case unreachable
    /// TLS with the hub failed: a certificate was not accepted.
    case untrusted
    /// The hub answered that it cannot serve the request now (429, 5xx).
    case hubBusy = "hub_busy"
    /// The hub's answer violates the protocol.
    case badReply = "bad_reply"
    /// The library is not usable now.
    case libraryBusy = "library_busy"
    /// The library is not usable until someone acts.
    case libraryUnusable = "library_unusable"
    /// This user may not open or write the library.
    case libraryForbidden = "library_forbidden"
    /// 401 or 403, from the hub itself.
    case credentials
    /// 410: the server has retired layer 1.
    case retired
    /// The cursors belong to another log, or to a log that was restored from a backup.
    case logChanged = "log_changed"
    /// The configuration cannot work (bad URL, unreadable certificate).
    case configuration

    /// Whether the hub fails, or the network to it. An answer of the hub ends the failure.
    package var isOfHub: Bool {
      switch self {
      case .unreachable, .untrusted, .hubBusy, .badReply, .credentials, .retired: true
      case .libraryBusy, .libraryUnusable, .libraryForbidden, .logChanged, .configuration: false
      }
    }

    /// Whether the network to the hub may be at fault, or something on it that answers in the hub's place.
    /// Another network may then work.
    package var isOfWay: Bool {
      switch self {
      case .unreachable, .untrusted, .badReply: true
      case .hubBusy, .libraryBusy, .libraryUnusable, .libraryForbidden, .credentials, .retired, .logChanged,
        .configuration:
        false
      }
    }

    /// Whether the library fails.
    package var isOfLibrary: Bool {
      switch self {
      case .libraryBusy, .libraryUnusable, .libraryForbidden: true
      case .unreachable, .untrusted, .hubBusy, .badReply, .credentials, .retired, .logChanged, .configuration:
        false
      }
    }
  }

  /// The kind of failure.
  package var kind: Kind
  /// One line for people.
  package var text: String
  /// The wait that the server asked for, at most `retryAfterMax`.
  package private(set) var retryAfter: Duration?
  /// Whether the library may be in the middle of being copied.
  package var mayBeHalfWritten = false

  /// Whether another program's lock on the library is the cause. A commit releases it.
  package var awaitsLock = false
  /// Whether a request broke off or never ended. A smaller one may succeed.
  package var isOfTransfer = false

  /// Takes the kind, the text, and the wait that the server asked for. A part of the text may be a server's,
  /// so it is cut to one line of bounded length.
  package init(_ kind: Kind, _ text: String, retryAfter: Duration? = nil) {
    self.kind = kind
    self.text = text.onOneLine(scalarsMax: 500)
    self.retryAfter = retryAfter.map { min($0, Self.retryAfterMax) }
  }

  /// The longest wait that a server may ask for. A longer one means "never", and may be a mistake.
  package static let retryAfterMax: Duration = .seconds(3600)

  /// Whether the failure may pass without action; then the daemon retries with backoff. If not, the daemon is
  /// blocked and probes slowly whether someone has acted.
  package var isTemporary: Bool {
    switch kind {
    case .unreachable, .untrusted, .hubBusy, .badReply, .libraryBusy, .libraryForbidden: true
    case .libraryUnusable, .credentials, .retired, .logChanged, .configuration: false
    }
  }
}

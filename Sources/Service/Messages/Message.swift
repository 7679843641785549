/// The meaning of a code: one line, an explanation, and what to do. The journal, `mediasyncctl explain`, the
/// doctor and the documentation all take their texts from here.
package struct Message: Hashable, Sendable {
  /// The source of a code. Several kinds may use the same code.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// An event: `MEDIASYNC_EVENT` of a journal line.
    case event
    /// Why a cycle ended early: `MEDIASYNC_CODE` of its journal line.
    case failure
    /// The `code` of the hub's error replies.
    case answer
    /// The hub's verdict on a pushed change.
    case outcome
    /// Why a change to the hub is quarantined.
    case quarantinedPush = "quarantine-push"
    /// Why an entry from the hub is quarantined.
    case quarantinedPull = "quarantine-pull"
    /// Why a row of the hub is parked.
    case parked
    /// Why the library starts over from a snapshot.
    case snapshot
    /// How a row differs from the hub's row.
    case difference
    /// The `code` of the daemon's refusals on the control socket.
    case refusal
    /// A finding of the doctor.
    case finding
    /// The exit status of a program.
    case exit

    /// The name of the kind, for people.
    package var name: String {
      switch self {
      case .event: "event in the journal"
      case .failure: "reason why syncing waits or is blocked"
      case .answer: "error reply of the hub"
      case .outcome: "verdict on a pushed change"
      case .quarantinedPush: "quarantine, to the hub"
      case .quarantinedPull: "quarantine, from the hub"
      case .parked: "parked row"
      case .snapshot: "reason for starting over"
      case .difference: "difference that verify found"
      case .refusal: "refusal on the control socket"
      case .finding: "finding of the doctor"
      case .exit: "exit status"
      }
    }

    /// Whether its messages are journal lines and therefore have an id.
    package var isLogged: Bool {
      switch self {
      case .event, .failure, .quarantinedPush, .quarantinedPull, .snapshot: true
      case .answer, .outcome, .parked, .difference, .refusal, .finding, .exit: false
      }
    }
  }

  /// The severity, named as the log levels.
  package enum Severity: String, Hashable, Sendable, CaseIterable {
    case debug, info, notice, warning, error, critical
  }

  /// The code, as in logs, replies and exit statuses.
  package let code: String
  /// The code's source.
  package let kind: Kind
  /// `MESSAGE_ID` of its journal lines, 32 hexadecimal digits that never change. `nil` if it is never a
  /// journal line.
  package let id: String?
  /// The level of its journal lines. For other kinds, how serious it is.
  package let severity: Severity
  /// One line, without a full stop.
  package let line: String
  /// What it means, in sentences.
  package let explanation: String
  /// What to do, in sentences.
  package let remedy: String

  init(
    _ kind: Kind, _ code: String, id: String? = nil, _ severity: Severity, _ line: String,
    _ explanation: String,
    todo remedy: String = Message.nothing
  ) {
    self.code = code
    self.kind = kind
    self.id = id
    self.severity = severity
    self.line = line
    self.explanation = explanation
    self.remedy = remedy
  }

  /// The remedy if none is needed.
  package static let nothing = "Nothing."
}

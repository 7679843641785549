/// What a code means: one line, the explanation, and what to do. Whoever shows a code to people, in the journal, in
/// `mediasyncctl explain`, in a finding of the doctor or on a page of the documentation, has the words from here.
package struct Message: Hashable, Sendable {
  /// Where a code comes from. The same word may be a code of several kinds.
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Something that happened: `MEDIASYNC_EVENT` of a line in the journal.
    case event
    /// Why a cycle ended early: `MEDIASYNC_CODE` of a line that says so.
    case failure
    /// The `code` of the hub's error replies.
    case answer
    /// What became of a pushed change.
    case outcome
    /// Why a change stands in quarantine that was on its way to the hub.
    case quarantinedPush = "quarantine-push"
    /// Why an entry stands in quarantine that came from the hub.
    case quarantinedPull = "quarantine-pull"
    /// Why a row of the hub's waits beside the library.
    case parked
    /// Why the library starts over.
    case snapshot
    /// How a row differs from the hub's.
    case difference
    /// The `code` of the daemon's refusals on the control socket.
    case refusal
    /// What the doctor finds.
    case finding
    /// What a program ends with.
    case exit

    /// What a code of this kind is, for people.
    package var name: String {
      switch self {
      case .event: "event in the journal"
      case .failure: "reason why syncing waits or is blocked"
      case .answer: "error reply of the hub"
      case .outcome: "what became of a pushed change"
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

    /// Whether its messages are lines of the journal, and so have an id there.
    package var isLogged: Bool {
      switch self {
      case .event, .failure, .quarantinedPush, .quarantinedPull, .snapshot: true
      case .answer, .outcome, .parked, .difference, .refusal, .finding, .exit: false
      }
    }
  }

  /// How bad it is, by the names of the log's levels.
  package enum Severity: String, Hashable, Sendable, CaseIterable {
    case debug, info, notice, warning, error, critical
  }

  /// The code, as it stands in logs, replies and statuses.
  package let code: String
  /// Where it comes from.
  package let kind: Kind
  /// `MESSAGE_ID` of its lines, 32 hexadecimal digits; drawn once and never changed. `nil` where it is never a line.
  package let id: String?
  /// The level of its lines; for other kinds how much it should worry people.
  package let severity: Severity
  /// One line, without a full stop.
  package let line: String
  /// What it means, in sentences.
  package let explanation: String
  /// What a person can do, in sentences.
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

  /// The remedy where none is needed.
  package static let nothing = "Nothing."
}

/// What the daemon answers: `{"ok":true,…}` with what was asked for, or
/// `{"ok":false,"error":{"code":…,"message":…}}`.
package enum ControlReply: Hashable, Sendable {
  /// It was done, or here it is.
  case ok(ControlPayload)
  /// It could not be done.
  case error(ControlError)

  /// How things stand: the answer to `status`, `pause`, `resume` and `trigger` without wait.
  package static func status(_ status: Status) -> ControlReply { .ok(ControlPayload(status: status)) }
  /// How a cycle or a wait ended, and how things stand: the answer to `trigger` with wait, and to `wait`.
  package static func outcome(_ outcome: ControlOutcome, _ status: Status) -> ControlReply {
    .ok(ControlPayload(status: status, outcome: outcome))
  }
  /// What was asked for of records, or what an errand did.
  package static func answer(_ answer: RecordAnswer) -> ControlReply { .ok(ControlPayload(answer: answer)) }
  /// The daemon's version.
  package static func version(_ version: String) -> ControlReply { .ok(ControlPayload(version: version)) }
  /// Everything that is measured, as OpenMetrics text.
  package static func metrics(_ text: String) -> ControlReply { .ok(ControlPayload(metrics: text)) }
  /// A refusal in one line.
  package static func error(_ code: ControlError.Code, _ message: String) -> ControlReply {
    .error(ControlError(code: code, message: message))
  }
}

/// The parts of a good answer; which there are depends on the request.
package struct ControlPayload: Hashable, Sendable {
  /// How things stand.
  package var status: Status?
  /// How the cycle, or the wait, ended.
  package var outcome: ControlOutcome?
  /// The daemon's version.
  package var version: String?
  /// What was asked for of records, or what an errand did.
  package var answer: RecordAnswer?
  /// Everything that is measured, as OpenMetrics text.
  package var metrics: String?

  /// Takes the parts that there are.
  package init(
    status: Status? = nil, outcome: ControlOutcome? = nil, version: String? = nil,
    answer: RecordAnswer? = nil, metrics: String? = nil
  ) {
    self.metrics = metrics
    self.status = status
    self.outcome = outcome
    self.version = version
    self.answer = answer
  }
}

extension ControlPayload: Codable {
  private enum Key: String, CodingKey { case status, outcome, version, metrics }

  /// Reads the wire form.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    status = try container.decodeIfPresent(Status.self, forKey: .status)
    outcome = try container.decodeIfPresent(ControlOutcome.self, forKey: .outcome)
    version = try container.decodeIfPresent(String.self, forKey: .version)
    metrics = try container.decodeIfPresent(String.self, forKey: .metrics)
    answer = try RecordAnswer.decode(from: decoder)
  }

  /// Writes the wire form: the parts that there are.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(status, forKey: .status)
    try container.encodeIfPresent(outcome, forKey: .outcome)
    try container.encodeIfPresent(version, forKey: .version)
    try container.encodeIfPresent(metrics, forKey: .metrics)
    try answer?.encode(into: encoder)
  }
}

/// How a cycle or a wait ended.
package enum ControlOutcome: String, Codable, Hashable, Sendable, CaseIterable {
  /// Everything is pushed and pulled.
  case inStep = "in-step"
  /// Something failed that will be tried again, or the time was up.
  case temporaryFailure = "temporary-failure"
  /// The hub refuses our credentials.
  case refused
  /// The configuration cannot work.
  case misconfigured
  /// In step, but something was quarantined or rejected.
  case setAside = "set-aside"
  /// Paused: nothing will happen.
  case paused
  /// The time that was given is up.
  case timedOut = "timed-out"

  /// The exit code of a program that reports this (sysexits.h).
  package var exitCode: Int32 {
    switch self {
    case .inStep: 0
    case .temporaryFailure, .paused, .timedOut: 75
    case .refused: 77
    case .misconfigured: 78
    case .setAside: 65
    }
  }
}

/// Why a request was not carried out.
package struct ControlError: Error, Codable, Hashable, Sendable {
  /// Stable names for scripts.
  package enum Code: String, Codable, Hashable, Sendable, CaseIterable {
    /// Not a request that this daemon knows.
    case badRequest = "bad_request"
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

    /// The exit code of a program that reports this (sysexits.h).
    package var exitCode: Int32 {
      switch self {
      case .badRequest, .tooLong, .failed: 70
      case .busy, .temporary: 75
      case .notFound: 66
      case .refused: 65
      case .notOffered: 69
      case .credentials: 77
      case .blocked: 78
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

extension ControlReply: Codable {
  private enum Key: String, CodingKey { case ok, error }

  /// Reads the wire form.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    if try container.decode(Bool.self, forKey: .ok) {
      self = .ok(try ControlPayload(from: decoder))
    } else {
      self = .error(try container.decode(ControlError.self, forKey: .error))
    }
  }

  /// Writes the wire form.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .ok(let payload):
      try container.encode(true, forKey: .ok)
      try payload.encode(to: encoder)
    case .error(let error):
      try container.encode(false, forKey: .ok)
      try container.encode(error, forKey: .error)
    }
  }
}

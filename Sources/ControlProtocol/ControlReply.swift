/// What the daemon answers: `{"ok":true,…}` with what was asked for, or
/// `{"ok":false,"error":{"code":…,"message":…}}`.
package enum ControlReply: Hashable, Sendable {
  /// It was done, or here it is.
  case ok(ControlPayload)
  /// It could not be done.
  case error(ControlError)

  /// How things stand: the answer to `status`, `pause`, `resume` and `trigger` without wait; `already`: what was
  /// asked for was so before.
  package static func status(_ status: Status, already: Bool? = nil) -> ControlReply {
    .ok(ControlPayload(status: status, already: already))
  }
  /// How a cycle or a wait ended, and how things stand: the answer to `trigger` with wait, and to `wait`.
  package static func outcome(_ outcome: ControlOutcome, _ status: Status) -> ControlReply {
    .ok(ControlPayload(status: status, outcome: outcome))
  }
  /// What was asked for of records, or what an errand did.
  package static func answer(_ answer: RecordAnswer) -> ControlReply { .ok(ControlPayload(answer: answer)) }
  /// What came of reading the configuration again.
  package static func reloaded(_ report: ReloadReport) -> ControlReply {
    .ok(ControlPayload(reload: report))
  }
  /// The daemon's version.
  package static func version(_ version: String) -> ControlReply { .ok(ControlPayload(version: version)) }
  /// What was looked at, and found.
  package static func check(_ report: CheckReport) -> ControlReply { .ok(ControlPayload(check: report)) }
  /// Everything that is measured, as OpenMetrics text.
  package static func metrics(_ text: String) -> ControlReply { .ok(ControlPayload(metrics: text)) }
  /// Who the daemon is: the answer to `hello`.
  package static func hello(_ hello: ControlHello) -> ControlReply { .ok(ControlPayload(hello: hello)) }
  /// How much is logged; `already`: it was so before.
  package static func logLevel(_ view: LogLevelView, already: Bool? = nil) -> ControlReply {
    .ok(ControlPayload(already: already, logLevel: view))
  }
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
  /// Whether what was asked for was so before; absent where that cannot be.
  package var already: Bool?
  /// Who the daemon is.
  package var hello: ControlHello?
  /// How much is logged.
  package var logLevel: LogLevelView?
  /// What came of reading the configuration again.
  package var reload: ReloadReport?
  /// What was looked at, and found.
  package var check: CheckReport?

  /// Takes the parts that there are.
  package init(
    status: Status? = nil, outcome: ControlOutcome? = nil, version: String? = nil,
    answer: RecordAnswer? = nil, metrics: String? = nil, already: Bool? = nil, hello: ControlHello? = nil,
    logLevel: LogLevelView? = nil, reload: ReloadReport? = nil, check: CheckReport? = nil
  ) {
    self.metrics = metrics
    self.already = already
    self.hello = hello
    self.logLevel = logLevel
    self.check = check
    self.status = status
    self.outcome = outcome
    self.version = version
    self.answer = answer
    self.reload = reload
  }
}

extension ControlPayload: Codable {
  private enum Key: String, CodingKey {
    case status, outcome, version, metrics, already, hello, reload, check
    case logLevel = "log_level"
  }

  /// Reads the wire form.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    status = try container.decodeIfPresent(Status.self, forKey: .status)
    outcome = try container.decodeIfPresent(ControlOutcome.self, forKey: .outcome)
    version = try container.decodeIfPresent(String.self, forKey: .version)
    metrics = try container.decodeIfPresent(String.self, forKey: .metrics)
    reload = try container.decodeIfPresent(ReloadReport.self, forKey: .reload)
    check = try container.decodeIfPresent(CheckReport.self, forKey: .check)
    answer = try RecordAnswer.decode(from: decoder)
    already = try container.decodeIfPresent(Bool.self, forKey: .already)
    hello = try container.decodeIfPresent(ControlHello.self, forKey: .hello)
    logLevel = try container.decodeIfPresent(LogLevelView.self, forKey: .logLevel)
  }

  /// Writes the wire form: the parts that there are.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(status, forKey: .status)
    try container.encodeIfPresent(outcome, forKey: .outcome)
    try container.encodeIfPresent(version, forKey: .version)
    try container.encodeIfPresent(metrics, forKey: .metrics)
    try container.encodeIfPresent(reload, forKey: .reload)
    try container.encodeIfPresent(check, forKey: .check)
    try answer?.encode(into: encoder)
    try container.encodeIfPresent(already, forKey: .already)
    try container.encodeIfPresent(hello, forKey: .hello)
    try container.encodeIfPresent(logLevel, forKey: .logLevel)
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

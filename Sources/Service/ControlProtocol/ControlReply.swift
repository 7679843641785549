/// The daemon's reply: `{"ok":true,…}` with the answer, or `{"ok":false,"error":{"code":…,"message":…}}`.
package enum ControlReply: Hashable, Sendable {
  /// Success, with the answer.
  case ok(ControlPayload)
  /// Failure.
  case error(ControlError)

  /// The status: the answer to `status`, `pause`, `resume` and `trigger` without wait. `already` is true if
  /// the request changed nothing.
  package static func status(_ status: Status, already: Bool? = nil) -> ControlReply {
    .ok(ControlPayload(status: status, already: already))
  }
  /// The result of a cycle or a wait, and the status: the answer to `trigger` with wait, and to `wait`.
  package static func outcome(_ outcome: ControlOutcome, _ status: Status) -> ControlReply {
    .ok(ControlPayload(status: status, outcome: outcome))
  }
  /// The answer to a request about records, or the result of a maintenance task.
  package static func answer(_ answer: RecordAnswer) -> ControlReply { .ok(ControlPayload(answer: answer)) }
  /// The answer to `reload`.
  package static func reloaded(_ report: ReloadReport) -> ControlReply {
    .ok(ControlPayload(reload: report))
  }
  /// The daemon's version: the answer to `version`.
  package static func version(_ version: String) -> ControlReply { .ok(ControlPayload(version: version)) }
  /// The result of the checks: the answer to `check`.
  package static func check(_ report: CheckReport) -> ControlReply { .ok(ControlPayload(check: report)) }
  /// The metrics as OpenMetrics text: the answer to `metrics`.
  package static func metrics(_ text: String) -> ControlReply { .ok(ControlPayload(metrics: text)) }
  /// The daemon's greeting: the answer to `hello`.
  package static func hello(_ hello: ControlHello) -> ControlReply { .ok(ControlPayload(hello: hello)) }
  /// The log level: the answer to `log-level`. `already` is true if the request changed nothing.
  package static func logLevel(_ view: LogLevelView, already: Bool? = nil) -> ControlReply {
    .ok(ControlPayload(already: already, logLevel: view))
  }
  /// A failure with one line for people.
  package static func error(_ code: ControlError.Code, _ message: String) -> ControlReply {
    .error(ControlError(code: code, message: message))
  }
}

/// The parts of a successful reply. The request determines which parts are present.
package struct ControlPayload: Hashable, Sendable {
  /// The daemon's status.
  package var status: Status?
  /// The result of the cycle or the wait.
  package var outcome: ControlOutcome?
  /// The daemon's version.
  package var version: String?
  /// The answer to a request about records, or the result of a maintenance task.
  package var answer: RecordAnswer?
  /// The metrics as OpenMetrics text.
  package var metrics: String?
  /// Whether the request changed nothing; absent if it could not change anything.
  package var already: Bool?
  /// The daemon's greeting.
  package var hello: ControlHello?
  /// The log level.
  package var logLevel: LogLevelView?
  /// The result of reading the configuration again.
  package var reload: ReloadReport?
  /// The result of the checks.
  package var check: CheckReport?

  /// Takes the parts that are present.
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

  /// Writes the wire form with the parts that are present.
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

/// The result of a cycle or a wait.
package enum ControlOutcome: String, Codable, Hashable, Sendable, CaseIterable {
  /// Everything is pushed and pulled.
  case inStep = "in-step"
  /// Something failed that can succeed later, or the time ran out.
  case temporaryFailure = "temporary-failure"
  /// The hub refuses the daemon's credentials.
  case refused
  /// The configuration is unusable.
  case misconfigured
  /// In step, but something was quarantined or rejected.
  case setAside = "set-aside"
  /// Syncing is paused.
  case paused
  /// The given time ran out.
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

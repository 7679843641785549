/// A request from a person or a script to the daemon. On the wire it is one line of JSON, such as
/// `{"verb":"pause","for_seconds":7200}`.
package enum ControlRequest: Hashable, Sendable {
  /// Exchanges greetings. A client that sends none speaks version 1 of the protocol.
  case hello(ControlHello)
  /// Asks for the status.
  case status
  /// Starts a cycle now, regardless of backoff. With `wait`, the daemon answers when the cycle ends.
  case trigger(wait: Bool)
  /// Pauses syncing for a number of seconds, or until resumed if `nil`.
  case pause(forSeconds: Int64?)
  /// Ends a pause.
  case resume
  /// Waits until in step, for at most this number of seconds, or without limit if `nil`.
  case wait(timeoutSeconds: Double?)
  /// Reads the configuration again. The daemon applies all of it or nothing.
  case reload
  /// Asks for the daemon's version.
  case version
  /// Runs all checks.
  case check
  /// Asks for the metrics as OpenMetrics text.
  case metrics
  /// Sends events until the client closes the connection.
  case watch
  /// Asks for the log level, or sets it until the daemon restarts.
  case logLevel(ControlLogLevel?)
  /// A request about conflict records.
  case conflicts(ConflictsRequest)
  /// A request about quarantined entries.
  case quarantine(QuarantineRequest)
  /// A request about held changes.
  case changes(ChangesRequest)
  /// A request about the local history.
  case history(HistoryRequest)
  /// A maintenance task. It needs library and hub. The daemon answers when it is done, however long that
  /// takes.
  case task(MaintenanceTaskRequest)
}

extension ControlRequest: Codable {
  private enum Key: String, CodingKey {
    case verb, wait, level
    case forSeconds = "for_seconds"
    case timeoutSeconds = "timeout_seconds"
    case repair, join
    case dryRun = "dry_run"
  }

  private enum Verb: String, Codable {
    case hello, status, trigger, pause, resume, wait, reload, version, check, metrics, watch
    case logLevel = "log-level"
    case conflicts, quarantine, changes, history, verify, adopt, resync
  }

  /// Reads the wire form. A duration below zero or above a hundred years is an error.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let name = try container.decode(String.self, forKey: .verb)
    guard let verb = Verb(rawValue: name) else { throw FrameError.unknownVerb(name) }
    switch verb {
    case .hello: self = .hello(try ControlHello(from: decoder))
    case .status: self = .status
    case .trigger: self = .trigger(wait: try container.decodeIfPresent(Bool.self, forKey: .wait) ?? false)
    case .pause:
      let seconds = try container.decodeIfPresent(Int64.self, forKey: .forSeconds)
      try Self.check(seconds.map(Double.init), .forSeconds, container)
      self = .pause(forSeconds: seconds)
    case .resume: self = .resume
    case .wait:
      let seconds = try container.decodeIfPresent(Double.self, forKey: .timeoutSeconds)
      try Self.check(seconds, .timeoutSeconds, container)
      self = .wait(timeoutSeconds: seconds)
    case .reload: self = .reload
    case .version: self = .version
    case .check: self = .check
    case .metrics: self = .metrics
    case .watch: self = .watch
    case .logLevel:
      self = .logLevel(try container.decodeIfPresent(ControlLogLevel.self, forKey: .level))
    case .conflicts: self = .conflicts(try ConflictsRequest(from: decoder))
    case .quarantine: self = .quarantine(try QuarantineRequest(from: decoder))
    case .changes: self = .changes(try ChangesRequest(from: decoder))
    case .history: self = .history(try HistoryRequest(from: decoder))
    case .verify:
      self = .task(.verify(repair: try container.decodeIfPresent(Bool.self, forKey: .repair) ?? false))
    case .adopt:
      self = .task(.adopt(dryRun: try container.decodeIfPresent(Bool.self, forKey: .dryRun) ?? false))
    case .resync:
      self = .task(.resync(join: try container.decodeIfPresent(Bool.self, forKey: .join) ?? false))
    }
  }

  private static func check(_ seconds: Double?, _ key: Key, _ container: KeyedDecodingContainer<Key>) throws {
    guard let seconds, !(0...3_155_760_000).contains(seconds) else { return }
    throw DecodingError.dataCorruptedError(
      forKey: key, in: container, debugDescription: "must be between 0 and a hundred years")
  }

  /// Writes the wire form.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .hello(let hello):
      try container.encode(Verb.hello, forKey: .verb)
      try hello.encode(to: encoder)
    case .status: try container.encode(Verb.status, forKey: .verb)
    case .trigger(let wait):
      try container.encode(Verb.trigger, forKey: .verb)
      try container.encode(wait, forKey: .wait)
    case .pause(let seconds):
      try container.encode(Verb.pause, forKey: .verb)
      try container.encodeIfPresent(seconds, forKey: .forSeconds)
    case .resume: try container.encode(Verb.resume, forKey: .verb)
    case .wait(let seconds):
      try container.encode(Verb.wait, forKey: .verb)
      try container.encodeIfPresent(seconds, forKey: .timeoutSeconds)
    case .reload: try container.encode(Verb.reload, forKey: .verb)
    case .version: try container.encode(Verb.version, forKey: .verb)
    case .check: try container.encode(Verb.check, forKey: .verb)
    case .metrics: try container.encode(Verb.metrics, forKey: .verb)
    case .watch: try container.encode(Verb.watch, forKey: .verb)
    case .logLevel(let level):
      try container.encode(Verb.logLevel, forKey: .verb)
      try container.encodeIfPresent(level, forKey: .level)
    case .conflicts(let request):
      try container.encode(Verb.conflicts, forKey: .verb)
      try request.encode(to: encoder)
    case .quarantine(let request):
      try container.encode(Verb.quarantine, forKey: .verb)
      try request.encode(to: encoder)
    case .changes(let request):
      try container.encode(Verb.changes, forKey: .verb)
      try request.encode(to: encoder)
    case .history(let request):
      try container.encode(Verb.history, forKey: .verb)
      try request.encode(to: encoder)
    case .task(.verify(let repair)):
      try container.encode(Verb.verify, forKey: .verb)
      try container.encode(repair, forKey: .repair)
    case .task(.adopt(let dryRun)):
      try container.encode(Verb.adopt, forKey: .verb)
      try container.encode(dryRun, forKey: .dryRun)
    case .task(.resync(let join)):
      try container.encode(Verb.resync, forKey: .verb)
      if join { try container.encode(join, forKey: .join) }
    }
  }
}

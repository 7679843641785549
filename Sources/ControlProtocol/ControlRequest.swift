/// What a person or a script asks of the daemon. On the wire: one line of JSON, such as
/// `{"verb":"pause","for_seconds":7200}`.
package enum ControlRequest: Hashable, Sendable {
  /// Who I am; who are you? Without it, version 1 of the protocol is meant.
  case hello(ControlHello)
  /// How things stand.
  case status
  /// Start a cycle now, whatever the backoff; with `wait`, answer when it has ended.
  case trigger(wait: Bool)
  /// Stop syncing: for so many seconds, else until resumed.
  case pause(forSeconds: Int64?)
  /// End a pause.
  case resume
  /// Answer when in step; give up after so many seconds, else never.
  case wait(timeoutSeconds: Double?)
  /// Read the configuration again: whole, or not at all.
  case reload
  /// Which daemon this is.
  case version
  /// Look at everything that can be wrong.
  case check
  /// Everything that is measured, as OpenMetrics text.
  case metrics
  /// Tell what happens, until the client hangs up.
  case watch
  /// How much is logged; with a level, log that from now on until the daemon restarts.
  case logLevel(ControlLogLevel?)
  /// Something about the records of what lost.
  case conflicts(ConflictsRequest)
  /// Something about what was set aside.
  case quarantine(QuarantineRequest)
  /// Something about changes from elsewhere that are held.
  case changes(ChangesRequest)
  /// Something about texts that others replaced here.
  case history(HistoryRequest)
  /// Something that takes both library and hub: answered when it is done, however long that takes.
  case errand(ErrandRequest)
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

  /// Reads the wire form. Spans below zero or beyond a hundred years are errors.
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
      self = .errand(.verify(repair: try container.decodeIfPresent(Bool.self, forKey: .repair) ?? false))
    case .adopt:
      self = .errand(.adopt(dryRun: try container.decodeIfPresent(Bool.self, forKey: .dryRun) ?? false))
    case .resync:
      self = .errand(.resync(join: try container.decodeIfPresent(Bool.self, forKey: .join) ?? false))
    }
  }

  private static func check(_ seconds: Double?, _ key: Key, _ container: KeyedDecodingContainer<Key>) throws {
    guard let seconds, !(0...3_155_760_000).contains(seconds) else { return }
    throw DecodingError.dataCorruptedError(
      forKey: key, in: container, debugDescription: "between 0 and a hundred years")
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
    case .errand(.verify(let repair)):
      try container.encode(Verb.verify, forKey: .verb)
      try container.encode(repair, forKey: .repair)
    case .errand(.adopt(let dryRun)):
      try container.encode(Verb.adopt, forKey: .verb)
      try container.encode(dryRun, forKey: .dryRun)
    case .errand(.resync(let join)):
      try container.encode(Verb.resync, forKey: .verb)
      if join { try container.encode(join, forKey: .join) }
    }
  }
}

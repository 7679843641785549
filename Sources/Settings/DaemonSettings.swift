/// The daemon's settings, typed. What each means stands in the table (`Setting.all`).
package struct DaemonSettings: Sendable, Equatable {
  /// The library and this device.
  package struct Library: Sendable, Equatable {
    /// The SQLite file, absolute.
    package let database: String
    /// The configured identity, if any.
    package let deviceID: String?
    /// How old an answered entry of the application's log may get; `nil` keeps them for ever.
    package let pruneLogAfter: Duration?
    /// How often the library is looked at where it has to be polled.
    package let pollInterval: Duration
  }

  /// The hub and how to reach it.
  package struct Hub: Sendable, Equatable {
    /// The base URL, without a slash at its end.
    package let url: String
    /// The file that holds the bearer token, absolute.
    package let tokenFile: String?
    /// The file that holds the API key, absolute.
    package let apiKeyFile: String?
    /// The bearer token of the environment; read it through `SecretSource`.
    package let token: Secret?
    /// The API key of the environment; read it through `SecretSource`.
    package let apiKey: Secret?
    /// Certificates to trust instead of the system's.
    package let caFile: String?
    /// The client certificate; there is a key where there is one.
    package let clientCert: String?
    /// The client certificate's key.
    package let clientKey: String?
    /// How long a connection may take.
    package let connectTimeout: Duration
    /// How long a request may take.
    package let requestTimeout: Duration
    /// How long the hub may hold a pull; zero for not at all.
    package let longPoll: Duration
  }

  /// The rhythm of the cycles and the size of their batches.
  package struct Sync: Sendable, Equatable {
    /// The longest time between two cycles.
    package let interval: Duration
    /// How long the library must be quiet before a push.
    package let debounce: Duration
    /// The most changes in a batch.
    package let batchChanges: Int
    /// About the most bytes in a batch.
    package let batchBytes: Int
    /// How many rows of one kind changes from elsewhere may delete or empty in a day; 0 counts none.
    package let brakeRows: Int
    /// Which share of them they may, from 0 to 1; 0 counts none.
    package let brakeShare: Double
  }

  /// What monitors are told.
  package struct Metrics: Sendable, Equatable {
    /// Where the metrics are served over HTTP, if anywhere.
    package let listen: ListenAddress?
    /// What is called after success, if anything.
    package let heartbeatURL: String?
  }

  /// Waiting after failures.
  package struct Backoff: Sendable, Equatable {
    /// The upper bound of the first wait.
    package let initial: Duration
    /// The upper bound of every wait, at least `initial`; `nil` where nobody has set one.
    package let max: Duration?
  }

  /// The library and this device.
  package let library: Library
  /// The hub and how to reach it.
  package let hub: Hub
  /// The rhythm of the cycles.
  package let sync: Sync
  /// Waiting after failures.
  package let backoff: Backoff
  /// The control socket's path, absolute.
  package let controlSocket: String
  /// What monitors are told.
  package let metrics: Metrics
  /// The least severe messages that are written.
  package let logLevel: LogLevel
  /// How messages are written.
  package let logFormat: LogFormat

  init(_ values: ValuesByName) {
    library = Library(
      database: values.text("library.database"), deviceID: values.optionalText("library.device_id"),
      pruneLogAfter: values.optionalDuration("library.prune_log_after"),
      pollInterval: values.duration("library.poll_interval"))
    hub = Hub(
      url: values.text("hub.url"), tokenFile: values.optionalText("hub.token_file"),
      apiKeyFile: values.optionalText("hub.api_key_file"), token: values.optionalSecret("hub.token"),
      apiKey: values.optionalSecret("hub.api_key"), caFile: values.optionalText("hub.ca_file"),
      clientCert: values.optionalText("hub.client_cert"), clientKey: values.optionalText("hub.client_key"),
      connectTimeout: values.duration("hub.connect_timeout"),
      requestTimeout: values.duration("hub.request_timeout"), longPoll: values.duration("hub.long_poll"))
    sync = Sync(
      interval: values.duration("sync.interval"), debounce: values.duration("sync.debounce"),
      batchChanges: values.number("sync.batch_changes"), batchBytes: values.number("sync.batch_bytes"),
      brakeRows: values.number("sync.brake_rows"), brakeShare: values.share("sync.brake_share"))
    backoff = Backoff(
      initial: values.duration("backoff.initial"), max: values.optionalDuration("backoff.max"))
    controlSocket = values.text("control.socket")
    metrics = Metrics(
      listen: values.optionalText("metrics.listen").flatMap { ListenAddress($0) },
      heartbeatURL: values.optionalText("metrics.heartbeat_url"))
    logLevel = values.word("log.level")
    logFormat = values.word("log.format")
  }
}

/// The daemon's settings, typed. `Setting.all` explains each of them.
package struct DaemonSettings: Sendable, Equatable {
  /// The library and this device.
  package struct Library: Sendable, Equatable {
    /// The absolute path of the SQLite file.
    package let database: String
    /// The configured identity, if any.
    package let deviceID: String?
    /// The age at which answered entries of the application's log are deleted; `nil` keeps them forever.
    package let pruneLogAfter: Duration?
    /// The interval between checks of a library that must be polled.
    package let pollInterval: Duration
  }

  /// The hub and how to reach it.
  package struct Hub: Sendable, Equatable {
    /// The base URL, without a trailing slash.
    package let url: String
    /// The absolute path of the bearer token's file.
    package let tokenFile: String?
    /// The absolute path of the API key's file.
    package let apiKeyFile: String?
    /// The bearer token from the environment. Use `SecretSource` to read it.
    package let token: Secret?
    /// The API key from the environment. Use `SecretSource` to read it.
    package let apiKey: Secret?
    /// The path of the PEM file with certificates to trust instead of the system's.
    package let caFile: String?
    /// The path of the client certificate. If it is set, so is `clientKey`.
    package let clientCert: String?
    /// The path of the client certificate's key.
    package let clientKey: String?
    /// The longest time to establish a connection.
    package let connectTimeout: Duration
    /// The longest time without progress in a request.
    package let requestTimeout: Duration
    /// The longest time the hub may hold a pull open; zero for none.
    package let longPoll: Duration
  }

  /// When cycles run and how large their batches are.
  package struct Sync: Sendable, Equatable {
    /// The longest time between two cycles.
    package let interval: Duration
    /// How long the library must be quiet before a push.
    package let debounce: Duration
    /// The maximum number of changes in a batch.
    package let batchChanges: Int
    /// The approximate maximum number of bytes in a batch.
    package let batchBytes: Int
    /// How many rows of one kind other devices' changes may delete or empty in a day; 0 disables the limit.
    package let brakeRows: Int
    /// The share of those rows, from 0 to 1; 0 disables the limit.
    package let brakeShare: Double
  }

  /// The interfaces to monitoring.
  package struct Metrics: Sendable, Equatable {
    /// The address that serves the metrics over HTTP, if any.
    package let listen: ListenAddress?
    /// The URL to call after success, if any.
    package let heartbeatURL: String?
  }

  /// Waits after failures.
  package struct Backoff: Sendable, Equatable {
    /// The upper bound of the first wait.
    package let initial: Duration
    /// The upper bound of every wait, at least `initial`; `nil` if not set.
    package let max: Duration?
  }

  /// The library and this device.
  package let library: Library
  /// The hub and how to reach it.
  package let hub: Hub
  /// When cycles run and how large their batches are.
  package let sync: Sync
  /// Waits after failures.
  package let backoff: Backoff
  /// The absolute path of the control socket.
  package let controlSocket: String
  /// The interfaces to monitoring.
  package let metrics: Metrics
  /// The lowest level of messages to write.
  package let logLevel: LogLevel
  /// The format of messages.
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

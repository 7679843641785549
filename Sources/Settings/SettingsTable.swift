extension Setting {
  /// Every setting there is, in the order in which people read about them.
  package static let all: [Setting] = library + hub + sync + backoff + control + metrics + log

  private static let library: [Setting] = [
    Setting(
      "library.database", .path, default: .required, example: "/srv/media/library.sqlite",
      help: """
        The media library: the SQLite file that the application writes. Its folder must be writable for the \
        daemon, because SQLite keeps the -wal and -shm files beside it.
        """),
    Setting(
      "library.device_id", .identifier, default: .unset, example: "laptop",
      help: """
        This device's identity at the hub. Leave it out: a random one is made once and kept in the library \
        file, and a copy of the file on another machine takes a new one. Two devices must never share one.
        """),
    Setting(
      "library.prune_log_after", .duration(.seconds(1) ... .seconds(3650 * 86_400)), default: .unset,
      example: "90d",
      help: """
        How old an entry of the application's own log (`sync_log`) may get once the hub has answered it. Older ones \
        are deleted, a few at a time, at most once a day after everything is in step; the newest entry always \
        stays. Leave it out to keep them all, as needed where something else reads that log.
        """),
    Setting(
      "library.poll_interval", .duration(.seconds(1) ... .seconds(86_400)), default: .text("10s"),
      help: """
        How often the library is looked at where the system does not tell of every change: on a network file system, \
        past inotify's limits, and while the file is not there. On a local disk nothing is polled.
        """),
  ]

  private static let hub: [Setting] = [
    Setting(
      "hub.url", .url, default: .required, example: "https://hub.example.org/sync",
      help: "The base URL of the hub's protocol. Credentials do not belong in it."),
    Setting(
      "hub.token_file", .path, default: .unset, example: "/etc/mediasync/token",
      help: """
        A file that holds this device's bearer token and nothing else. Only its owner may be able to read it \
        (chmod 600). Without it, the systemd credential `token` is used where there is one.
        """),
    Setting(
      "hub.api_key_file", .path, default: .unset, example: "/etc/mediasync/api_key",
      help: """
        A file that holds an API key, for servers that ask for X-API-KEY. The same rules as for token_file; \
        the systemd credential is called `api_key`.
        """),
    Setting(
      "hub.token", .secret(fileKey: "token_file"), default: .unset,
      help: "The bearer token itself, where neither a file nor a systemd credential can be had."),
    Setting(
      "hub.api_key", .secret(fileKey: "api_key_file"), default: .unset,
      help: "The API key itself, where neither a file nor a systemd credential can be had."),
    Setting(
      "hub.ca_file", .path, default: .unset, example: "/etc/mediasync/ca.pem",
      help: "Certificates (PEM) to trust instead of the system's, for a hub with a certificate of its own."),
    Setting(
      "hub.client_cert", .path, default: .unset, example: "/etc/mediasync/client.pem",
      help: "A client certificate (PEM) to show to the hub. Needs client_key."),
    Setting(
      "hub.client_key", .path, default: .unset, example: "/etc/mediasync/client.key",
      help: "The key of client_cert (PEM)."),
    Setting(
      "hub.connect_timeout", .duration(.milliseconds(100) ... .seconds(300)), default: .text("10s"),
      help: "How long to wait for a connection to the hub."),
    Setting(
      "hub.request_timeout", .duration(.seconds(1) ... .seconds(600)), default: .text("45s"),
      help: """
        How long nothing may move in a request: no byte of it reaches the hub, and none of the answer comes. A request \
        that makes progress may take any time, down to 256 bytes a second. The time for which the hub holds a long poll \
        does not count.
        """),
    Setting(
      "hub.long_poll", .duration(.zero ... .seconds(300)), default: .text("55s"),
      help: """
        How long the hub may hold a pull open until there is something to send. Others' changes then arrive \
        at once. A daemon at rest wakes once in this time; proxies on the way must wait longer, and most wait 60s. \
        0s switches it off: changes are fetched every sync.interval only.
        """),
  ]

  private static let sync: [Setting] = [
    Setting(
      "sync.interval", .duration(.seconds(1) ... .seconds(7 * 86_400)), default: .text("60s"),
      help: "The longest time between two cycles when nothing else starts one."),
    Setting(
      "sync.debounce", .duration(.zero ... .seconds(60)), default: .text("250ms"),
      help: "How long the library must be quiet after a local change before it is pushed."),
    Setting(
      "sync.batch_changes", .count(1...10_000), default: .text("500"),
      help: "The most changes in one push, and the most entries asked for in one page."),
    Setting(
      "sync.batch_bytes", .size(1024...64 * 1024 * 1024), default: .text("1MiB"),
      help: "About the most bytes in one push. A single change that is larger travels alone."),
    Setting(
      "sync.brake_rows", .count(0...1_000_000_000), default: .text("50"),
      help: """
        How many rows of one kind changes from elsewhere may delete, or empty a text of, within 24 hours. Beyond this \
        number and beyond sync.brake_share they are held until a person has said whether they may (`mediasyncctl \
        changes`). Links, and what goes with the medium that it belongs to, are not counted. 0 switches it off.
        """),
    Setting(
      "sync.brake_share", .share, default: .text("0.25"),
      help: """
        Which share of the rows of one kind, as there were 24 hours ago, changes from elsewhere may delete or empty; \
        see sync.brake_rows. 0 switches it off.
        """),
  ]

  private static let backoff: [Setting] = [
    Setting(
      "backoff.initial", .duration(.milliseconds(10) ... .seconds(3600)), default: .text("1s"),
      help: """
        The upper bound of the first wait after a failure. It doubles with every further one, and the wait \
        itself is drawn at random below it. Not longer than backoff.max.
        """),
    Setting(
      "backoff.max", .duration(.milliseconds(10) ... .seconds(86_400)), default: .unset, example: "5m",
      help: """
        The longest wait between two tries. Leave it out for 1 minute while there are local edits to send, else 5 \
        minutes. A hub that names a longer one (Retry-After) is obeyed, up to 1 hour; an edit shortens any other wait, at \
        most once a minute.
        """),
  ]

  private static let control: [Setting] = [
    Setting(
      "control.socket", .socketPath,
      default: .computed(
        "$RUNTIME_DIRECTORY/control.sock, else $XDG_RUNTIME_DIR/mediasync/control.sock, "
          + "else /run/mediasync/control.sock"),
      example: "/run/mediasync/control.sock",
      help: "The Unix socket that mediasyncctl talks to.")
  ]

  private static let metrics: [Setting] = [
    Setting(
      "metrics.listen", .listenAddress, default: .unset, example: "127.0.0.1:9464",
      help: """
        Where `GET /metrics` is answered over HTTP, for Prometheus and the like. Off by default: `mediasyncctl \
        metrics` needs no port. Whoever reaches it can read it, without a password, so no other machine may: it is a \
        loopback address or a Unix socket.
        """),
    Setting(
      "metrics.heartbeat_url", .wholeURL, default: .unset,
      example: "https://monitor.example.org/ping/mediasync",
      help: """
        A URL that is called (GET) after everything was found pushed and pulled, at most about once a minute, for a \
        monitor that raises the alarm when the calls stop. None of the hub's credentials go there.
        """),
  ]

  private static let log: [Setting] = [
    Setting(
      "log.level", .choice(LogLevel.allCases.map(\.rawValue)), default: .text("info"),
      help: "The least severe messages that are written."),
    Setting(
      "log.format", .choice(LogFormat.allCases.map(\.rawValue)), default: .text("auto"),
      help: """
        How messages are written: `journal` with structured fields, `plain` lines or one `json` object a \
        line on standard error. `auto` takes the journal where standard error is connected to it, else plain.
        """),
  ]
}

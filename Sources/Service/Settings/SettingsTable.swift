extension Setting {
  /// All settings, in the order of the documentation.
  package static let all: [Setting] = library + hub + sync + backoff + control + metrics + log

  private static let library: [Setting] = [
    Setting(
      "library.database", .path, default: .required, example: "/srv/media/library.sqlite",
      help: """
        The media library: the application's SQLite file. The daemon must be able to write to its folder, because \
        SQLite keeps the -wal and -shm files there.
        """),
    Setting(
      "library.device_id", .identifier, default: .unset, example: "laptop",
      help: """
        This device's identity at the hub. Usually omit it: the daemon then creates a random one and keeps it in \
        the library file. If the file is copied to another machine, the copy gets a new one. Two devices must never \
        share an identity.
        """),
    Setting(
      "library.prune_log_after", .duration(.seconds(1) ... .seconds(3650 * 86_400)), default: .unset,
      example: "90d",
      help: """
        Delete entries of the application's log (`sync_log`) that the hub answered longer ago than this. The daemon \
        deletes a few at a time, at most once a day, after everything is in step. It always keeps the newest entry. \
        Omit it to keep all entries, as you must if another program reads that log.
        """),
    Setting(
      "library.poll_interval", .duration(.seconds(1) ... .seconds(86_400)), default: .text("10s"),
      help: """
        How often the daemon checks the library if the kernel cannot report every change: on a network file system, \
        if the inotify limits are used up, and while the file does not exist. A library on a local disk is not polled.
        """),
  ]

  private static let hub: [Setting] = [
    Setting(
      "hub.url", .url, default: .required, example: "https://hub.example.org/sync",
      help: "The base URL of the hub. It ends in /sync for a mediasync hub, and must not contain credentials."
    ),
    Setting(
      "hub.token_file", .path, default: .unset, example: "/etc/mediasync/token",
      help: """
        A file that contains this device's bearer token and nothing else. Only its owner may have access to it \
        (chmod 600). If it is not set, the daemon uses the systemd credential `token`, if there is one.
        """),
    Setting(
      "hub.api_key_file", .path, default: .unset, example: "/etc/mediasync/api_key",
      help: """
        A file that contains an API key, for servers that require X-API-KEY. The same rules as for token_file apply; \
        the systemd credential is `api_key`.
        """),
    Setting(
      "hub.token", .secret(fileKey: "token_file"), default: .unset,
      help: "The bearer token itself. Use it only if neither a file nor a systemd credential is possible."),
    Setting(
      "hub.api_key", .secret(fileKey: "api_key_file"), default: .unset,
      help: "The API key itself. Use it only if neither a file nor a systemd credential is possible."),
    Setting(
      "hub.ca_file", .path, default: .unset, example: "/etc/mediasync/ca.pem",
      help: "Certificates (PEM) to trust instead of the system's, for a hub with a private certificate."),
    Setting(
      "hub.client_cert", .path, default: .unset, example: "/etc/mediasync/client.pem",
      help: "A client certificate (PEM) to present to the hub. Needs client_key."),
    Setting(
      "hub.client_key", .path, default: .unset, example: "/etc/mediasync/client.key",
      help: "The private key of client_cert (PEM)."),
    Setting(
      "hub.connect_timeout", .duration(.milliseconds(100) ... .seconds(300)), default: .text("10s"),
      help: "How long to wait for a connection to the hub."),
    Setting(
      "hub.request_timeout", .duration(.seconds(1) ... .seconds(600)), default: .text("45s"),
      help: """
        How long a request may make no progress: no byte reaches the hub and none comes back. A request that makes \
        progress, at 256 bytes a second or more, may take any time. The time for which the hub holds a long poll does \
        not count.
        """),
    Setting(
      "hub.long_poll", .duration(.zero ... .seconds(300)), default: .text("55s"),
      help: """
        How long the hub may hold a pull open until it has something to send. Changes of other devices then arrive at \
        once. A daemon at rest wakes once in this time. Proxies on the way must wait longer; most wait 60s. 0s turns \
        long polling off: the daemon then fetches changes every sync.interval only.
        """),
  ]

  private static let sync: [Setting] = [
    Setting(
      "sync.interval", .duration(.seconds(1) ... .seconds(7 * 86_400)), default: .text("60s"),
      help: "The time after which the daemon starts a cycle if nothing else starts one."),
    Setting(
      "sync.debounce", .duration(.zero ... .seconds(60)), default: .text("250ms"),
      help: "How long the library must be quiet after a local change before the daemon pushes it."),
    Setting(
      "sync.batch_changes", .count(1...10_000), default: .text("500"),
      help: "The maximum number of changes in a push, and of entries in a page of a pull."),
    Setting(
      "sync.batch_bytes", .size(1024...64 * 1024 * 1024), default: .text("1MiB"),
      help: "The approximate maximum size of a push. The daemon sends a larger change on its own."),
    Setting(
      "sync.brake_rows", .count(0...1_000_000_000), default: .text("50"),
      help: """
        How many rows of one kind the changes of other devices may delete, or empty a text of, within 24 hours. If \
        they exceed this number and also sync.brake_share, the daemon holds them until someone decides \
        (`mediasyncctl changes`). It does not count links, or rows that are deleted together with their medium. 0 \
        turns the limit off.
        """),
    Setting(
      "sync.brake_share", .share, default: .text("0.25"),
      help: """
        Which share of the rows of one kind, counted as of 24 hours ago, the changes of other devices may delete or \
        empty. See sync.brake_rows. 0 turns the limit off.
        """),
  ]

  private static let backoff: [Setting] = [
    Setting(
      "backoff.initial", .duration(.milliseconds(10) ... .seconds(3600)), default: .text("1s"),
      help: """
        The upper bound of the wait after the first failure. It doubles with every further failure. The actual wait is \
        random, up to this bound. Must not exceed backoff.max.
        """),
    Setting(
      "backoff.max", .duration(.milliseconds(10) ... .seconds(86_400)), default: .unset, example: "5m",
      help: """
        The longest wait between two attempts. If it is not set: 1 minute while local edits are waiting, else 5 \
        minutes. If the hub asks for a longer wait (Retry-After), the daemon complies, up to 1 hour. An edit shortens \
        any other wait, at most once a minute.
        """),
  ]

  private static let control: [Setting] = [
    Setting(
      "control.socket", .socketPath,
      default: .computed(
        "$RUNTIME_DIRECTORY/control.sock, else $XDG_RUNTIME_DIR/mediasync/control.sock, "
          + "else /run/mediasync/control.sock"),
      example: "/run/mediasync/control.sock",
      help: "The Unix socket on which mediasyncctl reaches the daemon.")
  ]

  private static let metrics: [Setting] = [
    Setting(
      "metrics.listen", .listenAddress, default: .unset, example: "127.0.0.1:9464",
      help: """
        The address on which the daemon answers `GET /metrics` over HTTP, for Prometheus and similar. Off by default; \
        `mediasyncctl metrics` needs no port. There is no password, so it must be a loopback address or a Unix socket, \
        which other machines cannot reach.
        """),
    Setting(
      "metrics.heartbeat_url", .wholeURL, default: .unset,
      example: "https://monitor.example.org/ping/mediasync",
      help: """
        A URL that the daemon calls (GET) when everything is pushed and pulled, at most about once a minute. Use it \
        for a monitor that raises an alarm if the calls stop. The daemon sends it none of the hub's credentials.
        """),
  ]

  private static let log: [Setting] = [
    Setting(
      "log.level", .choice(LogLevel.allCases.map(\.rawValue)), default: .text("info"),
      help: "The lowest level of messages to write."),
    Setting(
      "log.format", .choice(LogFormat.allCases.map(\.rawValue)), default: .text("auto"),
      help: """
        The format of messages: `journal` with structured fields, or `plain` lines or one `json` object per line on \
        standard error. `auto` uses the journal if standard error is connected to it, else plain.
        """),
  ]
}

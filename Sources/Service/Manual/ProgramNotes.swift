/// The parts of a manual page that the command line's description lacks.
struct ProgramNotes: Sendable {
  let name: String
  let section: Int
  let description: [String]
  let environment: [(name: String, text: String)]
  let files: [(name: String, text: String)]
  let statuses: [String]
  let examples: [(what: String, command: String)]

  static let all = [daemon, control, hub]

  private static let daemon = ProgramNotes(
    name: "mediasyncd", section: 8,
    description: [
      "mediasyncd notices when the media application writes to its library, sends the changes to a hub, and fetches and "
        + "applies the changes of other devices. Then it sleeps. The application, its schema and its triggers need no "
        + "change. Usually systemd starts the daemon: `systemctl enable --now mediasyncd` for a library of the machine, "
        + "`systemctl enable --now mediasyncd@USER` for a user's library, or `systemctl --user enable --now mediasyncd` "
        + "for your own.",
      "On SIGHUP it reads configuration and credentials again. On SIGTERM it finishes the current transaction and exits.",
    ],
    environment: [
      (
        "MEDIASYNC_SECTION_KEY",
        "Sets a key of the configuration, such as `MEDIASYNC_HUB_URL` for `hub.url`. Overrides the file."
      ),
      ("CREDENTIALS_DIRECTORY", "The folder in which systemd puts the credentials `token` and `api_key`."),
    ],
    files: [
      ("/etc/mediasync/mediasyncd.toml", "The configuration of the machine's daemon."),
      (
        "~/.config/mediasync/mediasyncd.toml",
        "The configuration of a user's own daemon. It takes precedence."
      ),
      ("/etc/mediasync/token", "The token of this device, which systemd passes to the daemon."),
      ("/run/mediasync/control.sock", "The socket on which mediasyncctl reaches the daemon."),
    ],
    statuses: ["0", "64", "65", "75", "77", "78"],
    examples: [
      ("Show the effective settings and where they come from:", "mediasyncd check-config"),
      ("Run one full cycle, without a daemon:", "mediasyncd sync"),
    ])

  private static let control = ProgramNotes(
    name: "mediasyncctl", section: 1,
    description: [
      "mediasyncctl talks to mediasyncd over its Unix socket. Without a command it shows the status."
    ],
    environment: [
      ("MEDIASYNC_CONTROL_SOCKET", "The control socket, unless --socket names one."),
      (
        "XDG_RUNTIME_DIR",
        "The session's runtime folder. If `mediasync/control.sock` exists in it, that socket is used."
      ),
    ],
    files: [("/run/mediasync/control.sock", "The socket of the machine's daemon.")],
    statuses: ["0", "1", "64", "65", "66", "69", "70", "73", "75", "77", "78"],
    examples: [
      ("Wait until everything is in step, for at most a minute:", "mediasyncctl wait --timeout 60s"),
      ("List the values that lost to an edit on another device:", "mediasyncctl conflicts"),
      (
        "Write the metrics to a file for a collector:",
        "mediasyncctl metrics --write /var/lib/prometheus/node-exporter/mediasync.prom"
      ),
    ])

  private static let hub = ProgramNotes(
    name: "mediasync-hub", section: 8,
    description: [
      "mediasync-hub orders the changes of all devices, decides conflicts, and keeps the values that lost. Its database "
        + "is embedded. It speaks plain HTTP: put a TLS proxy in front of it if devices are on other machines. Usually "
        + "systemd starts it: `systemctl enable --now mediasync-hub`.",
      "You can manage tokens and devices while the hub runs. Run those commands as the hub's user.",
    ],
    environment: [],
    files: [("/var/lib/mediasync-hub", "All data of the hub, if the supplied unit runs it.")],
    statuses: ["0", "64"],
    examples: [
      (
        "Create a token for a new device:",
        "sudo -u mediasync-hub mediasync-hub token create --data /var/lib/mediasync-hub --library home --device laptop"
      )
    ])
}

/// What a program's command line does not say of itself.
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
      "mediasyncd notices what the media application writes into its library, sends it to a hub, fetches what others "
        + "have written, and applies it. Then it sleeps. The application needs no change, and its schema and triggers stay "
        + "as they are. Usually systemd starts it: `systemctl enable --now mediasyncd` for one library of the machine, "
        + "`mediasyncd@USER` for one of a user, `systemctl --user enable --now mediasyncd` for one's own.",
      "SIGHUP has it read configuration and credentials again. SIGTERM has it finish the transaction under way and leave.",
    ],
    environment: [
      (
        "MEDIASYNC_SECTION_KEY",
        "Every key of the configuration, such as `MEDIASYNC_HUB_URL` for `hub.url`. Counts before the file."
      ),
      ("CREDENTIALS_DIRECTORY", "Where systemd has put the credentials `token` and `api_key`."),
    ],
    files: [
      ("/etc/mediasync/mediasyncd.toml", "The configuration of a daemon of the machine."),
      ("~/.config/mediasync/mediasyncd.toml", "The configuration of a daemon of one's own; looked at first."),
      ("/etc/mediasync/token", "The token of this device, which systemd hands to the daemon."),
      ("/run/mediasync/control.sock", "Where mediasyncctl finds the daemon."),
    ],
    statuses: ["0", "64", "65", "75", "77", "78"],
    examples: [
      ("What would count, and where each value comes from:", "mediasyncd check-config"),
      ("One full cycle, without a daemon:", "mediasyncd sync"),
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
        "Where the session's own daemon has its socket: `mediasync/control.sock` below it is taken where it exists."
      ),
    ],
    files: [("/run/mediasync/control.sock", "The socket of the machine's daemon.")],
    statuses: ["0", "1", "64", "65", "66", "69", "70", "73", "75", "77", "78"],
    examples: [
      ("Wait until everything is in step, a minute at most:", "mediasyncctl wait --timeout 60s"),
      ("What lost to an edit on another device:", "mediasyncctl conflicts"),
      (
        "For a collector that reads files:",
        "mediasyncctl metrics --write /var/lib/prometheus/node-exporter/mediasync.prom"
      ),
    ])

  private static let hub = ProgramNotes(
    name: "mediasync-hub", section: 8,
    description: [
      "mediasync-hub puts the changes of all devices in order, decides conflicts, and keeps what lost. Its database is "
        + "embedded. It speaks plain HTTP: for devices on other machines put a proxy with TLS in front of it. Usually systemd "
        + "starts it: `systemctl enable --now mediasync-hub`.",
      "Tokens and devices are looked after while the hub serves; run those commands as the user that the hub runs as.",
    ],
    environment: [],
    files: [("/var/lib/mediasync-hub", "Everything that the hub of the shipped unit keeps.")],
    statuses: ["0", "64"],
    examples: [
      (
        "A token for a new device:",
        "sudo -u mediasync-hub mediasync-hub token create --data /var/lib/mediasync-hub --library home --device laptop"
      )
    ])
}

extension Message {
  /// The doctor's findings about the unit, the daemon and its configuration.
  static let serviceFindings: [Message] = [
    finding(
      "no-systemd", .notice, "systemd does not run here",
      "Something else must start the daemon: your own supervisor, or mediasyncd run in the foreground.",
      todo: "Nothing, if that is intended. You can also run mediasyncd sync from cron."),
    finding(
      "unit-missing", .error, "the daemon's unit is not installed",
      "systemd does not know mediasyncd.service.",
      todo: "Install the units with make install or the package, then run systemctl daemon-reload."),
    finding(
      "unit-disabled", .warning, "the daemon does not start at boot", "The unit is not enabled.",
      todo: "Run systemctl enable mediasyncd with the unit that is named; add --user for a user's own unit."),
    finding(
      "unit-inactive", .error, "the daemon does not run", "The unit is stopped.",
      todo: "Run systemctl start mediasyncd with the unit that is named; add --user for a user's own unit."),
    finding(
      "unit-failed", .error, "the daemon has failed",
      "It ended with an error, and systemd does not restart it: at once after status 78 (unusable configuration), "
        + "otherwise after too many restarts.",
      todo: "journalctl -x -u mediasyncd says why. Fix it, then run systemctl restart mediasyncd."),
    finding(
      "unit-restarting", .warning, "systemd restarted the daemon after failures",
      "The daemon has failed since someone last started it.",
      todo: "journalctl -x -u mediasyncd -p warning says why."),
    finding(
      "unit-hides-library", .error, "the unit does not let the daemon write to the library's folder",
      "For the daemon, the unit makes the file system read-only except for the folders that it lists, and hides "
        + "home directories.",
      todo:
        "Run systemctl edit mediasyncd. Below [Service] add ReadWritePaths=FOLDER, or BindPaths=FOLDER for a "
        + "folder below /home (docs/operating.md, step 4). Then run systemctl restart mediasyncd."),
    finding(
      "daemon-silent", .error, "no daemon answers on the control socket",
      "Nothing listens there, or the listener does not answer.",
      todo:
        "systemctl status mediasyncd shows whether it runs. --socket selects another socket. The following checks "
        + "ran as this user, without the daemon."),
    finding(
      "socket-forbidden", .error, "this user may not use the control socket",
      "The socket is for root, the daemon's user and its group. For safety, mediasyncctl as root refuses a socket "
        + "that someone other than the daemon's user could have put there.",
      todo:
        "Run mediasyncctl as root, or join the group: adduser NAME mediasync, then log in again. If root is "
        + "refused, the line names the folder that belongs to someone else or that anyone may write to."),
    finding(
      "daemon-outdated", .warning, "the daemon and this tool have different versions",
      "After an upgrade, the old daemon runs until it is restarted.",
      todo: "Run systemctl restart mediasyncd."),
    finding(
      "daemon-waiting", .warning, "the last cycle failed; the daemon tries again",
      "The cause may pass without action.",
      todo: "See the following checks. mediasyncctl trigger tries at once."),
    finding(
      "daemon-blocked", .error, "syncing is blocked; someone must act",
      "The cause does not pass without action.",
      todo: "Fix the reason that is named, then run mediasyncctl trigger."),
    finding(
      "daemon-paused", .notice, "syncing is paused", "Someone paused it.",
      todo: "mediasyncctl resume continues syncing."),
    finding(
      "check-failed", .error, "a check failed to run", "The line says why.",
      todo: "Run mediasyncd check yourself and read its output."),
    finding(
      "configuration-invalid", .error, "the configuration is invalid",
      "A key is unknown, a value is invalid, or a required setting is missing.",
      todo: "Fix the line that is named. mediasyncd check-config shows all errors."),
    finding(
      "configuration-newer", .notice, "the daemon has not read the changed configuration file",
      "Someone changed the file after the daemon read it. The changes take effect when the daemon reads it again.",
      todo: "Run mediasyncctl reload. It names the settings that need a restart."),
    finding(
      "configuration-open", .error, "other users can write to the configuration",
      "Anyone who can write to it decides which library goes to which hub.",
      todo: "Run chmod go-w on the file."),
    finding(
      "credential-unusable", .error, "cannot use the credential",
      "The token file does not exist, cannot be read by this user, can be read by others, or does not hold a token.",
      todo: "The line says which, and what helps."),
    finding(
      "credential-missing", .notice, "no credential is configured",
      "A mediasync hub refuses every request without a token.",
      todo: "Create one on the hub with mediasync-hub token create. Store it in /etc/mediasync/token "
        + "(LoadCredential=) or in the file that hub.token_file names."),
  ]

  static func finding(
    _ code: String, _ severity: Severity, _ line: String, _ explanation: String, todo: String
  ) -> Message {
    Message(.finding, code, severity, line, explanation, todo: todo)
  }
}

extension Message {
  /// What the doctor finds about the unit, the daemon and its configuration.
  static let serviceFindings: [Message] = [
    finding(
      "no-systemd", .notice, "systemd does not run here",
      "The daemon has to be started by something else: a supervisor of your own, or mediasyncd run in the foreground.",
      todo: "Nothing, if that is so on purpose; cron and mediasyncd sync do as well."),
    finding(
      "unit-missing", .error, "no unit of the daemon is installed", "systemd knows no mediasyncd.service.",
      todo: "make install or the package installs the units; then systemctl daemon-reload."),
    finding(
      "unit-disabled", .warning, "the daemon is not started at boot", "The unit is not enabled.",
      todo: "systemctl enable mediasyncd (the unit that is named; --user for a user's own)."),
    finding(
      "unit-inactive", .error, "the daemon does not run", "The unit is stopped.",
      todo: "systemctl start mediasyncd (the unit that is named; --user for a user's own)."),
    finding(
      "unit-failed", .error, "the daemon has failed",
      "It ended with an error, and systemd does not start it again: after status 78 (the configuration cannot work) at once, "
        + "else after too many restarts.",
      todo: "journalctl -x -u mediasyncd says why. Mend it, then systemctl restart mediasyncd."),
    finding(
      "unit-restarting", .warning, "the daemon was restarted after failures",
      "systemd had to start it again since it was last started by somebody.",
      todo: "journalctl -x -u mediasyncd -p warning says why."),
    finding(
      "unit-hides-library", .error, "the unit does not let the daemon write the library's folder",
      "The unit shows the daemon a file system that is read-only but for what is named, and a home that is empty.",
      todo:
        "systemctl edit mediasyncd, then below [Service]: ReadWritePaths=FOLDER, or for a folder below /home "
        + "BindPaths=FOLDER (docs/operating.md, step 4). Then restart it."),
    finding(
      "daemon-silent", .error, "no daemon answers on the control socket",
      "Nobody listens there, or whoever does says nothing.",
      todo:
        "systemctl status mediasyncd shows whether it runs; --socket names another socket. What follows was looked at as "
        + "this user, without the daemon."),
    finding(
      "socket-forbidden", .error, "this user may not use the control socket",
      "The socket is for root, the daemon's user and its group. And root says nothing at one that others than the daemon's "
        + "user could have put there.",
      todo:
        "Run it as root, or put yourself into the group: adduser NAME mediasync, then log in again. Where root is sent "
        + "away, the line names the folder that is another's, or that anybody may write to."),
    finding(
      "daemon-outdated", .warning, "the daemon is of another version than this tool",
      "After an upgrade the old one runs until it is restarted.", todo: "systemctl restart mediasyncd."),
    finding(
      "daemon-waiting", .warning, "the last cycle failed; it is tried again",
      "The reason is one that may pass by itself.",
      todo: "See what follows; mediasyncctl trigger tries at once."),
    finding(
      "daemon-blocked", .error, "nothing is tried until somebody acts",
      "The reason is one that does not pass by itself.",
      todo: "Mend what the reason names, then mediasyncctl trigger."),
    finding(
      "daemon-paused", .notice, "syncing is paused", "Somebody paused it.",
      todo: "mediasyncctl resume goes on."),
    finding(
      "check-failed", .error, "a check could not be made", "The line says why.",
      todo: "Run mediasyncd check by hand and see what it says."),
    finding(
      "configuration-invalid", .error, "the configuration cannot work",
      "A key is unknown, a value impossible, or something that is required is missing.",
      todo: "Mend the line that is named; mediasyncd check-config shows all of them."),
    finding(
      "configuration-newer", .notice, "the file says otherwise than what runs",
      "The configuration was changed since the daemon read it, and counts once it is read again.",
      todo: "mediasyncctl reload takes it; a setting that waits for a restart is named."),
    finding(
      "configuration-open", .error, "others can write the configuration",
      "Whoever can write it decides which library goes to which hub.", todo: "chmod go-w the file."),
    finding(
      "credential-unusable", .error, "the credential cannot be used",
      "The file that holds the token is not there, cannot be read by this user, can be read by others, or holds something else.",
      todo: "The line says which, and what helps."),
    finding(
      "credential-missing", .notice, "no credential is configured",
      "A hub of this project lets nobody in without a token.",
      todo:
        "mediasync-hub token create makes one; put it into /etc/mediasync/token (LoadCredential=) or where hub.token_file "
        + "names it."),
  ]

  static func finding(
    _ code: String, _ severity: Severity, _ line: String, _ explanation: String, todo: String
  ) -> Message {
    Message(.finding, code, severity, line, explanation, todo: todo)
  }
}

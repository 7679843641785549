extension Message {
  /// The exit statuses of the programs.
  static let exitStatuses: [Message] = [
    Message(.exit, "0", .info, "done", "The command succeeded. For mediasyncd sync: everything is in step."),
    Message(
      .exit, "1", .warning, "the check found a problem, or you did not confirm",
      "mediasyncctl verify: this library differs from the hub and was not repaired. mediasyncctl doctor and "
        + "mediasyncd check: something needs fixing. A verb that asks first: the answer was not yes, and nothing "
        + "was done.",
      todo: "Read the output."),
    Message(
      .exit, "64", .error, "the command line is wrong",
      "An option or a verb does not exist, or a value is invalid.",
      todo: "Run the command with --help."),
    Message(
      .exit, "65", .warning, "changes were quarantined or held, or the record does not allow this",
      "mediasyncd sync: changes were quarantined or rejected, or are held. mediasyncctl: the record does not allow "
        + "what you asked for.",
      todo: "Run mediasyncctl quarantine and mediasyncctl changes."),
    Message(
      .exit, "66", .error, "there is no such record",
      "mediasyncctl: no record has this number. mediasyncctl explain: no such code exists.",
      todo: "mediasyncctl conflicts and mediasyncctl quarantine list the records."),
    Message(
      .exit, "69", .error, "no daemon answers, or the server does not support this",
      "Nothing listens on the control socket, or the server lacks the feature.",
      todo: "Run systemctl status mediasyncd and mediasyncctl doctor. --socket selects another socket."),
    Message(
      .exit, "70", .error, "the daemon's answer makes no sense",
      "The daemon and mediasyncctl do not understand each other.",
      todo: "Upgrade the older of the two. Restart the daemon after an upgrade: systemctl restart mediasyncd."
    ),
    Message(
      .exit, "71", .error, "the system lacks a resource",
      "mediasyncd could not get a timer, a file descriptor or something similar at start. systemd tries again.",
      todo: "The log line names the call that failed. Check what uses up the machine's descriptors or memory."
    ),
    Message(
      .exit, "73", .error, "cannot write a file", "mediasyncctl metrics --write could not write its file.",
      todo: "Check that the folder exists and that this user may write to it."),
    Message(
      .exit, "75", .warning, "a temporary failure",
      "The hub or the library cannot be used now, syncing is paused, or the given time ran out.",
      todo: "Try again later. mediasyncctl status shows the reason."),
    Message(
      .exit, "76", .error, "the daemon and mediasyncctl have different versions",
      "They share no version of the control protocol, or the daemon does not know the verb.",
      todo: "Upgrade the older of the two. Restart the daemon after an upgrade: systemctl restart mediasyncd."
    ),
    Message(
      .exit, "77", .error, "permission denied",
      "The hub refused the credentials, or this user may not use the control socket or may only read from it.",
      todo:
        "For the hub, install a valid token. For the socket, use root, the daemon's user or a member of its "
        + "group."),
    Message(
      .exit, "78", .error, "the configuration is wrong or the library unusable",
      "A restart does not help, so systemd does not try. After mediasyncctl reload: the daemon keeps its old "
        + "configuration.",
      todo:
        "Fix the errors in the output; mediasyncd check-config shows them again. Then run systemctl restart "
        + "mediasyncd."),
  ]
}

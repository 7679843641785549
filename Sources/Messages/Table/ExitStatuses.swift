extension Message {
  /// What the programs end with.
  static let exitStatuses: [Message] = [
    Message(.exit, "0", .info, "done", "What was asked for is done; mediasyncd sync: everything is in step."),
    Message(
      .exit, "1", .warning, "looked, and found something wrong",
      "mediasyncctl verify: this library does not hold what the hub holds, and was not made to. mediasyncctl doctor and "
        + "mediasyncd check: something is to be mended. A verb that asks first: the answer was not yes, and nothing was done.",
      todo: "Read what was printed."),
    Message(
      .exit, "64", .error, "the command line is wrong",
      "An option or a verb does not exist, or a value is none.",
      todo: "--help shows what there is."),
    Message(
      .exit, "65", .warning, "something was set aside",
      "mediasyncd sync: something was quarantined or rejected, or changes are held. mediasyncctl: what was asked cannot be done to this record.",
      todo: "See mediasyncctl quarantine and mediasyncctl changes."),
    Message(
      .exit, "66", .error, "there is no such record",
      "mediasyncctl: no record has this number, or explain knows no such code.",
      todo: "mediasyncctl conflicts and mediasyncctl quarantine list what there is."),
    Message(
      .exit, "69", .error, "no daemon answers, or the server does not offer it",
      "Nobody listens at the control socket, or the server lacks what was asked for.",
      todo:
        "systemctl status mediasyncd; --socket names another socket; mediasyncctl doctor looks for what is wrong."
    ),
    Message(
      .exit, "70", .error, "the daemon's answer cannot be used",
      "Daemon and control tool do not understand each other.",
      todo: "Upgrade the older of the two; restart the daemon after an upgrade."),
    Message(
      .exit, "71", .error, "the system refused what every program needs",
      "mediasyncd could not get a timer, a descriptor or the like when it started. systemd tries again.",
      todo: "The line says which call failed; look for what uses up the machine's descriptors or memory."),
    Message(
      .exit, "73", .error, "a file cannot be written", "mediasyncctl metrics --write: the file named there.",
      todo: "Look at the folder and at who may write there."),
    Message(
      .exit, "75", .warning, "a temporary failure",
      "The hub or the library could not be used now, syncing is paused, or the time that was given is up.",
      todo: "Try again later."),
    Message(
      .exit, "76", .error, "daemon and control tool are of different versions",
      "They have no version of the control protocol in common, or the daemon does not know the verb.",
      todo: "Upgrade the older of the two; restart the daemon after an upgrade."),
    Message(
      .exit, "77", .error, "not allowed",
      "The hub refused the credentials, or this user may not use the control socket, or may only read there.",
      todo: "Put a valid token in place; for the socket be root, the daemon's user, or in its group."),
    Message(
      .exit, "78", .error, "the configuration is wrong or the library unusable",
      "Starting again does not help, so systemd does not try to. From mediasyncctl reload: nothing of it was taken.",
      todo:
        "Every error is shown; mediasyncd check-config shows them again. Mend them, then systemctl restart mediasyncd."
    ),
  ]
}

extension Message {
  /// What the daemon says as a service of this machine.
  static let serviceEvents: [Message] = [
    Message(
      .event, "reloaded", id: "86dbb867422249eaa423198b092ac2ef", .notice,
      "configuration and credentials were read again",
      "Somebody asked for it (systemctl reload, SIGHUP). What is new counts from the next request on."),
    Message(
      .event, "reload-failed", id: "c6ed94eb46ac4194a960a778addaa9cc", .error, "the old configuration stays",
      "The configuration or a credential was read again and cannot be used. The daemon goes on with what it had.",
      todo:
        "The line says what is wrong. mediasyncd check-config shows it without touching the daemon; mend it, then "
        + "systemctl reload mediasyncd."),
    Message(
      .event, "unwatched", id: "c63dad26497c464e83bcbcb477fcf94b", .warning, "the library cannot be watched",
      "The kernel gave no watch on the library's folder. Changes of the application are still noticed, but only by the "
        + "periodic check (sync.interval) instead of at once.",
      todo:
        "Usually the limit of watches is used up: raise fs.inotify.max_user_watches and fs.inotify.max_user_instances "
        + "with sysctl, then restart the daemon. mediasyncctl doctor shows the limits."),
  ]
}

extension Message {
  /// Events of the daemon as a service of this machine.
  static let serviceEvents: [Message] = [
    Message(
      .event, "reloaded", id: "86dbb867422249eaa423198b092ac2ef", .notice,
      "configuration and credentials were read again",
      "Someone asked for it (mediasyncctl reload, systemctl reload, SIGHUP). Changed settings apply at once. "
        + "MEDIASYNC_AFTER_RESTART lists those that need a restart."),
    Message(
      .event, "reload-failed", id: "c6ed94eb46ac4194a960a778addaa9cc", .error,
      "reload failed; the old configuration stays in effect",
      "The daemon read the configuration and credentials again, and cannot use them. It applied nothing of them and "
        + "continues with the old ones.",
      todo:
        "The line says what is wrong. mediasyncd check-config shows it without affecting the daemon. Fix it, then "
        + "run systemctl reload mediasyncd."),
    Message(
      .event, "unwatched", id: "c63dad26497c464e83bcbcb477fcf94b", .warning,
      "cannot watch clock, sleep and network of this machine",
      "The kernel refused a timer or a netlink socket. The daemon works, but it notices a sleep of the machine, a "
        + "clock change or a new network only at the next timeout or periodic check (sync.interval).",
      todo:
        "The line names what failed. Under systemd, RestrictAddressFamilies= must allow AF_NETLINK, as mediasync's "
        + "own units do. Restart the daemon after you change the unit."),
    Message(
      .event, "polling", id: "9e7a5cdcc64645fa8733f599700f4a91", .warning, "the library is polled",
      "The kernel cannot report every change of the library: it is on a network file system, the inotify limits are "
        + "used up, or the file does not exist. The daemon checks the library every library.poll_interval instead, "
        + "so it pushes the application's changes later by up to that time. mediasyncctl status shows polling while "
        + "it lasts.",
      todo: "The line says why. Keep the library on a local disk. Or raise fs.inotify.max_user_watches or "
        + "fs.inotify.max_user_instances with sysctl. The daemon notices the fix at its next check."),
    Message(
      .event, "watching", id: "48de6b8157094e19b7a715fa7a984d8e", .notice, "the library is watched again",
      "The kernel reports changes of the library again, and the daemon no longer polls it."),
    Message(
      .event, "woke", id: "881091a0277d4e208c7ecfa37b36c0d8", .info, "the machine slept",
      "The machine woke from suspend. The daemon closes its old connections and starts a cycle within a few seconds. "
        + "The fields say how long the machine slept."),
    Message(
      .event, "clock-set", id: "ee9416c3f98c4e66ab260d1d957719fc", .notice, "the wall clock was set",
      "Someone or time synchronisation set this machine's clock. The daemon's waits do not depend on it; the times "
        + "that it shows move along. After a large jump forward, as after a virtual machine was stopped, it starts a "
        + "cycle.",
      todo: "Nothing. If it happens often, check the machine's time synchronisation: timedatectl status."),
    Message(
      .event, "metrics-not-served", id: "a4ee6afdf9354c148d2267f268adf52a", .warning,
      "cannot serve the metrics over HTTP",
      "The daemon cannot listen on metrics.listen. It syncs anyway, and mediasyncctl metrics prints the metrics.",
      todo: "Usually another program uses the port. Choose another one, then run mediasyncctl reload."),
    Message(
      .event, "heartbeat-failed", id: "20c678e488924aad942886ba1104732a", .warning, "the heartbeat fails",
      "The library is in step, but the monitor at metrics.heartbeat_url did not accept the call. The daemon calls it "
        + "again after every success, at most about once a minute, and logs when it works again.",
      todo: "Check that the monitor runs and that the URL is right. Syncing does not depend on it."),
    Message(
      .event, "heartbeat-back", id: "7913564fe8f64e199db085c46570b899", .notice,
      "the heartbeat works again",
      "The monitor at metrics.heartbeat_url accepts the calls again."),
    Message(
      .event, "control-change", id: "8e2b8658f7ea4ef19e4bcef4be804ce6", .notice,
      "a change was requested over the control socket",
      "The daemon logs this before it acts. MEDIASYNC_VERB is the request. MEDIASYNC_PEER_UID and MEDIASYNC_PEER_PID "
        + "are the user and the process that sent it, as the kernel reports them. The arguments are in MEDIASYNC_LEVEL, "
        + "MEDIASYNC_FOR_SECONDS (of a pause), MEDIASYNC_RECORD (a number, or all) and MEDIASYNC_WITH (repair, "
        + "dry-run or join)."),
    Message(
      .event, "control-refused", id: "12bbe93887a640cf902c3add10269fe0", .notice,
      "a change over the control socket was refused",
      "This user may connect to the socket and read, but not change anything. Only root, the daemon's user and "
        + "members of the group mediasync may. The daemon logs at most one such line a minute; MEDIASYNC_UNTOLD "
        + "counts those it left out.",
      todo: "If this user should change things, run adduser USER mediasync. The user must then log in again."),
    Message(
      .event, "socket-passed", id: "031c39a7699c41499d6f8052bbf605fb", .notice,
      "the socket unit overrides control.socket",
      "systemd (mediasyncd.socket) opened the control socket at another path than control.socket. The unit's path "
        + "takes precedence.",
      todo: "Use the same path in both, or disable mediasyncd.socket."),
  ]
}

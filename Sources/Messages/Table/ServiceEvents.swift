extension Message {
  /// What the daemon says as a service of this machine.
  static let serviceEvents: [Message] = [
    Message(
      .event, "reloaded", id: "86dbb867422249eaa423198b092ac2ef", .notice,
      "configuration and credentials were read again",
      "Somebody asked for it (mediasyncctl reload, systemctl reload, SIGHUP). What has changed counts at once; what waits "
        + "for a restart stands in MEDIASYNC_AFTER_RESTART."),
    Message(
      .event, "reload-failed", id: "c6ed94eb46ac4194a960a778addaa9cc", .error, "the old configuration stays",
      "The configuration or a credential was read again and cannot be used. Nothing of it is taken: the daemon goes on with "
        + "what it had.",
      todo:
        "The line says what is wrong. mediasyncd check-config shows it without touching the daemon; mend it, then "
        + "systemctl reload mediasyncd."),
    Message(
      .event, "unwatched", id: "c63dad26497c464e83bcbcb477fcf94b", .warning,
      "the machine around the daemon cannot be watched",
      "The kernel gave no timer or no netlink socket. The daemon works, and notices a sleep of the machine, a clock that "
        + "is set or a new network only by the next timeout or the periodic check (sync.interval).",
      todo:
        "The line names what failed. Under systemd, RestrictAddressFamilies= must allow AF_NETLINK; the units that "
        + "come with mediasync do. Restart the daemon after a change."),
    Message(
      .event, "polling", id: "9e7a5cdcc64645fa8733f599700f4a91", .warning, "the library is polled",
      "The kernel does not tell of every change of the library: it lies on a network file system, inotify's limits are "
        + "reached, or the file is not there. The library is looked at every library.poll_interval instead, so changes "
        + "of the application are pushed that much later. status says so for as long as it is so.",
      todo:
        "The line says why. Keep the library on a local disk; raise fs.inotify.max_user_watches or "
        + "fs.inotify.max_user_instances with sysctl. What has been put right is noticed at the next look."),
    Message(
      .event, "watching", id: "48de6b8157094e19b7a715fa7a984d8e", .notice, "the library is watched again",
      "The kernel tells of changes of the library again; it is polled no more."),
    Message(
      .event, "woke", id: "881091a0277d4e208c7ecfa37b36c0d8", .info, "the machine slept",
      "The machine was suspended and goes on. Connections from before are dropped, and there is a cycle within a few "
        + "seconds. The fields say for how long it slept."),
    Message(
      .event, "clock-set", id: "ee9416c3f98c4e66ab260d1d957719fc", .notice, "the wall clock was set",
      "Somebody, or time synchronisation, set the clock of this machine. Waiting does not go by it; what is shown to "
        + "people moves along. After a large jump ahead, as of a virtual machine that was stopped, there is a cycle.",
      todo: "Nothing; where it happens again and again, look at the machine's time synchronisation."),
    Message(
      .event, "metrics-not-served", id: "a4ee6afdf9354c148d2267f268adf52a", .warning,
      "the metrics cannot be served over HTTP",
      "What metrics.listen names cannot be listened on. The daemon syncs all the same, and mediasyncctl metrics prints "
        + "the metrics.",
      todo: "Usually another program has the port: name another one, then mediasyncctl reload."),
    Message(
      .event, "heartbeat-failed", id: "20c678e488924aad942886ba1104732a", .warning, "the heartbeat fails",
      "The library is in step, and the monitor that metrics.heartbeat_url names did not take the call that says so. It is "
        + "called again after every success, about once a minute at most; the next line about it says that it works again.",
      todo: "Look whether the monitor runs and whether the URL is right. Syncing does not depend on it."),
    Message(
      .event, "heartbeat-back", id: "7913564fe8f64e199db085c46570b899", .notice,
      "the heartbeat is answered again",
      "The monitor that metrics.heartbeat_url names takes the calls again."),
    Message(
      .event, "control-change", id: "8e2b8658f7ea4ef19e4bcef4be804ce6", .notice,
      "somebody changes something over the control socket",
      "Written before it is carried out: MEDIASYNC_VERB is what was asked for, MEDIASYNC_PEER_UID and "
        + "MEDIASYNC_PEER_PID are the user and the process that asked, as the kernel tells them. What was given with it is "
        + "beside it: MEDIASYNC_LEVEL, MEDIASYNC_FOR_SECONDS (of a pause), MEDIASYNC_RECORD (a number, or all), "
        + "MEDIASYNC_WITH (repair, dry-run or join)."),
    Message(
      .event, "control-refused", id: "12bbe93887a640cf902c3add10269fe0", .notice,
      "a change over the control socket was refused",
      "Whoever asked may reach the socket and read, and not change things: that may root, the daemon's own user and "
        + "members of the group mediasync. At most one line a minute; MEDIASYNC_UNTOLD counts the ones left out.",
      todo: "Where this user should change things: adduser USER mediasync, and log in again."),
    Message(
      .event, "socket-passed", id: "031c39a7699c41499d6f8052bbf605fb", .notice,
      "listening where the socket unit says, not where control.socket does",
      "systemd opened the control socket (mediasyncd.socket) at another place than the configuration names. The unit's "
        + "place counts.",
      todo: "Name the same place in both, or disable mediasyncd.socket."),
  ]
}

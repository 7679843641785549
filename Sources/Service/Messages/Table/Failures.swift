extension Message {
  private static let waits =
    "Changes made meanwhile wait in the library. The daemon tries again on its own; mediasyncctl trigger tries at "
    + "once."
  private static let blocks =
    "Someone must act. The daemon checks about every 15 minutes whether the problem is fixed. It also checks at once "
    + "if the machine wakes, its clock is set, a network appears or the credential changes, and within a minute of "
    + "an edit. mediasyncctl trigger tries at once. Changes made meanwhile wait in the library."

  /// Why a cycle ended early. The level is that of the first line of an outage.
  static let failures: [Message] = [
    Message(
      .failure, "unreachable", id: "f3dd5d4f908a4b308aa73f16c3e0335a", .warning, "cannot reach the hub",
      "The server at hub.url did not answer: its name has no address, nothing listens there, the connection broke, "
        + "or the answer took too long. A machine without a network reports the same. " + waits,
      todo:
        "If it lasts, check hub.url and the network, then the hub itself (systemctl status mediasync-hub on its "
        + "machine)."),
    Message(
      .failure, "untrusted", id: "9504d08c5d84a08d1eddbd02cedb459c", .warning,
      "TLS with the hub failed",
      "One side did not accept the other's certificate: it expired, is not valid yet, is for another name, or comes "
        + "from an authority that is not trusted. A captive portal or proxy that answers TLS in the hub's place "
        + "causes the same, and so does a wrong clock. " + waits,
      todo:
        "The line has the exact error. If it lasts, check this machine's clock, the hub's certificate and "
        + "hub.ca_file."),
    Message(
      .failure, "hub_busy", id: "08b17e4456b449ebaee3ae8f84c4b04f", .warning, "the hub cannot answer now",
      "The server answered with status 429, or 500 or above. The daemon waits at least as long as the server "
        + "asked. " + waits,
      todo:
        "If it lasts, check the hub's log (journalctl -x -u mediasync-hub). Its disk may be full, or a proxy may "
        + "have no hub behind it."),
    Message(
      .failure, "bad_reply", id: "676edbc52dd74441abba9d2bd69eadce", .warning,
      "cannot understand the hub's answer",
      "Something answered at hub.url, but not the way a hub does: a page of a proxy or captive portal, a wrong path, "
        + "or a hub of another version. " + waits,
      todo:
        "Check hub.url, including its path, and any proxy on the way. Upgrade the older of daemon and hub."),
    Message(
      .failure, "library_busy", id: "f300cdbb4c5b428e8398f129616170a8", .warning,
      "cannot use the library now",
      "Another program holds the library's write lock, another mediasyncd uses it, its disk is full, or a read or "
        + "write failed. " + waits,
      todo:
        "The line says which. Close the program that holds the library, or free some disk space. Syncing then "
        + "continues on its own."),
    Message(
      .failure, "library_unusable", id: "56f38bd2cb2e4f1f916dcb66958ccf77", .error,
      "cannot use the library",
      "The file at library.database does not exist, is not a media library, is damaged, or was last used by a newer "
        + "mediasync. " + blocks,
      todo: "The line says which, and what helps. The daemon notices when you put a file there."),
    Message(
      .failure, "library_forbidden", id: "137f8cc0e0ca2d260c580e1b2b0a350d", .warning,
      "the daemon's user has no access to the library",
      "The daemon's user may not read and write the file at library.database or its folder, or the daemon's "
        + "systemd unit does not let it write there. " + waits,
      todo:
        "The line names the user, the owner and the fix. Run the daemon as the owner (User= in the unit), or give "
        + "its user access to the file and its folder. A unit also needs ReadWritePaths= or BindPaths= for the "
        + "folder."),
    Message(
      .failure, "credentials", id: "b6b75d2a18984d6498df2fcb3c50402e", .error,
      "the hub refuses the credentials",
      "The hub itself answered 401 or 403: the token is missing, unknown, revoked, or belongs to another device. (A "
        + "proxy's or captive portal's page with such a status does not count: the daemon treats it as a network "
        + "failure.) " + blocks,
      todo:
        "On the hub, create a token for this device (mediasync-hub token create), or run mediasync-hub token "
        + "rebind if the machine was reinstalled. Store it in the file that hub.token_file or LoadCredential= names. "
        + "The daemon notices a changed file; otherwise run systemctl reload mediasyncd."),
    Message(
      .failure, "retired", id: "89a9d0dd3a3c41f18fd9d221edbadb99", .error,
      "the server no longer supports the old protocol",
      "The server answered 410 Gone. It is not a mediasync hub, and it no longer accepts the protocol that the "
        + "daemon speaks with such servers. The newest servers of that kind do this. " + blocks,
      todo: "Use a mediasync hub or another server: set hub.url, then mediasyncctl reload."),
    Message(
      .failure, "log_changed", id: "b603bdeb8c864c419ed4fe860055912b", .error,
      "the hub keeps a different log than this library follows",
      "The library follows one hub's log, and the server at hub.url keeps a different one. The daemon never mixes "
        + "two logs. " + blocks,
      todo:
        "Check hub.url. Also check whether someone gave the hub a new data directory instead of restoring its "
        + "backup. To join the hub that is there now, run mediasyncctl resync --join."),
    Message(
      .failure, "configuration", id: "9675dc16e63548c98373dc4c368a6289", .error,
      "cannot connect to the hub with this configuration",
      "A certificate, a key or the address in the configuration is unusable: a file cannot be read, or does not hold "
        + "what it should. " + blocks,
      todo:
        "The line says which. Fix it (mediasyncd check-config shows the effective settings), then run systemctl "
        + "reload mediasyncd."),
  ]
}

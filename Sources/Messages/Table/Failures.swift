extension Message {
  private static let waits =
    "Changes made meanwhile wait in the library; it is tried again by itself, and at once with mediasyncctl trigger."
  private static let blocks =
    "Somebody has to act. It is found out by itself whether they have: about every 15 minutes, at once when the machine "
    + "wakes, its clock is set, a network appears or the credential changes, and within a minute of an edit; "
    + "mediasyncctl trigger tries at once. Changes made meanwhile wait in the library."

  /// Why a cycle ended early. The level is that of the line when it begins.
  static let failures: [Message] = [
    Message(
      .failure, "unreachable", id: "f3dd5d4f908a4b308aa73f16c3e0335a", .warning, "the hub cannot be reached",
      "There was no answer from the server at hub.url: the name has no address, nobody listens there, the connection broke, "
        + "or the answer took too long. A machine without a network says the same. " + waits,
      todo:
        "Where it lasts: look at hub.url and the network, then at the hub itself (systemctl status mediasync-hub)."
    ),
    Message(
      .failure, "untrusted", id: "9504d08c5d84a08d1eddbd02cedb459c", .warning,
      "TLS with the hub failed",
      "The server's certificate was not accepted, or ours was not: it has expired or is not valid yet, it is of another name "
        + "or of an authority that is not trusted here, or something on the way, such as a portal, answers TLS in the hub's "
        + "place. A wrong clock looks the same. " + waits,
      todo:
        "The line has the exact words. Where it lasts: look at this machine's clock, at the hub's certificate, and at "
        + "hub.ca_file."
    ),
    Message(
      .failure, "hub_busy", id: "08b17e4456b449ebaee3ae8f84c4b04f", .warning, "the hub cannot answer now",
      "The server answered with a status that asks to come again later (429 or 500 and above). It is waited at least as long "
        + "as it asked for. " + waits,
      todo:
        "Where it lasts, look at the hub's own log: its disk may be full, or a proxy in front of it may have no hub behind."
    ),
    Message(
      .failure, "bad_reply", id: "676edbc52dd74441abba9d2bd69eadce", .warning,
      "the hub's answer cannot be understood",
      "Something answered at hub.url, but not as a hub does: a proxy's or a portal's page, a wrong path, or a hub of another "
        + "age. " + waits,
      todo: "Look at hub.url (its path too) and at what stands between; upgrade the older of daemon and hub."),
    Message(
      .failure, "library_busy", id: "f300cdbb4c5b428e8398f129616170a8", .warning,
      "the library cannot be worked on now",
      "Another program holds the library's write lock, another mediasyncd works on it, its disk is full, or reading or "
        + "writing failed. " + waits,
      todo:
        "The line says which. Close what holds the library for long, or free some space; it goes on by itself."
    ),
    Message(
      .failure, "library_unusable", id: "56f38bd2cb2e4f1f916dcb66958ccf77", .error,
      "the library cannot be used",
      "The file at library.database is not there, is no media library, is damaged, or was last used by a newer mediasync. "
        + blocks,
      todo: "The line says which and what helps. A file that is put there is noticed."),
    Message(
      .failure, "library_forbidden", id: "137f8cc0e0ca2d260c580e1b2b0a350d", .warning,
      "the daemon's user may not use the library",
      "The file at library.database, or its folder, may not be read and written by the user that the daemon runs as, or "
        + "lies outside of what its unit lets it write. " + waits,
      todo:
        "The line names the user, the owner and what helps: run the daemon as the owner (User= in the unit), or give its "
        + "user access to file and folder; a unit also needs ReadWritePaths= or BindPaths= for the folder."
    ),
    Message(
      .failure, "credentials", id: "b6b75d2a18984d6498df2fcb3c50402e", .error,
      "the hub refuses the credentials",
      "The hub itself answered 401 or 403: the token is missing, unknown, revoked, or belongs to another device. (A portal's "
        + "or a proxy's page with such a status does not count: it is tried again as a network that fails.) "
        + blocks,
      todo:
        "Make a token for this device (mediasync-hub token create), or mediasync-hub token rebind where the machine was "
        + "set up anew; put it where hub.token_file or LoadCredential= names it. A changed file is noticed; else systemctl "
        + "reload mediasyncd."),
    Message(
      .failure, "retired", id: "89a9d0dd3a3c41f18fd9d221edbadb99", .error,
      "the server has retired the old protocol",
      "The server answered 410 Gone: it does not take what this daemon can say to a server that is no hub of this project; "
        + "servers of the newest kind do so. "
        + blocks,
      todo: "Use a hub of this project, or another server: set hub.url and reload."),
    Message(
      .failure, "log_changed", id: "b603bdeb8c864c419ed4fe860055912b", .error,
      "the hub keeps another log than this library knows",
      "The library is in step with one hub's log, and the server at hub.url keeps another one. Two logs are never mixed. "
        + blocks,
      todo:
        "Look at hub.url, and whether the hub's data directory was replaced by a new one instead of its backup. Where "
        + "the library is to join the hub that is there now: mediasyncctl resync --join."),
    Message(
      .failure, "configuration", id: "9675dc16e63548c98373dc4c368a6289", .error,
      "the hub cannot be asked with this configuration",
      "Certificates, keys or the address in the configuration cannot be used: a file that is named cannot be read, or is "
        + "none. " + blocks,
      todo:
        "The line says which. Mend it (mediasyncd check-config shows what counts), then systemctl reload mediasyncd."
    ),
  ]
}

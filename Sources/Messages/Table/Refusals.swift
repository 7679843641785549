extension Message {
  /// The `code` of the daemon's refusals on the control socket.
  static let refusals: [Message] = [
    Message(
      .refusal, "bad_request", .error, "not a request that this daemon knows",
      "The line is not JSON, lacks something, or has a value that is not known.",
      todo: "The message beside it says what is wrong; docs/control-protocol.md says what a request is."),
    Message(
      .refusal, "no_daemon", .error, "no daemon answers on the control socket",
      "Nobody listens there, or whoever does went away without a word; the message beside it names the socket.",
      todo: "mediasyncctl doctor says what is wrong; --socket names another socket."),
    Message(
      .refusal, "unknown_verb", .error, "the daemon does not know this verb",
      "The daemon that runs is older than whoever asks.",
      todo: "Restart the daemon after an upgrade: systemctl restart mediasyncd."),
    Message(
      .refusal, "version_mismatch", .error,
      "daemon and control tool have no version of the protocol in common",
      "The message beside it says which of the two is the older one.",
      todo: "Upgrade the older of the two; restart the daemon after an upgrade."),
    Message(
      .refusal, "forbidden", .error, "you may only read",
      "Root, the user that the daemon runs as and members of the group mediasync change things.",
      todo: "Ask one of them, or have yourself added to the group and log in again."),
    Message(
      .refusal, "too_long", .error, "the request is longer than a line may be",
      "A request has at most 64 KiB."),
    Message(
      .refusal, "busy", .warning, "too many clients",
      "The daemon serves a bounded number of connections at a time.",
      todo: "Try again; look for a script that opens connections and does not close them."),
    Message(
      .refusal, "failed", .error, "it was understood and could not be done", "The message beside it says why."
    ),
    Message(
      .refusal, "temporary", .warning, "it cannot be done now, and may be later",
      "The library is locked, the hub cannot be reached, or syncing is paused.",
      todo: "mediasyncctl status says which; try again later."),
    Message(
      .refusal, "not_found", .error, "there is no record of this number",
      "It was restored, dismissed, retried or dropped, or never existed.",
      todo: "mediasyncctl conflicts and mediasyncctl quarantine list what there is."),
    Message(
      .refusal, "refused", .error, "the record stands in the way of what was asked",
      "Nothing was changed; the message beside it names what is in the way, and what to do."),
    Message(
      .refusal, "not_offered", .error, "the server does not offer what it takes",
      "A server of the old protocol has no checksums, no snapshot and no single rows.",
      todo: "Use a hub of this project."),
    Message(
      .refusal, "credentials", .error, "the hub refuses the credentials",
      "The daemon asked the hub for it and was not let in.",
      todo: "See mediasyncctl status, and put a valid token in place."),
    Message(
      .refusal, "blocked", .error, "nothing is tried until somebody acts",
      "The configuration or the library cannot work.",
      todo: "Mend what mediasyncctl status names, then mediasyncctl trigger."),
    Message(
      .refusal, "configuration", .error, "the new configuration cannot be used",
      "mediasyncctl reload read it, and something is wrong with it. Nothing of it is taken: the daemon goes on with what it "
        + "had.",
      todo: "Every error is shown; mend them, then mediasyncctl reload again."),
  ]
}

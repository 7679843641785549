extension Message {
  /// The `code` of the daemon's refusals on the control socket.
  static let refusals: [Message] = [
    Message(
      .refusal, "bad_request", .error, "the daemon does not understand the request",
      "The line is not JSON, lacks a field, or has an unknown value.",
      todo: "The accompanying message says what is wrong. docs/control-protocol.md describes the requests."),
    Message(
      .refusal, "no_daemon", .error, "no daemon answers on the control socket",
      "Nothing listens on the socket, or the connection closed without an answer. The accompanying message names the "
        + "socket.",
      todo: "Run mediasyncctl doctor. --socket selects another socket."),
    Message(
      .refusal, "unknown_verb", .error, "the daemon does not know this verb",
      "The running daemon is older than the client.",
      todo: "Restart the daemon after an upgrade: systemctl restart mediasyncd."),
    Message(
      .refusal, "version_mismatch", .error,
      "the daemon and mediasyncctl share no version of the protocol",
      "The accompanying message says which of the two is older.",
      todo: "Upgrade the older of the two. Restart the daemon after an upgrade: systemctl restart mediasyncd."
    ),
    Message(
      .refusal, "forbidden", .error, "you may only read",
      "Only root, the daemon's user and members of the group mediasync may change things.",
      todo: "Ask one of them. Or ask root to run adduser USER mediasync, then log in again."),
    Message(
      .refusal, "too_long", .error, "the request line is too long",
      "A request has at most 64 KiB."),
    Message(
      .refusal, "busy", .warning, "too many clients",
      "The daemon serves a limited number of connections at a time.",
      todo: "Try again. Look for a script that opens connections and does not close them."),
    Message(
      .refusal, "failed", .error, "the daemon could not carry out the request",
      "The accompanying message says why."),
    Message(
      .refusal, "temporary", .warning, "not possible now, but maybe later",
      "The library is locked, the hub cannot be reached, or syncing is paused.",
      todo: "mediasyncctl status says which. Try again later."),
    Message(
      .refusal, "not_found", .error, "there is no record with this number",
      "It was restored, dismissed, retried or dropped, or never existed.",
      todo: "mediasyncctl conflicts and mediasyncctl quarantine list the records."),
    Message(
      .refusal, "refused", .error, "the record does not allow this",
      "Nothing was changed. The accompanying message gives the reason and says what to do."),
    Message(
      .refusal, "not_offered", .error, "the server does not support this",
      "A server of the old protocol has no checksums, no snapshots and cannot return single rows.",
      todo: "Use a mediasync hub."),
    Message(
      .refusal, "credentials", .error, "the hub refuses the credentials",
      "The request needed the hub, and the hub refused access to the daemon.",
      todo: "See mediasyncctl status, then install a valid token."),
    Message(
      .refusal, "blocked", .error, "syncing is blocked; someone must act",
      "The configuration or the library cannot be used.",
      todo: "Fix what mediasyncctl status names, then run mediasyncctl trigger."),
    Message(
      .refusal, "configuration", .error, "cannot use the new configuration",
      "mediasyncctl reload found errors. The daemon applies nothing of it and keeps its old configuration.",
      todo: "Fix the errors that are shown, then run mediasyncctl reload again."),
  ]
}

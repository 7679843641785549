extension Message {
  /// The `code` of the hub's error replies.
  static let answers: [Message] = [
    Message(
      .answer, "bad_json", .error, "400: the body is not JSON",
      "The hub could not parse the request. It was cut off, or something on the way changed it.",
      todo:
        "Nothing at first: the daemon tries again. If it keeps happening, check the proxies between device "
        + "and hub."),
    Message(
      .answer, "bad_envelope", .error, "422: the request does not have the expected form",
      "A required field is missing or has the wrong type.",
      todo: "Upgrade the older of device and hub."),
    Message(
      .answer, "too_large", .warning, "413: the request is larger than the hub accepts",
      "The body exceeds --max-bytes, or the request has too many changes. The daemon splits it and tries again. "
        + "It quarantines a change that is too large even on its own.",
      todo:
        "Nothing, unless a change was quarantined. In that case, raise --max-bytes on the hub and the body "
        + "limit of any proxy in front of it."),
    Message(
      .answer, "unsupported_media", .error, "415: the request does not claim to be JSON",
      "The request has a content type or an encoding that the hub does not accept.",
      todo: "Check the proxies between device and hub. Upgrade the older of device and hub."),
    Message(
      .answer, "unauthorized", .error, "401: the token is missing or unknown to the hub",
      "Every request needs a token of this hub.",
      todo:
        "Create one on the hub with mediasync-hub token create. Store it in the file that hub.token_file or "
        + "LoadCredential= names."),
    Message(
      .answer, "token_revoked", .error, "403: the token was revoked",
      "The hub's administrator revoked the token. It cannot be used again.",
      todo: "Create another token for this device on the hub: mediasync-hub token create."),
    Message(
      .answer, "token_of_another_device", .error, "403: the token is bound to another device",
      "The hub binds a token to the first device that presents it. This happens if a token was copied or the "
        + "machine was reinstalled.",
      todo:
        "On the hub, create a token for this device (mediasync-hub token create), or release the old binding "
        + "(mediasync-hub token rebind)."),
    Message(
      .answer, "not_found", .error, "404: the hub has no such path",
      "The server is a hub, but it does not serve this path.",
      todo: "Check the path in hub.url. It must end in /sync."),
    Message(
      .answer, "method_not_allowed", .error, "405: the path does not accept this method",
      "The request used an HTTP method that this path does not support.",
      todo: "Upgrade the older of device and hub."),
    Message(
      .answer, "log_mismatch", .error, "409: the cursor belongs to another log",
      "The library follows one hub's log, and this hub keeps a different one.",
      todo:
        "Check hub.url. Also check whether someone gave the hub a new data directory instead of restoring its "
        + "backup."),
    Message(
      .answer, "device_rewound", .notice, "409: the device reuses change numbers for other content",
      "The device's library was restored from an older copy. The device starts a new incarnation and continues."
    ),
    Message(
      .answer, "log_rewound", .notice, "409: the hub was restored from an older copy",
      "The hub's log differs from the device's record of it, or ends before the device's position. The device "
        + "takes a snapshot and sends back what the hub has lost."),
    Message(
      .answer, "cursor_too_old", .notice, "409: the hub no longer has the log from this position",
      "The device was away longer than the hub keeps history. It takes a snapshot and continues."
    ),
    Message(
      .answer, "busy", .warning, "503: the hub cannot write now",
      "Another process holds the hub's database, or its disk is full. The hub stored nothing; the device tries "
        + "again.",
      todo:
        "If it keeps happening, check the hub's log (journalctl -x -u mediasync-hub) and its free disk space."
    ),
    Message(
      .answer, "internal_error", .error, "500: the hub failed",
      "The hub's own log has the details, with the event hub-request-failed.",
      todo: "Read that log on the hub: journalctl -x -u mediasync-hub."),
    Message(
      .answer, "malformed_entry", .warning, "the hub cannot read a change",
      "The hub rejects this change and accepts the others in the push.",
      todo: "Run mediasyncctl quarantine."),
    Message(
      .answer, "malformed_payload", .warning, "the hub cannot read a change's payload",
      "The hub rejects this change and accepts the others in the push.",
      todo: "Run mediasyncctl quarantine."),
    Message(
      .answer, "unknown_entity", .warning, "the hub does not sync this entity",
      "The hub does not know rows of this kind. Device and hub have different versions.",
      todo: "Upgrade the older of the two."),
    Message(
      .answer, "unknown_operation", .warning, "the operation does not exist, or not for this entity",
      "The hub rejects this change and accepts the others in the push.",
      todo: "Run mediasyncctl quarantine."),
    Message(
      .answer, "unknown_row", .warning, "the change updates a row that the hub has never seen",
      "The hub does not have the create that must come first.",
      todo: "Run mediasyncctl quarantine retry: it sends the whole row."),
    Message(
      .answer, "incomplete_row", .warning, "a new row lacks a required value",
      "The natural key is missing, for example, or the row that it belongs to.",
      todo: "Run mediasyncctl quarantine."),
    Message(
      .answer, "unknown_parent", .warning, "the hub does not have the row that this row belongs to",
      "The device never pushed the parent row, or the hub rejected it.",
      todo: "Run mediasyncctl quarantine. Retry the parent row first, then this one."),
    Message(
      .answer, "refused_by_server", .warning, "a layer-1 server refuses the change",
      "Only devices use this code. The server is not a mediasync hub, and gave its own reason for refusing the "
        + "change.",
      todo: "Run mediasyncctl quarantine."),
    Message(
      .answer, "refused_by_library", .warning, "a constraint of the library refuses the row",
      "Only devices use this code. A NOT NULL or CHECK constraint of the library does not allow the hub's state of "
        + "the row.",
      todo: "Run mediasyncctl quarantine."),
  ]

  /// The hub's verdicts on a pushed change.
  static let outcomes: [Message] = [
    Message(
      .outcome, "applied", .info, "the change is in the hub's log", "All other devices get it from there."),
    Message(
      .outcome, "duplicate", .info, "the hub already had the change",
      "An earlier push arrived, but its answer was lost. The hub repeats its first answer."),
    Message(
      .outcome, "superseded", .notice, "no value of the change won",
      "Other devices edited the same columns later. This device keeps its values in a conflict record.",
      todo: "mediasyncctl conflicts lists them; mediasyncctl conflicts restore ID restores one as a new edit."
    ),
    Message(
      .outcome, "merged", .info, "another row already has this natural key",
      "Two devices added the same address, keyword or similar. Both are now one row, under the name that reached "
        + "the hub first."),
    Message(
      .outcome, "rejected", .warning, "the hub can never apply the change",
      "The hub gives a code and a reason. The device quarantines the change and takes the hub's document for the "
        + "row.",
      todo: "Run mediasyncctl quarantine."),
  ]
}

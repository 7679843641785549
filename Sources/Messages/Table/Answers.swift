extension Message {
  /// The `code` of the hub's error replies.
  static let answers: [Message] = [
    Message(
      .answer, "bad_json", .error, "400: the body is not JSON",
      "The hub could not read the request at all: it was cut off, or something on the way changed it.",
      todo: "It is tried again. Where it lasts, look at what stands between device and hub."),
    Message(
      .answer, "bad_envelope", .error, "422: the request is not what the endpoint takes",
      "Something is missing in the request or has the wrong form.",
      todo: "Upgrade the older of device and hub."),
    Message(
      .answer, "too_large", .warning, "413: the request is larger than the hub takes",
      "The body has more bytes than --max-bytes allows, or more changes than one request may have. The daemon sends smaller "
        + "pieces; one change that is too large even alone goes into quarantine.",
      todo:
        "Nothing, unless something was quarantined: then raise the hub's --max-bytes and the limit of a proxy before it."
    ),
    Message(
      .answer, "unsupported_media", .error, "415: the body is not JSON by its own word",
      "The request names another content type or an encoding that the hub does not take.",
      todo: "Look at what stands between device and hub; upgrade the older of the two."),
    Message(
      .answer, "unauthorized", .error, "401: no token, or one the hub does not know",
      "Every request needs a token of this hub.",
      todo: "mediasync-hub token create makes one; put it where hub.token_file or LoadCredential= names it."),
    Message(
      .answer, "token_revoked", .error, "403: the token was revoked", "Its owner has withdrawn it, for ever.",
      todo: "Make another token for this device: mediasync-hub token create."),
    Message(
      .answer, "token_of_another_device", .error, "403: the token is bound to another device",
      "A token belongs to the first device that presents it. A copied token, or a machine that was set up anew, meets this.",
      todo: "Make a token for this device, or let it be bound anew: mediasync-hub token rebind."),
    Message(
      .answer, "not_found", .error, "404: there is nothing at this path",
      "The server is a hub, but the path is none of its own.",
      todo: "Look at the path in hub.url: it ends in /sync."),
    Message(
      .answer, "method_not_allowed", .error, "405: the path takes another method",
      "The request came with a method that the path does not take.",
      todo: "Upgrade the older of device and hub."),
    Message(
      .answer, "log_mismatch", .error, "409: the cursor belongs to another log",
      "The device is in step with another log than the one this hub keeps.",
      todo:
        "Look at hub.url, and whether the hub's data directory was replaced by a new one instead of its backup."
    ),
    Message(
      .answer, "device_rewound", .notice, "409: the device's change numbers come again with other content",
      "The device's library was restored from an older copy. It draws a new incarnation and goes on by itself."
    ),
    Message(
      .answer, "log_rewound", .notice, "409: the hub was restored from an older copy",
      "The hub's log holds something else at the device's position, or does not reach there. The device takes a snapshot and "
        + "brings back what the hub has lost."),
    Message(
      .answer, "cursor_too_old", .notice, "409: the hub no longer keeps the log that far back",
      "The device was away for longer than the hub keeps its history. It takes a snapshot and goes on by itself."
    ),
    Message(
      .answer, "busy", .warning, "503: the hub cannot write now",
      "Another process holds the hub's database, or its disk is full. Nothing was taken; the device tries again.",
      todo: "Where it lasts, look at the hub's log and its disk."),
    Message(
      .answer, "internal_error", .error, "500: the hub failed",
      "What happened stands in the hub's own log, with the event hub-request-failed.",
      todo: "Read it there: journalctl -x -u mediasync-hub."),
    Message(
      .answer, "malformed_entry", .warning, "a change cannot be read",
      "The hub rejects the change; its neighbours are taken.",
      todo: "See mediasyncctl quarantine."),
    Message(
      .answer, "malformed_payload", .warning, "a change's payload cannot be read",
      "The hub rejects the change; its neighbours are taken.", todo: "See mediasyncctl quarantine."),
    Message(
      .answer, "unknown_entity", .warning, "the entity is not synced",
      "The hub does not know rows of this kind: device and hub are of different ages.",
      todo: "Upgrade the older of the two."),
    Message(
      .answer, "unknown_operation", .warning, "no such operation, or not one for this entity",
      "The hub rejects the change; its neighbours are taken.", todo: "See mediasyncctl quarantine."),
    Message(
      .answer, "unknown_row", .warning, "an update of a row that the hub has never seen",
      "The create before it is missing at the hub.",
      todo: "mediasyncctl quarantine retry sends the row whole."),
    Message(
      .answer, "incomplete_row", .warning, "a new row lacks something that it cannot be without",
      "Such as its natural key or what it belongs to.", todo: "See mediasyncctl quarantine."),
    Message(
      .answer, "unknown_parent", .warning, "what the row belongs to is not at the hub",
      "It was never pushed, or was rejected itself.",
      todo: "Retry that one first (mediasyncctl quarantine), then this one."),
    Message(
      .answer, "refused_by_server", .warning, "a layer-1 server refuses the change",
      "Only devices say this: the server is no hub of this project, and it refuses this change in words of its own.",
      todo: "See mediasyncctl quarantine."),
    Message(
      .answer, "refused_by_library", .warning, "the library's own rules refuse the row",
      "Only devices say this: a NOT NULL or CHECK rule of the library does not allow the row as the hub has it.",
      todo: "See mediasyncctl quarantine."),
  ]

  /// What became of a pushed change.
  static let outcomes: [Message] = [
    Message(
      .outcome, "applied", .info, "the change is in the hub's log", "Every other device gets it from there."),
    Message(
      .outcome, "duplicate", .info, "the hub had the change already",
      "An earlier push arrived and its answer was lost. The answer is the original's."),
    Message(
      .outcome, "superseded", .notice, "nothing of the change won",
      "Others edited the same columns later. What was typed here is kept in a conflict record.",
      todo: "mediasyncctl conflicts shows it; restore brings it back as a new edit."),
    Message(
      .outcome, "merged", .info, "another row already has this natural key",
      "The same address, keyword or the like was added on two devices. Both are one row from now on, under the name that the "
        + "hub had first."),
    Message(
      .outcome, "rejected", .warning, "the change can never be applied",
      "The hub names a code and a reason. The change goes into quarantine, the row takes the hub's document.",
      todo: "See mediasyncctl quarantine."),
  ]
}

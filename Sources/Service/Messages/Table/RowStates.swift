extension Message {
  /// Why a row of the hub is parked beside the library.
  static let parkedRows: [Message] = [
    Message(
      .parked, "key_taken", .notice, "another row here still has the row's natural key",
      "The daemon applies the row as soon as the other row gives up its address, keyword or number. A later change "
        + "from the hub usually does that.",
      todo: "Nothing. If the row stays parked for long, run mediasyncctl verify."),
    Message(
      .parked, "parent_missing", .notice, "the row that it belongs to is not here",
      "The daemon applies the row as soon as its parent row is here.",
      todo: "Nothing. If the row stays parked for long, look for its parent row in mediasyncctl quarantine."),
    Message(
      .parked, "held", .warning, "the change would delete or empty one row too many",
      "The row waits until someone decides whether the daemon may apply the change.",
      todo: "Run mediasyncctl changes show, then mediasyncctl changes accept or mediasyncctl changes refuse."),
  ]

  /// Why the library starts over from a snapshot.
  static let snapshotReasons: [Message] = [
    Message(
      .snapshot, "cursor_too_old", id: "9a640e1f0cea4589aba284ab1f2e3220", .notice,
      "the device was away longer than the hub keeps its log",
      "The hub can no longer list the changes since then, so the daemon fetches the complete current state."),
    Message(
      .snapshot, "log_rewound", id: "cfd9b4baa9a54cf2b9cc480057ff087a", .warning,
      "the hub was restored from an older copy",
      "The daemon queues what this library has and the hub has lost.",
      todo: "Nothing, if someone restored the hub on purpose. If nobody did, check the hub's disk."),
    Message(
      .snapshot, "joined", id: "18b429022cd94b1889949020e8e3fb50", .notice, "the library joins another hub",
      "The hub keeps a different log than this library followed, and someone ran mediasyncctl resync --join. The "
        + "daemon forgets the old log, and queues what this library has and the hub lacks."),
    Message(
      .snapshot, "asked", id: "bdfe95b168204d788ec4f5bfb3fb212a", .notice, "someone asked for it",
      "Someone ran mediasyncctl resync on this device."),
  ]

  /// How a row differs from the hub's.
  static let differences: [Message] = [
    Message(
      .difference, "missing_here", .warning, "the hub has the row, this library does not",
      "The row was deleted here without an entry in the application's log, or was never applied.",
      todo: "mediasyncctl verify --repair fetches it."),
    Message(
      .difference, "missing_at_hub", .warning, "this library has the row, the hub does not",
      "The application's log never had an entry for it.", todo: "mediasyncctl adopt queues it."),
    Message(
      .difference, "differs", .warning, "the row has other values here than on the hub",
      "It was changed here without an entry in the application's log.",
      todo:
        "mediasyncctl verify --repair fetches the hub's row and keeps the replaced values as a conflict record."
    ),
  ]
}

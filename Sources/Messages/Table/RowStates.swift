extension Message {
  /// Why a row of the hub's waits beside the library.
  static let parkedRows: [Message] = [
    Message(
      .parked, "key_taken", .notice, "another row here still shows the row's natural key",
      "The row goes in by itself as soon as the other one has let go of its address, keyword or number, which what the hub "
        + "says next usually brings about.",
      todo: "Nothing. Where it stays for long, mediasyncctl verify shows whether something else is wrong."),
    Message(
      .parked, "parent_missing", .notice, "what the row belongs to is not here",
      "The row goes in by itself as soon as that one is here.",
      todo: "Nothing. Where it stays for long, look for that one in mediasyncctl quarantine."),
    Message(
      .parked, "held", .warning, "the row would be one too many to be deleted or emptied unasked",
      "It waits until somebody has said whether it may be taken in.",
      todo: "mediasyncctl changes show, then mediasyncctl changes accept or mediasyncctl changes refuse."),
  ]

  /// Why the library starts over from a snapshot.
  static let snapshotReasons: [Message] = [
    Message(
      .snapshot, "cursor_too_old", id: "9a640e1f0cea4589aba284ab1f2e3220", .notice,
      "away for longer than the hub keeps its log",
      "What happened since cannot be told step by step any more, so the present state is taken as a whole."),
    Message(
      .snapshot, "log_rewound", id: "cfd9b4baa9a54cf2b9cc480057ff087a", .warning,
      "the hub was restored from an older copy",
      "What the hub has lost and this library holds is queued for it again.",
      todo: "Nothing, if somebody restored the hub on purpose. If nobody did, look at the hub's disk."),
    Message(
      .snapshot, "joined", id: "18b429022cd94b1889949020e8e3fb50", .notice, "the library joins another hub",
      "The hub keeps another log than the one that this library was in step with, and somebody said mediasyncctl "
        + "resync --join. The old log is forgotten, and what this library holds and the hub lacks is queued."),
    Message(
      .snapshot, "asked", id: "bdfe95b168204d788ec4f5bfb3fb212a", .notice, "somebody asked for it",
      "mediasyncctl resync, on this device."),
  ]

  /// How a row differs from the hub's.
  static let differences: [Message] = [
    Message(
      .difference, "missing_here", .warning, "the hub has the row, this library does not",
      "It went from this library without the application logging it, or was never taken in.",
      todo: "mediasyncctl verify --repair fetches it."),
    Message(
      .difference, "missing_at_hub", .warning, "this library has the row, the hub does not",
      "No entry of the application's log ever told of it.", todo: "mediasyncctl adopt queues it."),
    Message(
      .difference, "differs", .warning, "the row says something else here than at the hub",
      "It was changed here without the application logging it.",
      todo:
        "mediasyncctl verify --repair fetches the hub's; what is lost by that is kept as a conflict record."),
  ]
}

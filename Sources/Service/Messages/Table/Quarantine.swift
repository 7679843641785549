extension Message {
  private static let retryWhole =
    "Retry: mediasyncctl quarantine retry queues the whole row in its current state."
  static let editAndRetry =
    "Fix the row in the application and retry, or retry it unchanged. Drop the record to keep the hub's row."

  /// Why a change to the hub is quarantined.
  static let quarantinedPushes: [Message] = [
    aside(
      .quarantinedPush, "too_large", "3eb56fa87fe44613bf8d4b5363ebba85",
      "This single change is larger than the hub accepts.",
      "Shorten the row in the application, or raise the hub's limit (mediasync-hub serve --max-bytes). The daemon "
        + "then sends the change, and those that depend on it."),
    aside(
      .quarantinedPush, "malformed_entry", "cf4aa9d0e7dc4b388c3188714b8d473c",
      "The hub could not read this change.", retryWhole),
    aside(
      .quarantinedPush, "change_id_out_of_bounds", "df4528ac64514554b377f8caace731a1",
      "The application's log gives this change an id that cannot be sent: below 1, or above 2^62.",
      "Drop the record: if the row exists, the daemon has already queued the whole row instead. mediasyncctl doctor "
        + "says if the log needs a repair."),
    aside(
      .quarantinedPush, "malformed_payload", "247111486ce34a09926bc4d4ca161d16",
      "The application's log holds an entry that cannot be read.",
      retryWhole),
    aside(
      .quarantinedPush, "unknown_entity", "4965083f5df54d309bb716bf601fc48a",
      "This mediasync or the hub does not know rows of this kind.",
      "Upgrade the older of the two, then retry."),
    aside(
      .quarantinedPush, "unknown_operation", "53903ebd713440c7ad9293c29cbe06f9",
      "The entry has an operation that does not exist for such a row.",
      "Retry: mediasyncctl quarantine retry ignores the operation and uses the row's current state."),
    aside(
      .quarantinedPush, "unknown_row", "49951ef721134bd1844429166361d7f5",
      "The change is to a row that the hub has never seen.", retryWhole),
    aside(
      .quarantinedPush, "incomplete_row", "6798590776404579ac351e9408bd68fb",
      "The row lacks a required value, such as its address or its medium.",
      "Fill in the value in the application, then retry."),
    aside(
      .quarantinedPush, "unknown_parent", "2f8ff19874f549ac9f9adfd93dec1e30",
      "The row belongs to a medium or a keyword that the hub does not have.",
      "Find the medium or keyword in mediasyncctl quarantine and retry it first, then this row."),
    aside(
      .quarantinedPush, "refused_by_server", "a22cdeffbde945ab942c98a5ac2cfb29",
      "The server refuses this change, but accepts the changes around it.",
      "The reason is in the server's words. Fix the row in the application and retry, or drop the record to keep the "
        + "server's row. A mediasync hub gives clearer reasons and accepts more."),
    aside(
      .quarantinedPush, "refused_by_library", "295f170175b542c8927aba5b0b163014",
      "A constraint of the library refuses the hub's state of the row.",
      "Fix the row on the device that wrote it, or in the application here, then retry."),
    aside(
      .quarantinedPush, "rejected", "1136caccf70a4f6a88108e3d74b23780",
      "The hub refused this change and gave no reason.", editAndRetry),
  ]

  /// Why an entry from the hub is quarantined.
  static let quarantinedPulls: [Message] = [
    aside(
      .quarantinedPull, "malformed_entry", "25813eec378c4115ae3272b4efbc5303",
      "The hub sent something that is not a valid entry.",
      "If the record names a row, retry: the daemon fetches the row again. If not, drop the record, and upgrade the "
        + "program that sent the entry."),
    aside(
      .quarantinedPull, "malformed_payload", "dc118ef3d0414e08840b4cb947c626ec",
      "The entry's payload cannot be read.",
      "Retry: the daemon fetches the row again. If that fails too, upgrade the device that sent the entry."),
    aside(
      .quarantinedPull, "unknown_entity", "0a62baf588b842de91b5a294578c3353",
      "The hub sent a row of a kind that this mediasync does not know.",
      "Upgrade mediasync, then retry."),
    aside(
      .quarantinedPull, "unknown_operation", "2b2248d3e26f41f7a94ef1270bf5ec4e",
      "The entry has an operation that does not exist for such a row.",
      "Retry: mediasyncctl quarantine retry ignores the operation and uses the row's current state."),
    aside(
      .quarantinedPull, "too_large", "04eed8d6d7d1461b9e36e18933d0712b",
      "The row is larger than this library accepts.",
      "Shorten the row on the device that wrote it, then retry."),
    aside(
      .quarantinedPull, "unknown_parent", "3a3156c5536846f2a596ab30f4ed8815",
      "The row belongs to a medium or a keyword that is not in this library.",
      "Find the medium or keyword in mediasyncctl quarantine and retry it first, then this row."),
    aside(
      .quarantinedPull, "refused_by_library", "1dcfaf67a2b54ede800bdc01cef552c0",
      "A constraint of the library refuses the hub's state of the row.",
      "Fix the row on the device that wrote it, or in the application here, then retry."),
    aside(
      .quarantinedPull, "double_of_folded_row", "ad73b876a269486cbb07b7c24bafa2e1",
      "Two rows were the same thing and were merged, and both had a value that only one row can keep.",
      "The record holds the other row's values in full. If you still need them, enter them in the application again. "
        + "Then drop the record."),
  ]

  /// `happened` is one sentence; the line is the same without its full stop.
  private static func aside(
    _ kind: Kind, _ code: String, _ id: String, _ happened: String, _ todo: String
  ) -> Message {
    Message(
      kind, code, id: id, .warning, String(happened.dropLast()),
      "The daemon quarantined the entry with its reason; later changes are not held up. mediasyncctl quarantine "
        + "shows it.",
      todo: todo)
  }
}

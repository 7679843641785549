extension Message {
  private static let retryWhole = "Retry: the row is then queued again whole, as it is now."
  static let editAndRetry =
    "Mend the row in the application, or retry as it is; drop it to leave the row as the hub has it."

  /// Why a change stands in quarantine that was on its way to the hub.
  static let quarantinedPushes: [Message] = [
    aside(
      .quarantinedPush, "too_large", "3eb56fa87fe44613bf8d4b5363ebba85",
      "This change alone is larger than the hub takes.",
      "Shorten the row in the application, or raise the hub's limit (serve --max-bytes): it then goes out by itself, and "
        + "what hangs on it."),
    aside(
      .quarantinedPush, "malformed_entry", "cf4aa9d0e7dc4b388c3188714b8d473c",
      "The hub could not read this change.", retryWhole),
    aside(
      .quarantinedPush, "change_id_out_of_bounds", "df4528ac64514554b377f8caace731a1",
      "The log gives this change an id that cannot travel: below 1, or above 2^62.",
      "Nothing: the row was queued whole in its place, as it is, if it is there. Drop the record; the doctor says if the log "
        + "must be repaired."),
    aside(
      .quarantinedPush, "malformed_payload", "247111486ce34a09926bc4d4ca161d16",
      "The application's log says something that cannot be read.",
      retryWhole),
    aside(
      .quarantinedPush, "unknown_entity", "4965083f5df54d309bb716bf601fc48a",
      "The row is of a kind that this mediasync or the hub does not know.",
      "Upgrade the older of the two, then retry."),
    aside(
      .quarantinedPush, "unknown_operation", "53903ebd713440c7ad9293c29cbe06f9",
      "The entry says to do something that cannot be done to such a row.",
      "Retry: what the row is now counts, not what was done to it."),
    aside(
      .quarantinedPush, "unknown_row", "49951ef721134bd1844429166361d7f5",
      "The change is to a row that the hub has never seen.", retryWhole),
    aside(
      .quarantinedPush, "incomplete_row", "6798590776404579ac351e9408bd68fb",
      "The row lacks something that it cannot be without, such as its address or its medium.",
      "Fill it in in the application, then retry."),
    aside(
      .quarantinedPush, "unknown_parent", "2f8ff19874f549ac9f9adfd93dec1e30",
      "The row belongs to a medium or a keyword that the hub does not have.",
      "Look for that one in quarantine and retry it first, then this one."),
    aside(
      .quarantinedPush, "refused_by_server", "a22cdeffbde945ab942c98a5ac2cfb29",
      "The server refuses this change, and takes those around it.",
      "The reason is in the server's words. Mend the row in the application and retry; drop it to leave the row as the "
        + "server has it. A mediasync hub says more, and takes more."),
    aside(
      .quarantinedPush, "refused_by_library", "295f170175b542c8927aba5b0b163014",
      "The library's own rules refuse the row as the hub has it.",
      "Mend it on the device that wrote it, or in the application here, then retry."),
    aside(
      .quarantinedPush, "rejected", "1136caccf70a4f6a88108e3d74b23780",
      "The hub refused this change and did not say why.", editAndRetry),
  ]

  /// Why an entry stands in quarantine that came from the hub.
  static let quarantinedPulls: [Message] = [
    aside(
      .quarantinedPull, "malformed_entry", "25813eec378c4115ae3272b4efbc5303",
      "The hub sent something that is no entry.",
      "Where it names a row, retry fetches the row anew; else drop it, and upgrade whatever sent it."),
    aside(
      .quarantinedPull, "malformed_payload", "dc118ef3d0414e08840b4cb947c626ec",
      "The entry's payload cannot be read.",
      "Retry fetches the row anew; where that fails too, upgrade the device that sent it."),
    aside(
      .quarantinedPull, "unknown_entity", "0a62baf588b842de91b5a294578c3353",
      "The hub sent a row of a kind that this mediasync does not know.",
      "Upgrade mediasync, then retry."),
    aside(
      .quarantinedPull, "unknown_operation", "2b2248d3e26f41f7a94ef1270bf5ec4e",
      "The entry says to do something that cannot be done to such a row.",
      "Retry: what the row is now counts, not what was done to it."),
    aside(
      .quarantinedPull, "too_large", "04eed8d6d7d1461b9e36e18933d0712b",
      "The row is larger than this library takes.",
      "Shorten the row on the device that wrote it, then retry."),
    aside(
      .quarantinedPull, "unknown_parent", "3a3156c5536846f2a596ab30f4ed8815",
      "The row belongs to a medium or a keyword that is not here.",
      "Look for that one in quarantine and retry it first, then this one."),
    aside(
      .quarantinedPull, "refused_by_library", "1dcfaf67a2b54ede800bdc01cef552c0",
      "The library's own rules refuse the row as the hub has it.",
      "Mend it on the device that wrote it, or in the application here, then retry."),
    aside(
      .quarantinedPull, "double_of_folded_row", "ad73b876a269486cbb07b7c24bafa2e1",
      "Two rows turned out to be one thing, and both had something of which there can be only one.",
      "What the other row had is kept here whole: enter it in the application again if it is still needed, then drop it."
    ),
  ]

  /// `happened` is one sentence; the line is the same without its full stop.
  private static func aside(
    _ kind: Kind, _ code: String, _ id: String, _ happened: String, _ todo: String
  ) -> Message {
    Message(
      kind, code, id: id, .warning, String(happened.dropLast()),
      "The entry was set aside with its reason, and everything behind it goes on. mediasyncctl quarantine shows it.",
      todo: todo)
  }
}

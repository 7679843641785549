extension Message {
  /// What the daemon's cycles say.
  static let cycleEvents: [Message] = [
    Message(
      .event, "in-step", id: "acb847d0c5a44c488314d38a4a29dd4d", .info, "in step",
      "Every change of this library is at the hub, and everything that the hub holds is in this library. The line tells "
        + "how many changes were pushed and pulled to get there."),
    Message(
      .event, "recovered", id: "e396f1a4d0de4473a6d5d82612ed16ee", .notice, "syncing works again",
      "Syncing had been failing, the line that said so is further up, and it works again: the hub has taken a change or "
        + "given what is new. What waited meanwhile is pushed and pulled now; where that was anything, a line about being in "
        + "step follows. This one tells how long it was and how many attempts failed. Where it fails again within ten "
        + "minutes, the next line of this kind comes once it has worked for ten minutes."),
    Message(
      .event, "waiting", id: "fd278a9f62214cfc83fd58e19266f385", .warning, "a cycle failed; trying again",
      "Syncing was interrupted by something that may pass by itself. It is tried again after a wait that grows with every "
        + "failure up to backoff.max; the next line about it is the one that says it works again. Changes made meanwhile wait "
        + "in the library, nothing is lost.",
      todo:
        "Usually nothing. mediasyncctl status shows the reason and the time of the next try, mediasyncctl trigger tries "
        + "at once, mediasyncctl doctor looks for what is wrong."),
    Message(
      .event, "blocked", id: "53d5f8b2615c49a79332a790c458a68d", .error,
      "somebody has to act",
      "Something is wrong that trying again cannot mend. One cheap request finds out about every 15 minutes, and whenever "
        + "something changes around the daemon, whether it is mended. Changes made meanwhile wait in the library, nothing is "
        + "lost.",
      todo:
        "Mend what the reason names; it goes on by itself, and at once after systemctl reload mediasyncd or mediasyncctl "
        + "trigger. mediasyncctl doctor looks for what is wrong."),
    Message(
      .event, "quarantined", id: "9cb50b02abd34c75a44d0d7fec068383", .warning,
      "changes were set aside in quarantine",
      "Some changes could not be used, by the hub or by this library. They are kept with the reason; everything behind them "
        + "goes on.",
      todo:
        "mediasyncctl quarantine lists them with what can be done about each; mediasyncctl quarantine retry tries again."
    ),
    Message(
      .event, "conflicts", id: "84a83b5060ea47f0ae141286f64011b8", .notice,
      "values of this device lost to others and are kept as conflicts",
      "The same column of the same row was edited on several devices, and another's edit was the later one. What was typed "
        + "here is kept in a conflict record.",
      todo:
        "mediasyncctl conflicts shows them; mediasyncctl conflicts restore ID brings one back as a new edit."),
    Message(
      .event, "passed-over", id: "816c50b4f2964ccebe615c59d2989a3d", .info,
      "log entries of rows that are gone were passed over",
      "The application's log speaks of rows that are not in the library any more and that no hub has to know of."
    ),
    Message(
      .event, "rewound", id: "f02c1f2caf1a4a0a9fac6dcd38faa6d6", .notice,
      "the library was restored from an older copy",
      "The library uses change numbers again that it has used before with other content: it was put back from a backup. It "
        + "goes on under a new incarnation, and what it had sent in its earlier life comes back to it from the hub."
    ),
    Message(
      .event, "log-reset", id: "ce841abbffd14757a5f216705c1a2e58", .notice,
      "the application's log was reset; all that it says now is sent anew",
      "The application, or somebody's script, emptied sync_log and let its numbers begin again. What it had still to say of "
        + "changes that were not sent is gone with it, so the library is compared with the hub as well, and rows that differ "
        + "are queued.",
      todo: "Nothing."),
    Message(
      .event, "log-gap", id: "ed7989a601be4bec962d0227b7c53825", .warning,
      "entries of the application's log are gone that were still to be sent",
      "The application, another sync client, or somebody's script deleted entries from sync_log before they were sent. "
        + "Nothing is taken in until the library has been compared with the hub and the rows that differ are queued. With a "
        + "server of the old protocol the library cannot be compared: the changes are in the library, and not at the server.",
      todo:
        "Nothing with a hub of this project. With a server of the old protocol, edit the rows again that did not arrive."
    ),
    Message(
      .event, "compared", id: "c9516ef48c284032aa198bcbcc405f17", .notice,
      "the library was compared with the hub",
      "Entries of the application's log were gone. The line tells how many rows differed and are queued as edits; the hub "
        + "merges them as any other."),
    Message(
      .event, "snapshot-begun", id: "64cfce249e3c4402a5422eb73648f2dc", .notice,
      "starting over from the hub's present state",
      "The whole present state is fetched and merged into the library, because the hub no longer keeps the log that far "
        + "back, because the hub was restored from an older copy, or because somebody asked for it. Changes that are not "
        + "pushed yet stay as they are. It goes on where it was after an interruption."),
    Message(
      .event, "changes-held", id: "1516ea6f0a84456e9b9a96316365b824", .warning,
      "changes from elsewhere would take too much, and are held",
      "Within 24 hours, changes from elsewhere would delete, or empty a text of, more than sync.brake_rows rows of one kind and "
        + "more than the share sync.brake_share of them. Nothing of that is taken in. What is written here goes on being "
        + "pushed; what others write waits behind it, and is read only to be counted. The hub keeps this device's place.",
      todo:
        "mediasyncctl changes show says which rows, and who changed them. If it is right, mediasyncctl changes accept takes "
        + "them in. If not, mediasyncctl changes refuse keeps these rows as they are here and sends them to the hub again. "
        + "Then find out who did it: mediasync-hub rewind undoes what one device did."),
    Message(
      .event, "changes-accepted", id: "f6ae19fad1b04ad5af682903d0ed7659", .notice,
      "held changes are accepted",
      "Somebody has said that the changes which were held may be taken in, up to the position that the line names."
    ),
    Message(
      .event, "changes-refused", id: "28eb88209f9542d39ac99b1552499b0d", .notice, "held changes are refused",
      "Somebody has said that the rows are to stay. They are queued whole, as later edits than what was refused; everything "
        + "else is taken in."),
    Message(
      .event, "snapshot-taken", id: "c02feca24560402facd5bf7c06bf10af", .notice, "the snapshot is taken in",
      "The library holds what the hub holds again. Where the hub had been restored from an older copy, the rows that it has "
        + "lost and this library still has are queued for it."),
    Message(
      .event, "pruned", id: "46494de5ffdb4be2b0d88915355b46ed", .info,
      "old answered entries went from the library's log",
      "Entries of the application's log that the hub answered longer ago than library.prune_log_after were deleted."
    ),
    Message(
      .event, "index-left-alone", id: "8238735170f94ba5988dc311efc7be88", .warning,
      "a search index is not kept right by this daemon",
      "Either the index has another form than an FTS5 index with external content over its table's own columns, and the "
        + "application keeps it. Or SQLite says that the index does not hold what it should (its error 267): then rows are "
        + "written without it until it is right again. The rows themselves are sound in both cases.",
      todo:
        "mediasyncctl doctor says which it is, and gives the statements that make an index anew. One that is left to the "
        + "application needs nothing."),
    Message(
      .event, "paused", id: "09eb8e67bd37444c8f8c0a3ec6a5b99b", .notice, "paused",
      "Somebody paused syncing. Where they gave a time it ends by itself, also after a restart; else it lasts.",
      todo: "mediasyncctl resume goes on."),
    Message(
      .event, "resumed", id: "4c6aeca2373d4934979442c0bc5795d8", .notice, "resumed",
      "A pause has ended, by its time or by somebody's word."),
  ]
}

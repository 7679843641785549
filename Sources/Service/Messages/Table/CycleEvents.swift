extension Message {
  /// Events of the daemon's sync cycles.
  static let cycleEvents: [Message] = [
    Message(
      .event, "in-step", id: "acb847d0c5a44c488314d38a4a29dd4d", .info, "in step",
      "The hub has every change of this library, and this library has everything that the hub has. The line "
        + "counts the changes that were pushed and pulled."),
    Message(
      .event, "recovered", id: "e396f1a4d0de4473a6d5d82612ed16ee", .notice, "syncing works again",
      "Syncing had failed, as an earlier line reported. Now the hub accepts changes or delivers them again. The "
        + "line gives the length of the outage and the number of failed attempts. The daemon now pushes and pulls "
        + "what was waiting; if that was anything, a line about being in step follows. If syncing fails again "
        + "within ten minutes, the next line of this kind comes after ten minutes without a failure."),
    Message(
      .event, "waiting", id: "fd278a9f62214cfc83fd58e19266f385", .warning, "a cycle failed; trying again",
      "Something interrupted syncing that may pass. The daemon tries again after a wait, which grows with every "
        + "failure up to backoff.max. It logs the next line when syncing works again. Changes made meanwhile wait "
        + "in the library; nothing is lost.",
      todo: "Usually nothing. mediasyncctl status shows the reason and the time of the next attempt. "
        + "mediasyncctl trigger tries at once. mediasyncctl doctor looks for the cause."),
    Message(
      .event, "blocked", id: "53d5f8b2615c49a79332a790c458a68d", .error,
      "syncing is blocked; someone must act",
      "Trying again cannot fix this problem. About every 15 minutes, and whenever something around the daemon "
        + "changes, the daemon checks with one cheap request whether it is fixed. Changes made meanwhile wait in "
        + "the library; nothing is lost.",
      todo:
        "Fix what the line names. Syncing then continues on its own, or at once after mediasyncctl trigger or "
        + "systemctl reload mediasyncd. mediasyncctl doctor looks for the cause."),
    Message(
      .event, "quarantined", id: "9cb50b02abd34c75a44d0d7fec068383", .warning,
      "changes were quarantined",
      "The hub or this library could not use some changes. The daemon keeps them, with the reason. Later changes "
        + "are not held up.",
      todo:
        "mediasyncctl quarantine lists them and says what to do about each. mediasyncctl quarantine retry tries "
        + "again."),
    Message(
      .event, "conflicts", id: "84a83b5060ea47f0ae141286f64011b8", .notice,
      "values of this device lost to later edits and are kept as conflicts",
      "Several devices edited the same column of the same row, and another device's edit was later. The daemon "
        + "keeps this device's value in a conflict record.",
      todo: "mediasyncctl conflicts lists them; mediasyncctl conflicts restore ID restores one as a new edit."
    ),
    Message(
      .event, "passed-over", id: "816c50b4f2964ccebe615c59d2989a3d", .info,
      "log entries of deleted rows were skipped",
      "The application's log mentions rows that are no longer in the library and that no hub needs to know about."
    ),
    Message(
      .event, "rewound", id: "f02c1f2caf1a4a0a9fac6dcd38faa6d6", .notice,
      "the library was restored from an older copy",
      "The library reuses change numbers for other content, so it was restored from a backup. The daemon starts a "
        + "new incarnation. Changes that the library sent before come back from the hub."),
    Message(
      .event, "log-reset", id: "ce841abbffd14757a5f216705c1a2e58", .notice,
      "the application's log was reset; all its entries are sent again",
      "The application or a script emptied sync_log and restarted its numbering. Entries that were not sent yet "
        + "are lost. The daemon therefore also compares the library with the hub and queues the rows that differ.",
      todo: "Nothing."),
    Message(
      .event, "log-gap", id: "ed7989a601be4bec962d0227b7c53825", .warning,
      "unsent entries of the application's log were deleted",
      "The application, another sync client or a script deleted entries from sync_log before the daemon sent them. "
        + "The daemon applies no changes until it has compared the library with the hub and queued the rows that "
        + "differ. With a server of the old protocol it cannot compare: those changes stay in this library only.",
      todo: "With a mediasync hub, nothing. With a server of the old protocol, edit the missing rows again."),
    Message(
      .event, "compared", id: "c9516ef48c284032aa198bcbcc405f17", .notice,
      "the library was compared with the hub",
      "Entries of the application's log were missing. The line counts the rows that differed. The daemon queued "
        + "them as edits, and the hub merges them like any other edit."),
    Message(
      .event, "snapshot-begun", id: "64cfce249e3c4402a5422eb73648f2dc", .notice,
      "starting over from a snapshot of the hub",
      "The daemon fetches the hub's complete current state and merges it into the library. It does so if the hub "
        + "no longer has the log from this device's position, if the hub was restored from an older copy, or if "
        + "someone asked for it. Changes that are not pushed yet are kept. An interrupted snapshot resumes where "
        + "it stopped."),
    Message(
      .event, "changes-held", id: "1516ea6f0a84456e9b9a96316365b824", .warning,
      "changes from other devices would delete too much and are held",
      "Within 24 hours, changes from other devices would delete, or empty a text of, more than sync.brake_rows "
        + "rows of one kind and more than the share sync.brake_share of them. The daemon applies none of them, nor "
        + "any change behind them; it reads those only to count them. It still pushes local edits. The hub keeps "
        + "the history that this device needs.",
      todo: "mediasyncctl changes show lists the rows and who changed them. If the changes are right, run "
        + "mediasyncctl changes accept. If not, run mediasyncctl changes refuse: it keeps the rows of this library "
        + "and sends them to the hub again. Then find the device that made the changes; mediasync-hub rewind undoes "
        + "what one device did."),
    Message(
      .event, "changes-accepted", id: "f6ae19fad1b04ad5af682903d0ed7659", .notice,
      "held changes were accepted",
      "Someone allowed the daemon to apply the held changes, up to the position that the line names."),
    Message(
      .event, "changes-refused", id: "28eb88209f9542d39ac99b1552499b0d", .notice, "held changes were refused",
      "Someone decided to keep the rows of this library. The daemon queues them whole, as edits that are later "
        + "than the refused ones, and applies everything else."),
    Message(
      .event, "snapshot-taken", id: "c02feca24560402facd5bf7c06bf10af", .notice, "the snapshot is applied",
      "The library again holds what the hub holds. If the hub had been restored from an older copy, the daemon "
        + "queues the rows that the hub lost and this library still has."),
    Message(
      .event, "pruned", id: "46494de5ffdb4be2b0d88915355b46ed", .info,
      "old entries were deleted from the application's log",
      "The daemon deleted entries of the application's log that the hub answered longer ago than "
        + "library.prune_log_after."),
    Message(
      .event, "index-left-alone", id: "8238735170f94ba5988dc311efc7be88", .warning,
      "this daemon does not maintain a search index",
      "There are two causes. The index may not be an FTS5 index with external content over its own table's "
        + "columns: then the application maintains it. Or SQLite reports that the index does not match its table "
        + "(error 267): then the daemon writes rows without the index until it is repaired. The rows are "
        + "sound in both cases.",
      todo:
        "mediasyncctl doctor says which cause applies and prints the statements that rebuild the index. An "
        + "index that the application maintains needs nothing."),
    Message(
      .event, "paused", id: "09eb8e67bd37444c8f8c0a3ec6a5b99b", .notice, "paused",
      "Someone paused syncing. If they gave a duration, the pause ends after it, even after a restart. If not, it "
        + "lasts until someone resumes.",
      todo: "mediasyncctl resume continues syncing."),
    Message(
      .event, "resumed", id: "4c6aeca2373d4934979442c0bc5795d8", .notice, "resumed",
      "The pause ended: its time ran out, or someone resumed syncing."),
  ]
}

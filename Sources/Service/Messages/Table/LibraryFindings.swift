extension Message {
  /// The doctor's findings about the library and its file system.
  static let libraryFindings: [Message] = [
    finding(
      "library-unusable", .error, "cannot use the library",
      "The file does not exist, is not a media library, is damaged, was last used by a newer mediasync, or this user "
        + "cannot read or write it.", todo: "The line says which, and what helps."),
    finding(
      "library-busy", .warning, "cannot check the library now",
      "Another program holds it, or reading failed.",
      todo: "Try again. Close the program that holds the library."),
    finding(
      "library-never-synced", .notice, "the library was never synced", "No daemon has opened it yet.",
      todo: "Start the daemon; it creates what it needs in the file. mediasyncctl adopt queues rows that the "
        + "application's log does not mention."),
    finding(
      "other-daemon", .warning, "another daemon uses the library",
      "Only one process at a time syncs a library; a second one waits until the first ends.",
      todo:
        "If you do not want this, find both (pgrep -a mediasyncd) and stop one. --socket selects the daemon to "
        + "ask."),
    finding(
      "full-text-astray", .error, "a search index does not match its rows",
      "The application keeps the index next to the rows. A program that wrote one without the other left them "
        + "different. Searches then miss rows or words, or find deleted rows. The rows themselves are not affected. "
        + "The doctor does not report extra words, because the application itself leaves some behind.",
      todo: "Close the application and rebuild the index with the statements that the doctor prints."),
    finding(
      "index-not-ours", .notice, "the application maintains a search index",
      "The daemon maintains an index only if it is an FTS5 index with external content over its own table's columns. "
        + "The line says how this one differs. The daemon does not add rows of other devices to it.",
      todo: "If a search misses rows, let the application rebuild its index."),
    finding(
      "index-out-of-step", .error, "a search index is out of step with its table",
      "SQLite reports that the index does not match its table (error 267). The rows are sound. The daemon still syncs "
        + "them, and writes them without this index.",
      todo:
        "Close the application and rebuild the index with the statements that the doctor prints. The daemon then "
        + "maintains it again."),
    finding(
      "orphaned-rows", .notice, "rows refer to rows that do not exist",
      "The application or another program deleted a row for good and left the rows that belonged to it. Syncing "
        + "leaves no such rows.",
      todo: "Nothing for syncing. If they get in the way, delete them in the application."),
    finding(
      "blob-columns", .notice, "a column holds BLOBs, which stay on this device",
      "The sync protocol carries text and numbers. The daemon never sends, compares or overwrites a BLOB, such as a "
        + "picture: each device keeps its own.",
      todo: "Nothing. If other devices need these values, copy them another way."),
    finding(
      "something-aside", .notice, "there are quarantined changes or conflicts",
      "They do not hold up later changes.",
      todo: "mediasyncctl quarantine and mediasyncctl conflicts list them and say what to do."),
    finding(
      "changes-held", .error, "changes from other devices are held",
      "They would delete or empty so many rows that someone must decide. Until then the daemon applies no changes "
        + "from other devices; it still pushes local edits.",
      todo: "Run mediasyncctl changes show, then mediasyncctl changes accept or mediasyncctl changes refuse."),
    finding(
      "log-reset", .notice, "the application's log was reset",
      "The application or a script emptied sync_log and restarted its numbering. The daemon sends everything that "
        + "the log has said since.",
      todo: "Nothing."),
    finding(
      "log-gap", .warning, "unsent entries of the application's log were deleted",
      "Someone deleted them from sync_log before the daemon sent them. With a mediasync hub, the next cycle compares "
        + "the library with the hub and queues the rows that differ. With a server of the old protocol that is not "
        + "possible.",
      todo:
        "With a mediasync hub, nothing; mediasyncctl trigger starts a cycle at once. With a server of the old "
        + "protocol, edit the missing rows again."),
    finding(
      "log-out-of-bounds", .warning, "the application's log uses change ids that are too large",
      "Someone wrote an entry with a change_id above 2^62 into sync_log, and SQLite continues from there. Such ids "
        + "cannot be sent. The daemon quarantines each such entry and sends the whole row in its current state "
        + "instead. Permanent deletions and earlier states of a row are lost.",
      todo:
        "When mediasyncctl status shows nothing queued, stop the daemon, close the application, and run in "
        + "sqlite3: DELETE FROM sync_log "
        + "WHERE change_id > 4611686018427387904; UPDATE sqlite_sequence SET seq = (SELECT coalesce(max(change_id), 0) FROM "
        + "sync_log) WHERE name = 'sync_log'; then start the daemon again."),
    finding(
      "network-file-system", .error, "the library is on a network file system",
      "The kernel does not report what other machines write there, and SQLite's WAL does not work across machines.",
      todo: "Move the library to a local disk, and sync it."),
    finding(
      "unwatchable", .error, "cannot watch the library's folder",
      "The daemon cannot read the folder, or the inotify limits are used up. It then notices changes only at the "
        + "periodic check.",
      todo:
        "Run sysctl fs.inotify.max_user_instances=512 fs.inotify.max_user_watches=524288, and add both to a file "
        + "in /etc/sysctl.d/."),
    finding(
      "disk-low", .error, "the library's disk is nearly full",
      "SQLite needs free space next to the library for every write, also for the application's.",
      todo: "Free some disk space."),
  ]
}

extension Message {
  /// What the doctor finds about the library and what holds it.
  static let libraryFindings: [Message] = [
    finding(
      "library-unusable", .error, "the library cannot be used",
      "It is not there, is no media library, cannot be read or written by this user, is damaged, or was last used by a newer "
        + "mediasync.", todo: "The line says which, and what helps."),
    finding(
      "library-busy", .warning, "the library cannot be looked at now",
      "Another program holds it, or reading failed.",
      todo: "Try again; close what holds the library for long."),
    finding(
      "library-never-synced", .notice, "the library was never synced", "No daemon has opened it yet.",
      todo:
        "Start the daemon; it makes what it needs inside the file. mediasyncctl adopt queues rows that no log entry "
        + "speaks of."),
    finding(
      "other-daemon", .warning, "another daemon works on the library",
      "One process at a time syncs a library; a second one waits until the first is gone.",
      todo:
        "Where that is not wanted, find it (pgrep -a mediasyncd) and stop one of the two. --socket asks another one."
    ),
    finding(
      "full-text-astray", .error, "a search index does not hold what it should",
      "The application keeps the index beside the rows; a program that writes one without the other leaves this behind. A "
        + "search then misses rows or words of them, or finds rows that are gone. The library's rows themselves are not "
        + "touched by it. Words too many are not counted: the application leaves such behind by itself.",
      todo: "With the application closed, make the index anew; the doctor prints the statements."),
    finding(
      "index-not-ours", .notice, "a search index is left to the application",
      "The daemon keeps an index right only if it is an FTS5 index with external content over its table's own columns. The "
        + "line says what is different here. Rows that come from other devices are not entered in such an index.",
      todo: "Let the application make its index anew if a search misses rows."),
    finding(
      "index-out-of-step", .error, "a search index is out of step with its table",
      "SQLite says that the index does not hold what it should (its error 267). The rows themselves are sound, and go on "
        + "being synced; they are written without that index.",
      todo:
        "With the application closed, make the index anew; the doctor prints the statements. It is then kept right again."
    ),
    finding(
      "orphaned-rows", .notice, "rows refer to rows that are gone",
      "The application deleted a row for good and left what belonged to it, or another program did. Syncing leaves none "
        + "behind.",
      todo: "Nothing for syncing. Delete the rows in the application if they are in the way."),
    finding(
      "blob-columns", .notice, "a column holds BLOBs, which stay on this device",
      "The sync protocol carries text and numbers. A value that is a BLOB, such as a picture, is never sent, compared or "
        + "overwritten: each device keeps its own.",
      todo: "Nothing. Copy such values to other devices by other means if you want them there."),
    finding(
      "something-aside", .notice, "something is set aside", "Nothing behind it is held up.",
      todo: "mediasyncctl quarantine and mediasyncctl conflicts show what, and what can be done."),
    finding(
      "changes-held", .error, "changes from elsewhere are held",
      "They would delete or empty so many rows that a person must say whether they may. Others' changes are not taken in "
        + "until then; what is written here goes on being pushed.",
      todo: "mediasyncctl changes show, then mediasyncctl changes accept or mediasyncctl changes refuse."),
    finding(
      "log-reset", .notice, "the application's log was reset",
      "The application, or somebody's script, emptied sync_log and let its numbers begin again. All that it says since is sent.",
      todo: "Nothing."),
    finding(
      "log-gap", .warning, "entries of the application's log are gone that were still to be sent",
      "They were deleted from sync_log before they were sent. With a hub of this project the next cycle compares the library "
        + "with the hub, and queues the rows that differ. With a server of the old protocol that cannot be done.",
      todo:
        "Nothing with a hub of this project: mediasyncctl trigger begins a cycle at once. With a server of the old protocol, "
        + "edit the rows again that did not arrive."),
    finding(
      "log-out-of-bounds", .warning, "the application's log gives change ids that cannot travel",
      "Somebody wrote an entry with a change_id above 2^62 into sync_log, and SQLite goes on from there. Each such entry is "
        + "set aside, and its row is sent whole in its place, as it is then. What was deleted for good, and single states of "
        + "a row, cannot be told.",
      todo:
        "When status shows nothing queued, stop the daemon, close the application, and run in sqlite3: DELETE FROM sync_log "
        + "WHERE change_id > 4611686018427387904; UPDATE sqlite_sequence SET seq = (SELECT coalesce(max(change_id), 0) FROM "
        + "sync_log) WHERE name = 'sync_log'; then start the daemon again."),
    finding(
      "network-file-system", .error, "the library lies on a network file system",
      "What other machines write there is not told of, and SQLite's WAL does not work across machines.",
      todo: "Keep the library on a local disk, and sync it."),
    finding(
      "unwatchable", .error, "the library's folder cannot be watched",
      "The kernel gives no watch: the folder cannot be read, or the limits of inotify are used up. Changes are then noticed "
        + "only by the periodic check.",
      todo:
        "sysctl fs.inotify.max_user_instances=512 fs.inotify.max_user_watches=524288, and the same into /etc/sysctl.d/."
    ),
    finding(
      "disk-low", .error, "the disk of the library is nearly full",
      "SQLite needs room beside the library for every write, of the application too.",
      todo: "Free some space."),
  ]
}

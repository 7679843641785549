/// The catalogue for `journalctl -x` (`systemd/mediasync.catalog`). A test checks that the file matches the
/// table.
package enum JournalCatalogue {
  /// The file's text (see https://systemd.io/CATALOG).
  package static func text() -> String {
    var text = """
      # Explains the log lines of mediasyncd and mediasync-hub for journalctl -x. Generated from Sources/Service/Messages
      # (make docs). Install it as /usr/lib/systemd/catalog/mediasync.catalog, then run: journalctl --update-catalog

      """
    for message in Message.all {
      guard let id = message.id else { continue }
      text += "\n-- \(id)\n"
      text += "Subject: \(message.line)\n"
      text += "Defined-By: mediasync\n"
      text += "Documentation: man:mediasyncd(8)\n\n"
      text += TextWrap.wrapped(message.explanation, width: 80) + "\n\n"
      text += TextWrap.wrapped("What to do: " + message.remedy, width: 80) + "\n"
    }
    return text
  }
}

/// The texts for people that are generated from the table.
package enum MessagePage {
  /// Returns the lines that `mediasyncctl explain` prints for a message. Wraps them at `width` characters,
  /// but at no fewer than 40 and no more than 90.
  package static func explanation(_ message: Message, width: Int) -> [String] {
    var lines = ["\(message.code) – \(message.kind.name)"]
    let width = min(max(width, 40), 90)
    for paragraph in [message.line + ".", message.explanation, "What to do: " + message.remedy] {
      lines += TextWrap.wrapped(paragraph, width: width, indent: "  ").split(separator: "\n").map(String.init)
    }
    return lines
  }

  /// Returns `docs/messages.md`: every code with its message.
  package static func referencePage() -> String {
    var text = """
      # Messages

      This page explains every code that mediasync shows, and says what to do. Journal lines have the code in
      `MEDIASYNC_EVENT` or `MEDIASYNC_CODE`, and `journalctl -x` shows the explanation below the line. `mediasyncctl explain
      CODE` prints it too, even without a daemon. `make docs` generates this page and `systemd/mediasync.catalog` from the
      table in `Sources/Service/Messages`; a test fails if they differ or if a code has no message.

      """
    for kind in Message.Kind.allCases {
      text += "\n## \(kind.name.prefix(1).uppercased() + kind.name.dropFirst())\n"
      for message in Message.all where message.kind == kind {
        text += "\n### `\(message.code)`\n\n"
        let level = message.id == nil ? "" : " (\(message.severity.rawValue))"
        text += "**\(message.line)**\(level). \(message.explanation)\n\nWhat to do: \(message.remedy)\n"
        if let id = message.id { text += "\n`MESSAGE_ID=\(id)`\n" }
      }
    }
    return text
  }
}

/// The texts for people that are made from the table.
package enum MessagePage {
  /// What `mediasyncctl explain` prints of a message, in lines of at most `width` characters.
  package static func explanation(_ message: Message, width: Int) -> [String] {
    var lines = ["\(message.code) – \(message.kind.name)"]
    let width = min(max(width, 40), 90)
    for paragraph in [message.line + ".", message.explanation, "What to do: " + message.remedy] {
      lines += TextWrap.wrapped(paragraph, width: width, indent: "  ").split(separator: "\n").map(String.init)
    }
    return lines
  }

  /// `docs/messages.md`: every code with its words.
  package static func referencePage() -> String {
    var text = """
      # Messages

      Every code that mediasync shows: what it means and what to do. The journal's lines carry it as `MEDIASYNC_EVENT` or
      `MEDIASYNC_CODE`, and `journalctl -x` shows these words below them; `mediasyncctl explain CODE` prints them, without a
      daemon too. This page and `systemd/mediasync.catalog` are made from the table in `Sources/Messages` (`make docs`); a
      test fails when they differ, and when a code has no words.

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

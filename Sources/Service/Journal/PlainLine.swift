import Logging

/// Formats a record as a line for people: `2026-11-24T05:22:34.123Z info    in step changes=3 hub=http://…`.
enum PlainLine: LineForm {
  static func line(
    _ message: String, _ level: Logger.Level, _ metadata: Logger.Metadata, time: String
  ) -> String {
    let padding = String(repeating: " ", count: max(0, 8 - level.rawValue.count))
    let start = time + " " + level.rawValue + padding + oneLine(message)
    return metadata.filter { $0.key != EventKey.messageID }.sorted { $0.key < $1.key }
      .reduce(start) { $0 + " " + $1.key + "=" + quoted($1.value.description) }
  }

  private static func quoted(_ value: String) -> String {
    let value = oneLine(value)
    guard value.isEmpty || value.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) else {
      return value
    }
    return "\"" + value.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
      + "\""
  }

  private static func oneLine(_ text: String) -> String {
    String(
      String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
  }
}

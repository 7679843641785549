extension Message {
  /// All messages, in the order of the documentation.
  package static let all: [Message] =
    cycleEvents + serviceEvents + hubEvents + failures + answers + outcomes + quarantinedPushes
    + quarantinedPulls + parkedRows + snapshotReasons + differences + refusals + serviceFindings
    + libraryFindings + hubFindings + exitStatuses

  /// Returns the message for a code of a kind; `nil` if there is none, as for a code of a newer hub.
  package static func of(_ kind: Kind, _ code: String) -> Message? {
    all.first { $0.kind == kind && $0.code == code }
  }

  /// Returns the messages of all kinds for a code or `MESSAGE_ID` that a person typed. Ignores case, and
  /// treats `-` and `_` as equal.
  package static func find(_ typed: String) -> [Message] {
    let wanted = plain(typed)
    return all.filter { plain($0.code) == wanted || $0.id.map(plain) == wanted }
  }

  /// Returns at most three codes that are similar to what was typed, the most similar first.
  package static func near(_ typed: String) -> [String] {
    let wanted = plain(typed)
    var seen: Set<String> = []
    let codes = all.map(\.code).filter { seen.insert($0).inserted }
    let scored = codes.map { code in (code, distance(Array(plain(code)), Array(wanted))) }
    return scored.filter { $0.1 <= 3 || (wanted.count > 2 && plain($0.0).contains(wanted)) }
      .sorted { $0.1 < $1.1 }.prefix(3).map(\.0)
  }

  private static func plain(_ text: String) -> String {
    String(text.lowercased().filter { $0 != "-" && $0 != "_" && $0 != " " }.prefix(64))
  }

  /// Counts the letters to replace, insert or delete.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var row = Array(0...right.count)
    for (index, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (place, other) in right.enumerated() {
        let above = row[place + 1]
        row[place + 1] = letter == other ? diagonal : min(diagonal, above, row[place]) + 1
        diagonal = above
      }
    }
    return row[right.count]
  }
}

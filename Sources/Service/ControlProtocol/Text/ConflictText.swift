/// Formats conflict records for people.
package enum ConflictText {
  /// Returns a list, and the command for the next part.
  package static func lines(_ list: ConflictList, width: Int) -> [String] {
    guard !list.conflicts.isEmpty else { return ["No conflict records."] }
    var table = TextTable(["ID", "WHEN", "WHAT", "COLUMNS", "WON BY"], flexible: [2, 3])
    for item in list.conflicts {
      table.add([
        String(item.id), RecordText.time(item.since), RecordText.name(item.entity, item.title, item.uuid),
        item.columns.joined(separator: ", "), item.winner ?? "–",
      ])
    }
    return table.lines(width: width) + RecordText.rest(list.conflicts.count, list.total, list.next)
  }

  /// Returns one record: who won, and both versions side by side, or in full below each other.
  package static func lines(_ view: ConflictView, full: Bool, width: Int) -> [String] {
    let item = view.item
    let by = item.winner.map { "to " + SafeText.line($0) } ?? "to another device"
    let place = item.position.map { ", position \($0)" } ?? ""
    var lines = [
      "Conflict \(item.id): " + SafeText.line(RecordText.fullName(item.entity, item.uuid, item.title)),
      "Lost " + by + (item.decided.map { ", decided " + RecordText.time($0) } ?? "") + place
        + "; kept here since " + RecordText.time(item.since),
    ]
    if !view.isHere { lines.append("The row is no longer in this library.") }
    lines.append("")
    return lines + (full ? whole(view) : sideBySide(view, width: width))
  }

  /// Returns the result of a restore.
  package static func line(_ view: RestoredView) -> String {
    let what = "\(view.entity) \(view.uuid): \(view.columns.joined(separator: ", "))"
    if view.wasThere { return SafeText.line("\(what) already had these values; record \(view.id) deleted.") }
    let hint = view.isDeleted ? " The row stays deleted." : ""
    return SafeText.line("Restored \(what) as a new edit; it is pushed like any other." + hint)
  }

  private static func sideBySide(_ view: ConflictView, width: Int) -> [String] {
    // Show the current values only if someone changed them since.
    let hasMoved = view.isHere && view.values.contains { $0.now != nil && $0.now != $0.won }
    let shown = hasMoved ? 3 : 2
    let names = view.values.map { SafeText.width($0.column) }.max() ?? 0
    let room = max((width - max(names, 6) - 2 * shown) / shown, 16)
    var table = TextTable(
      ["COLUMN", "LOST", "WON"] + (hasMoved ? ["NOW"] : []), flexible: Array(1...shown))
    var notes: [String] = []
    var isCut = false
    for value in view.values {
      let (lost, won) = (SafeText.line(value.lost.text), SafeText.line(value.won.text))
      var cells = [
        value.column, TextDifference.excerpt(lost, besides: won, length: room),
        TextDifference.excerpt(won, besides: lost, length: room),
      ]
      if hasMoved {
        let now = SafeText.line(value.now?.text ?? "")
        cells.append(TextDifference.excerpt(now, besides: lost, length: room))
      }
      isCut = isCut || value.isCut || cells[1] != lost || cells[2] != won
      // A text shown from its beginning needs no note about the place of the difference.
      if let place = value.differsAt, cells[1].hasPrefix("…") || cells[2].hasPrefix("…") {
        notes.append(
          "\(value.column): first difference at character \(place.character), line \(place.line)")
      }
      table.add(cells)
    }
    if isCut { notes.append("--full shows the texts in full.") }
    return table.lines(width: width) + (notes.isEmpty ? [] : [""] + notes)
  }

  private static func whole(_ view: ConflictView) -> [String] {
    var lines: [String] = []
    for value in view.values {
      lines += block(value.column + ", lost", value.lost) + block(value.column + ", won", value.won)
      if let now = value.now, now != value.won { lines += block(value.column + ", now", now) }
      if value.isCut { lines.append("(cut: too long for one answer)") }
    }
    return lines
  }

  private static func block(_ name: String, _ value: ColumnValue) -> [String] {
    ["── " + SafeText.line(name), SafeText.block(value.text)]
  }
}

/// Helpers for the texts of all records.
enum RecordText {
  /// Formats `2026-11-24T05:22:34.123Z` as `2026-11-24 05:22:34Z`.
  static func time(_ timestamp: String) -> String {
    StatusText.shortened(timestamp) ?? timestamp
  }

  /// Names a row in a list: its entity, and its title or uuid.
  static func name(_ entity: String?, _ title: String?, _ uuid: String?) -> String {
    let known = title.map { "“\($0)”" } ?? uuid
    return [entity, known].compactMap { $0 }.joined(separator: " ")
  }

  /// Names a row by its entity, uuid and title.
  static func fullName(_ entity: String?, _ uuid: String?, _ title: String?) -> String {
    [entity, uuid, title.map { "“\($0)”" }].compactMap { $0 }.joined(separator: " ")
  }

  /// Returns a line with the option for the next part of a list.
  static func rest(_ shown: Int, _ total: Int, _ next: Int64?) -> [String] {
    next.map { ["\(shown) of \(total); for the next ones: --after \($0)"] } ?? []
  }
}

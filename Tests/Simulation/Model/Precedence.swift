import SampleApplication
import SyncCore

/// Who wins, as far as it follows from what people had seen: a text that was typed over another, visible one
/// has replaced it (protocol.md §3, who wins). This check uses no clock and no position. So it tests the
/// bases that devices name, and the hub's use of them, against something that neither of them decides.
struct Precedence {
  private let typed: TypedValues
  private let rivals: RivalTexts

  init(_ world: World) {
    typed = world.typed
    rivals = world.rivals
  }

  /// No conflict record of the hub's is about a text and one that was typed over it, whichever of them lost.
  /// A device's own records are no evidence: they contain what lost to a third text beside the row's current
  /// value.
  func needlessConflict(_ hub: SQLiteConnection) throws -> Violation? {
    for record in try hub.rows("SELECT losing, winning, own FROM conflicts ORDER BY id") {
      let (losing, winning) = (try document(record[0]), try document(record[1]))
      for column in losing.columns {
        guard let loser = text(column.value), let winner = text(winning.says(column.name)) else { continue }
        // A device may have written two names of one row as two rows: the hub cannot know.
        if record[2] == .integer(1), row(loser) != row(winner) { continue }
        let (earlier, later) = (min(loser, winner), max(loser, winner))
        guard isOldEnough(earlier, by: later) else { continue }
        return Violation(
          "no conflict with what was seen",
          "t#\(loser) lost to t#\(winner) as \(column.name), and t#\(later) was typed over t#\(earlier)")
      }
    }
    return nil
  }

  /// No row shows a text over which another was typed, in this column of this kind of row.
  func comeback(_ shown: [TypedValues.Place: Int], on device: String) -> Violation? {
    let replacements = typed.values.filter { $0.value.over != nil }.sorted { $0.key < $1.key }
    for (place, value) in shown.sorted(by: { $0.value < $1.value }) {
      for (later, how) in replacements where isOldEnough(value, by: later) {
        // A medium's earlier texts stay in its document versions.
        guard how.place.column == place.column, entity(how.place) == entity(place) else { continue }
        return Violation(
          "what was overwritten does not come back",
          "\(device) shows t#\(value) as \(place.column) of \(place.row), and t#\(later) was typed over it")
      }
    }
    return nil
  }

  /// Whether the later text was typed over the earlier one, and nothing has made rivals of them since.
  private func isOldEnough(_ earlier: Int, by later: Int) -> Bool {
    guard !typed.thrownAway.contains(later), !typed.movedFrom.contains(later),
      let seen = typed.texts(from: later, backTo: earlier)
    else {
      return false
    }
    // A person who showed a text again chose it over whatever was typed over it.
    return !typed.broughtBack.contains(earlier) && !rivals.mayStand(seen, against: later)
  }

  private func row(_ text: Int) -> String? { typed.values[text]?.place.row }
  private func entity(_ place: TypedValues.Place) -> Substring { place.row.prefix { $0 != " " } }
  private func text(_ value: Value) -> Int? { value.text.flatMap { TypedValues.numbers(in: $0).first } }
  private func document(_ value: SQLValue) throws -> Document { try Document(jsonText: value.text ?? "{}") }
}

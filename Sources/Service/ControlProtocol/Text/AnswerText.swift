extension RecordAnswer {
  /// Returns the answer as lines for people.
  ///
  /// - Parameters:
  ///   - full: whether texts were requested in full.
  ///   - width: the columns of the terminal.
  package func lines(full: Bool, width: Int) -> [String] {
    switch self {
    case .conflicts(let list): ConflictText.lines(list, width: width)
    case .conflict(let view): ConflictText.lines(view, full: full, width: width)
    case .restored(let view): [ConflictText.line(view)]
    case .dismissed(let id): ["Conflict record \(id) deleted."]
    case .dismissedAll(0): ["No matching conflict records."]
    case .dismissedAll(let count): ["\(count) conflict record\(count == 1 ? "" : "s") deleted."]
    case .quarantine(let list): QuarantineListText.lines(list, width: width)
    case .entry(let view): QuarantineListText.lines(view, full: full)
    case .retry(let view): QuarantineListText.lines(view)
    case .dropped(let id): ["Entry \(id) deleted from quarantine."]
    case .droppedAll(let count): ["\(count) entr\(count == 1 ? "y" : "ies") deleted from quarantine."]
    case .changes(let view): ChangesText.lines(view, width: width)
    case .holdEnded(let view): [ChangesText.line(view)]
    case .history(let list): HistoryText.lines(list, width: width)
    case .historyRecord(let view): HistoryText.lines(view)
    case .task(let view): MaintenanceTaskText.lines(view, width: width)
    }
  }
}

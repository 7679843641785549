/// The answer to a request about records, or the result of a maintenance task: one member of the reply, with
/// its own name.
package enum RecordAnswer: Hashable, Sendable {
  /// `conflicts`: a part of the list.
  case conflicts(ConflictList)
  /// `conflict`: a record with its values.
  case conflict(ConflictView)
  /// `restored`: the result of a restore.
  case restored(RestoredView)
  /// `dismissed`: the number of the deleted conflict record.
  case dismissed(Int64)
  /// `dismissed_count`: how many conflict records were deleted.
  case dismissedAll(Int)
  /// `quarantine`: a part of the list.
  case quarantine(QuarantineList)
  /// `entry`: a quarantined entry with its content.
  case entry(QuarantineView)
  /// `retry`: the result of a retry.
  case retry(RetryView)
  /// `dropped`: the number of the deleted entry.
  case dropped(Int64)
  /// `dropped_count`: how many entries were deleted.
  case droppedAll(Int)
  /// `changes`: the held changes.
  case changes(HeldView)
  /// `hold_ended`: the result of accepting or refusing them.
  case holdEnded(HoldEndedView)
  /// `history`: a part of the list.
  case history(HistoryList)
  /// `history_record`: a record with its texts.
  case historyRecord(HistoryView)
  /// `errand`: the result of a maintenance task.
  case task(MaintenanceTaskView)

  /// The exit code of a program that reports this: 65 if a retried entry stays in quarantine.
  package var exitCode: Int32 {
    switch self {
    case .conflicts, .conflict, .restored, .dismissed, .dismissedAll, .quarantine, .entry, .dropped,
      .droppedAll, .changes, .holdEnded, .history, .historyRecord:
      0
    case .retry(let view): view.left.isEmpty ? 0 : 65
    case .task(let view): view.exitCode
    }
  }
}

extension RecordAnswer {
  private enum Key: String, CodingKey {
    case conflicts, conflict, restored, dismissed, quarantine, entry, retry, dropped, errand, changes, history
    case historyRecord = "history_record"
    case holdEnded = "hold_ended"
    case dismissedAll = "dismissed_count"
    case droppedAll = "dropped_count"
  }

  /// Reads the member from a reply; returns `nil` if the reply has none of these.
  static func decode(from decoder: any Decoder) throws -> RecordAnswer? {
    let container = try decoder.container(keyedBy: Key.self)
    guard let key = container.allKeys.first else { return nil }
    return switch key {
    case .conflicts: .conflicts(try container.decode(ConflictList.self, forKey: key))
    case .conflict: .conflict(try container.decode(ConflictView.self, forKey: key))
    case .restored: .restored(try container.decode(RestoredView.self, forKey: key))
    case .dismissed: .dismissed(try container.decode(Int64.self, forKey: key))
    case .dismissedAll: .dismissedAll(try container.decode(Int.self, forKey: key))
    case .quarantine: .quarantine(try container.decode(QuarantineList.self, forKey: key))
    case .entry: .entry(try container.decode(QuarantineView.self, forKey: key))
    case .retry: .retry(try container.decode(RetryView.self, forKey: key))
    case .dropped: .dropped(try container.decode(Int64.self, forKey: key))
    case .droppedAll: .droppedAll(try container.decode(Int.self, forKey: key))
    case .changes: .changes(try container.decode(HeldView.self, forKey: key))
    case .holdEnded: .holdEnded(try container.decode(HoldEndedView.self, forKey: key))
    case .history: .history(try container.decode(HistoryList.self, forKey: key))
    case .historyRecord: .historyRecord(try container.decode(HistoryView.self, forKey: key))
    case .errand: .task(try container.decode(MaintenanceTaskView.self, forKey: key))
    }
  }

  /// Writes the member into a reply.
  func encode(into encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    switch self {
    case .conflicts(let list): try container.encode(list, forKey: .conflicts)
    case .conflict(let view): try container.encode(view, forKey: .conflict)
    case .restored(let view): try container.encode(view, forKey: .restored)
    case .dismissed(let id): try container.encode(id, forKey: .dismissed)
    case .dismissedAll(let count): try container.encode(count, forKey: .dismissedAll)
    case .quarantine(let list): try container.encode(list, forKey: .quarantine)
    case .entry(let view): try container.encode(view, forKey: .entry)
    case .retry(let view): try container.encode(view, forKey: .retry)
    case .dropped(let id): try container.encode(id, forKey: .dropped)
    case .droppedAll(let count): try container.encode(count, forKey: .droppedAll)
    case .changes(let view): try container.encode(view, forKey: .changes)
    case .holdEnded(let view): try container.encode(view, forKey: .holdEnded)
    case .history(let list): try container.encode(list, forKey: .history)
    case .historyRecord(let view): try container.encode(view, forKey: .historyRecord)
    case .task(let view): try container.encode(view, forKey: .errand)
    }
  }

  /// The answer as JSON text with its keys at the top level, as `--json` prints it; `nil` if it is too long.
  package var json: String? {
    let bytes =
      switch self {
      case .conflicts(let list): try? Frame.encode(list, limit: Frame.replyMaxBytes)
      case .conflict(let view): try? Frame.encode(view, limit: Frame.replyMaxBytes)
      case .restored(let view): try? Frame.encode(view, limit: Frame.replyMaxBytes)
      case .dismissed(let id): try? Frame.encode(["dismissed": id])
      case .dismissedAll(let count): try? Frame.encode(["dismissed_count": count])
      case .quarantine(let list): try? Frame.encode(list, limit: Frame.replyMaxBytes)
      case .entry(let view): try? Frame.encode(view, limit: Frame.replyMaxBytes)
      case .retry(let view): try? Frame.encode(view, limit: Frame.replyMaxBytes)
      case .dropped(let id): try? Frame.encode(["dropped": id])
      case .droppedAll(let count): try? Frame.encode(["dropped_count": count])
      case .changes(let view): try? Frame.encode(view, limit: Frame.replyMaxBytes)
      case .holdEnded(let view): try? Frame.encode(view)
      case .history(let list): try? Frame.encode(list, limit: Frame.replyMaxBytes)
      case .historyRecord(let view): try? Frame.encode(view, limit: Frame.replyMaxBytes)
      case .task(let view): try? Frame.encode(view, limit: Frame.replyMaxBytes)
      }
    return bytes.map { String(decoding: $0.dropLast(), as: UTF8.self) }
  }
}

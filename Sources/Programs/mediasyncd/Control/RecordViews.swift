import ControlProtocol
import Messages
import SyncCore

/// The library's records in the words of the control protocol.
extension ConflictItem {
  init(_ record: ConflictSummary) {
    self.init(
      id: record.id, entity: record.row.entity, uuid: record.row.uuid, columns: record.columns,
      since: record.since)
    title = record.title
    winner = record.winner
    decided = record.decided
    position = record.position?.rawValue
  }
}

extension ConflictView {
  /// Texts longer than `length` characters are cut.
  init(_ record: ConflictRecord, length: Int) {
    let values = record.losing.columns.map { column in
      Column(
        column: column.name, lost: ColumnValue(column.value),
        won: ColumnValue(record.winning[column.name] ?? .null),
        now: record.present.map { ColumnValue($0[column.name] ?? .null) }, length: max(length, 9))
    }
    self.init(item: ConflictItem(record.summary), isHere: record.present != nil, values: values)
  }
}

extension ColumnValue {
  init(_ value: Value) {
    switch value {
    case .null: self = .null
    case .integer(let number): self = .integer(number)
    case .real(let number): self = .real(number)
    case .text(let text): self = .text(text)
    }
  }
}

extension RestoredView {
  init(_ id: Int64, _ restored: Restored) {
    self.init(
      id: id, entity: restored.row.entity, uuid: restored.row.uuid, columns: restored.columns,
      wasThere: restored.wasThere, isDeleted: restored.isDeleted)
  }
}

extension QuarantineItem {
  init(_ record: QuarantineRecord) {
    let text = QuarantineText(code: record.code, isPush: record.direction == .push)
    self.init(
      id: record.id, direction: record.direction.rawValue, code: record.code, whatHappened: text.happened,
      whatToDo: text.remedy, reason: record.reason, since: record.since)
    number = record.number
    entity = record.row?.entity
    uuid = record.row?.uuid
    title = record.title
  }
}

import ControlProtocol
import SyncCore
import SyncEngine

extension RecordHandler {
  func answer(_ request: HistoryRequest, _ engine: isolated Engine, _ reply: @escaping Reply) {
    switch request {
    case .list(let after, let limit):
      engine.readRecords({ (library) throws(StoreError) in
        let page = try library.history(after: after, limit: limit)
        return HistoryList(
          history: page.records.map { HistoryItem($0) }, total: page.total, next: page.next)
      }) { reply(ControlReply($0) { .answer(.history($0)) }) }
    case .show(let id, let full):
      engine.readRecords({ (library) throws(StoreError) in
        try library.history(id).map { record in
          let length = full ? Self.wholeLength / max(1, 2 * record.columns.count) : Self.excerptLength
          return HistoryView(record, length: length)
        }
      }) { reply(ControlReply($0) { $0.map { .answer(.historyRecord($0)) } ?? .none(id) }) }
    case .restore(let id):
      engine.changeRecords({ (library) throws(StoreError) in try library.restoreHistory(id) }) {
        reply(ControlReply(orRefused: $0) { .answer(.restored(RestoredView(id, $0))) })
      }
    }
  }
}

extension HistoryItem {
  fileprivate init(_ record: HistoryRecord) {
    self.init(
      id: record.id, entity: record.row.entity, uuid: record.row.uuid, columns: record.columns,
      replaced: record.replaced.description)
    title = record.title
    client = record.client
    position = record.position?.rawValue
  }
}

extension HistoryView {
  fileprivate init(_ record: HistoryRecord, length: Int) {
    self.init(
      record: HistoryItem(record), isHere: record.present != nil,
      values: record.texts.columns.map { column in
        Column(
          column: column.name, text: column.value.text ?? "",
          now: record.present.map { ColumnValue($0[column.name] ?? .null) }, length: length)
      })
  }
}

/// Why a person's request about a record was refused. Nothing was changed.
package enum RecordRefusal: Error, Hashable, Sendable {
  /// There is no record with this number.
  case unknown(id: Int64)
  /// The row that the record names is not in the library.
  case rowGone(RowName)
  /// The row's parent is not in the library.
  case parentGone(RowName, parent: RowName)
  /// Another row has the natural key that the values would restore.
  case keyTaken(RowName, columns: [String], holder: RowName)
  /// The library no longer has any of the columns.
  case columnsGone(RowName, columns: [String])
  /// The catalogue does not know the entity.
  case unknownEntity(String)
  /// The library's own constraints refuse the row.
  case refusedByLibrary(RowName, reason: String)
  /// The entry names no row: there is nothing to fetch or to queue.
  case namesNoRow(id: Int64)
  /// The stored entry is unreadable.
  case unreadable(id: Int64)
  /// The row has unacknowledged changes of this library.
  case changedHere(RowName)
  /// The hub does not know the row.
  case unknownAtHub(RowName)
  /// The server lacks a feature that the request needs.
  case notOffered(String)
  /// No changes are held.
  case nothingHeld
  /// The held changes were not counted up to this position, or end before it.
  case notCounted(Position, reach: Position)
  /// The hub did not answer the question that the request needs.
  case hubFailed(String)
}

extension RecordRefusal: CustomStringConvertible {
  /// One line for people: what prevents it, and what to do.
  package var description: String {
    switch self {
    case .unknown(let id): "there is no record \(id), or it is there no longer"
    case .rowGone(let row):
      "\(row) is not in this library any more: it has nothing left to say"
    case .parentGone(let row, let parent):
      "\(row) belongs to \(parent), which is not in this library any more"
    case .keyTaken(let row, let columns, let holder):
      "\(row) cannot take its \(columns.joined(separator: ", ")) back: \(holder) has it now; "
        + "change or delete that one first"
    case .columnsGone(let row, let columns):
      "\(row) has no column \(columns.joined(separator: ", ")) any more"
    case .unknownEntity(let entity):
      "this mediasync does not know the entity \(entity.prefix(60)): upgrade it"
    case .refusedByLibrary(let row, let reason): "the library refuses \(row): \(reason)"
    case .namesNoRow(let id): "entry \(id) names no row: it can only be dropped"
    case .unreadable(let id): "entry \(id) cannot be read: it can only be dropped"
    case .changedHere(let row):
      "\(row) has changes that are not pushed yet: wait until in step, then try again"
    case .unknownAtHub(let row): "the hub does not have \(row) any more: drop the record"
    case .notOffered(let what): "this server does not offer \(what)"
    case .nothingHeld: "no changes are held: there is nothing to accept or refuse"
    case .notCounted(let position, let reach):
      "what is held was counted up to position \(reach), not to \(position): mediasyncctl changes show says it anew"
    case .hubFailed(let reason): reason
    }
  }
}

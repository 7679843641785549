import SyncCore

/// What a write transaction applies: something that a person or the cycle wants now, or the answer to a
/// request that was made from an earlier state of the library.
enum WriteOrigin {
  case nothing
  case request(RequestOrigin?)
  case push(PushBatch)

  /// Whether the library that `database` is open on is still the one from which the request was made.
  func holds(in database: Database) throws -> Bool {
    let origin: RequestOrigin
    var entries: LogHash?
    switch self {
    case .nothing, .request(nil): return true
    case .request(let noted?): origin = noted
    case .push(let batch):
      guard let noted = batch.origin else { return true }
      origin = noted
      entries = try LocalLogEnd.hash(after: noted.after, through: batch.last, database)
    }
    return origin.holds(incarnation: try Self.incarnation(database), entries: entries)
  }

  /// The origin of a batch, read from the library's present state.
  static func origin(of batch: PushBatch, _ database: Database) throws -> RequestOrigin {
    let after = try SyncState.pushedCursor(database)
    return RequestOrigin(
      incarnation: try incarnation(database), after: after,
      entries: try LocalLogEnd.hash(after: after, through: batch.last, database))
  }

  private static func incarnation(_ database: Database) throws -> Incarnation {
    Incarnation(rawValue: try SyncState.incarnation.read(database).text ?? "")
  }
}

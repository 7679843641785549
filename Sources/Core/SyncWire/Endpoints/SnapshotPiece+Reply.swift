import SyncCore

extension SnapshotPiece {
  /// Takes a reply as a piece. A reply that was cut but brought rows is also a piece. If the piece is not the
  /// last, it must end after the row that it was requested from.
  package init(_ reply: SnapshotReply, after: RowName?, of log: LogID?) throws(WireError) {
    if let log, reply.header.logID != log {
      throw WireError("/snapshot: the hub sent a snapshot of another log (\(reply.header.logID))")
    }
    guard reply.end != nil || reply.last != nil else { throw WireError("/snapshot: the stream was cut") }
    guard reply.end?.complete ?? false || (reply.last != nil && reply.last != after) else {
      throw WireError("/snapshot: there is more, but the piece does not move forward")
    }
    self.init(
      header: LogCheckpoint(position: reply.header.changeID, chain: reply.header.chain),
      rows: reply.rows.compactMap { line in
        switch line {
        case .row(let entry): .state(.entry(entry))
        case .malformed(let malformed): .state(.malformed(malformed))
        case .forgotten(let row, let owed): .forgotten(row, owed: owed)
        case .header, .end: nil
        }
      }, isFirst: after == nil, isLast: reply.end?.complete ?? false)
  }
}

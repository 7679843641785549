import SyncCore

extension SnapshotPiece {
  /// A reply as a piece; one that was cut, but brought rows, is a piece like any other. Where it is not the last, it
  /// ends behind the row that it was asked for from.
  package init(_ reply: SnapshotReply, after: RowName?, of log: LogID?) throws(WireError) {
    if let log, reply.header.logID != log {
      throw WireError("/snapshot: the hub sent a snapshot of another log (\(reply.header.logID))")
    }
    guard reply.end != nil || reply.last != nil else { throw WireError("/snapshot: the stream was cut") }
    guard reply.end?.complete ?? false || (reply.last != nil && reply.last != after) else {
      throw WireError("/snapshot: there is more, and the piece goes nowhere")
    }
    self.init(
      header: Witness(position: reply.header.changeID, chain: reply.header.chain),
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

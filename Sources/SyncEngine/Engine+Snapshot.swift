import SyncCore
import SyncWire

/// The pieces of a snapshot: asked for one at a time, decoded beside the loop, taken in before the next is asked for.
extension Engine {
  func fetchSnapshot(_ after: RowName?, _ start: Witness?, rowsMax: Int) {
    guard let standing else { preconditionFailure("a snapshot is asked for only once the library is open") }
    let request = SnapshotRequest(
      device: standing.device, incarnation: standing.incarnation, logID: standing.log, chain: start?.chain,
      chainAt: start?.position, after: after, limit: rowsMax)
    let (log, origin) = (standing.log, origin)
    exchange(request.request) { engine, response in
      engine.decoded(response) { (body) throws(WireError) in
        try SnapshotPiece(SnapshotReply(body: body), after: after, of: log)
      } then: { engine, piece in
        engine.piece = piece
        engine.piece?.origin = origin
        engine.feed(.snapshotFetched)
      }
    }
  }

  func takeSnapshot(_ reason: SnapshotReason) {
    guard let piece else { preconditionFailure("a piece is taken in only where one is in hand") }
    self.piece = nil
    withLibrary({ (library) throws(StoreError) in
      (try library.take(piece, reason: reason), try library.standing())
    }) { engine, result in
      switch result {
      case .success(let (step, standing)):
        engine.standing = standing
        engine.feed(.snapshotTaken(step))
      case .failure(let error): engine.libraryFailed(error)
      }
    }
  }
}

import SyncCore
import SyncWire

/// The pieces of a snapshot: requested one at a time, decoded outside the loop, and applied before the next
/// is requested.
extension Engine {
  func fetchSnapshot(_ after: RowName?, _ start: LogCheckpoint?, rowsMax: Int) {
    guard let deviceState else {
      preconditionFailure("a snapshot is asked for only once the library is open")
    }
    let request = SnapshotRequest(
      device: deviceState.device, incarnation: deviceState.incarnation, logID: deviceState.log,
      chain: start?.chain,
      chainAt: start?.position, after: after, limit: rowsMax)
    let (log, origin) = (deviceState.log, origin)
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

  func applySnapshot(_ reason: SnapshotReason) {
    guard let piece else { preconditionFailure("a piece is taken in only where one is in hand") }
    self.piece = nil
    withLibrary({ (library) throws(StoreError) in
      (try library.apply(piece, reason: reason), try library.deviceState())
    }) { engine, result in
      switch result {
      case .success(let (step, deviceState)):
        engine.deviceState = deviceState
        engine.feed(.snapshotTaken(step))
      case .failure(let error): engine.libraryFailed(error)
      }
    }
  }
}

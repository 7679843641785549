import SyncCore

/// Settles a batch that was sent, in the transaction that records the acknowledgement.
extension Library {
  /// Applies the hub's answers and moves the pushed cursor.
  package func completePush(
    _ batch: PushBatch, answers: [Answer], checkpoint: LogCheckpoint?
  ) throws(StoreError) -> PushResult {
    let replacesRows = answers.contains { $0.document != nil || $0.canonicalUUID != nil }
    return try write(.batch(batch, replacesRows: replacesRows), answering: .push(batch)) { transaction in
      try StoredLogCheckpoint.keep(checkpoint, transaction.database)
      return try transaction.whole(transaction.completePush(batch, answers: answers))
    }.noting(self)
  }

  /// Moves the pushed cursor past a batch that a layer-1 server accepted.
  package func completePushWithoutAnswers(_ batch: PushBatch) throws(StoreError) -> PushResult {
    try write(.batch(batch, replacesRows: false), answering: .push(batch)) { transaction in
      var result = PushResult()
      result.accepted = batch.changes.count
      result.passedOver = batch.passedOver
      try transaction.quarantined(batch.unsendable)
      try transaction.acknowledge(batch)
      return transaction.whole(result)
    }.noting(self)
  }

  /// Quarantines the changes of a batch and moves the pushed cursor past it.
  package func quarantine(_ batch: PushBatch, code: String, reason: String) throws(StoreError) -> PushResult {
    try write(.batch(batch, replacesRows: false), answering: .push(batch)) { transaction in
      for change in batch.changes {
        try transaction.quarantine.add(.push, change.entry, code: code, reason: reason)
      }
      try transaction.quarantined(batch.unsendable)
      try transaction.acknowledge(batch)
      return transaction.whole(PushResult())
    }.noting(self)
  }
}

extension PushResult {
  /// Makes the library look for rows that are too large if anything was quarantined.
  fileprivate func noting(_ library: Library) -> PushResult {
    if quarantined > 0 { library.mayHoldTooLarge = true }
    return self
  }
}

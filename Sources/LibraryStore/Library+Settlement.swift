import SyncCore

/// What becomes of a batch that was sent, each in the transaction that records the acknowledgement.
extension Library {
  /// Works in the hub's answers and moves the pushed cursor.
  package func settle(
    _ batch: PushBatch, answers: [Answer], witness: Witness?
  ) throws(StoreError) -> Settlement {
    let replacesRows = answers.contains { $0.document != nil || $0.canonicalUUID != nil }
    return try write(.batch(batch, replacesRows: replacesRows), answering: .push(batch)) { transaction in
      try KeptWitness.keep(witness, transaction.database)
      return try transaction.whole(transaction.settle(batch, answers: answers))
    }.noting(self)
  }

  /// Moves the pushed cursor past a batch that a layer-1 server took.
  package func settleWithoutAnswers(_ batch: PushBatch) throws(StoreError) -> Settlement {
    try write(.batch(batch, replacesRows: false), answering: .push(batch)) { transaction in
      var settlement = Settlement()
      settlement.accepted = batch.changes.count
      settlement.passedOver = batch.passedOver
      try transaction.setAside(batch.unsendable)
      try transaction.acknowledge(batch)
      return transaction.whole(settlement)
    }.noting(self)
  }

  /// Puts what a batch holds into quarantine and moves past it.
  package func quarantine(_ batch: PushBatch, code: String, reason: String) throws(StoreError) -> Settlement {
    try write(.batch(batch, replacesRows: false), answering: .push(batch)) { transaction in
      for change in batch.changes {
        try transaction.quarantine.add(.push, change.entry, code: code, reason: reason)
      }
      try transaction.setAside(batch.unsendable)
      try transaction.acknowledge(batch)
      return transaction.whole(Settlement())
    }.noting(self)
  }
}

extension Settlement {
  /// Something was set aside: a row that is too large may be among it.
  fileprivate func noting(_ library: Library) -> Settlement {
    if quarantined > 0 { library.mayHoldTooLarge = true }
    return self
  }
}

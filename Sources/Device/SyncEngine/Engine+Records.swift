import SyncCore

/// What a person asks of the records in the library. It waits for its turn behind what the cycle is doing there, and
/// leaves the cycle alone.
extension Engine {
  /// Reads; nothing else comes of it.
  package func readRecords<Outcome: Sendable>(
    _ work: @escaping @Sendable (any LibraryRecords) throws(StoreError) -> Outcome,
    completion: @escaping @Sendable (Result<Outcome, StoreError>) -> Void
  ) {
    withLibrary({ (library) throws(StoreError) in try work(library) }) { engine, result in
      if case .failure(let error) = result { engine.noticeReplacement(error) }
      completion(result)
    }
  }

  /// Writes; what was queued by it is pushed as any local change is, and status counts anew.
  package func changeRecords<Outcome: Sendable>(
    _ work: @escaping @Sendable (any LibraryRecords) throws(StoreError) -> Outcome,
    completion: @escaping @Sendable (Result<Outcome, StoreError>) -> Void
  ) {
    withLibrary({ (library) throws(StoreError) in (try work(library), try library.deviceState()) }) {
      engine, result in
      switch result {
      case .success(let (outcome, deviceState)):
        engine.recordsChanged(deviceState)
        completion(.success(outcome))
      case .failure(let error):
        engine.noticeReplacement(error)
        completion(.failure(error))
      }
    }
  }

  /// Takes a person's word on changes that are held, and begins a cycle by it.
  package func endHold(
    through: Position?, accepts: Bool,
    completion: @escaping @Sendable (Result<Result<HoldEnded, RecordRefusal>, StoreError>) -> Void
  ) {
    changeRecords({ (library) throws(StoreError) in
      try accepts ? library.acceptHeld(through: through) : library.refuseHeld(through: through)
    }) { result in
      self.assumeIsolated { engine in
        if case .success(.success(let ended)) = result {
          engine.observer.report(.holdEnded(ended), cycle: engine.cycle.number)
          engine.trigger()
        }
        completion(result)
      }
    }
  }

  private func noticeReplacement(_ error: StoreError) {
    if case .replaced = error { libraryWasReplaced() }
  }

  /// Our own commits do not look like someone else's: the cycle is told of what they have queued.
  private func recordsChanged(_ deviceState: DeviceState) {
    self.deviceState = deviceState
    if deviceState.pendingLocal > 0 {
      feed(.libraryChanged)
    } else {
      observer.statusChanged(EngineStatus(self))
    }
  }
}

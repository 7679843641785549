import SyncCore
import SyncWire

/// What retrying quarantined entries did.
package struct RetryReport: Sendable {
  /// The entries that were queued or applied; their records are deleted.
  package var retried: [Int64] = []
  /// The entries that stay, with the reason.
  package var left: [(id: Int64, refusal: RecordRefusal)] = []
  /// Starts with nothing tried.
  package init() {}
}

/// Retries quarantined entries. The engine queues rows on their way to the hub again, and fetches rows from a
/// hub as the hub has them now.
extension Engine {
  /// Rows in one request: their names make a query of a few kilobytes.
  private static let rowsInRequest = 100

  /// Retries one entry, or all of them if `id` is `nil`.
  package func retryQuarantined(
    _ id: Int64?, completion: @escaping @Sendable (Result<RetryReport, StoreError>) -> Void
  ) {
    readRecords({ (library) throws(StoreError) in try Self.records(id, of: library) }) { result in
      self.assumeIsolated { engine in
        switch result {
        case .failure(let error): completion(.failure(error))
        case .success(let records):
          var report = RetryReport()
          if let id, records.isEmpty { report.left.append((id, .unknown(id: id))) }
          engine.requeue(records, report, completion)
        }
      }
    }
  }

  private static func records(
    _ id: Int64?, of library: any LibraryRecords
  ) throws(StoreError) -> [QuarantineRecord] {
    if let id { return try library.quarantined(id).map { [$0] } ?? [] }
    var all: [QuarantineRecord] = []
    var next: Int64? = 0
    while let after = next {
      let page = try library.quarantined(after: after, limit: 1000)
      all += page.records
      next = page.next
    }
    return all
  }

  private func requeue(
    _ records: [QuarantineRecord], _ report: RetryReport,
    _ completion: @escaping @Sendable (Result<RetryReport, StoreError>) -> Void
  ) {
    let ours = records.filter { $0.direction == .push }.map(\.id)
    let theirs = records.filter { $0.direction == .pull }
    let isLayer1 = cycle.hub == .layer1
    let again = isLayer1 ? theirs.map(\.id) : []
    changeRecords({ (library) throws(StoreError) in
      var report = report
      for id in ours { report.note(id, try library.requeueQuarantined(id)) }
      for id in again { report.note(id, try library.reapplyQuarantined(id)) }
      return report
    }) { result in
      self.assumeIsolated { engine in
        switch result {
        case .failure(let error): completion(.failure(error))
        case .success(var report):
          guard !isLayer1 else { return completion(.success(report)) }
          var named: [QuarantineRecord] = []
          for record in theirs {
            if record.row == nil {
              report.note(record.id, .namesNoRow(id: record.id))
            } else {
              named.append(record)
            }
          }
          engine.fetch(named[...], report, completion)
        }
      }
    }
  }

  /// Fetches the rows of some records, applies them, and continues with the rest.
  private func fetch(
    _ records: ArraySlice<QuarantineRecord>, _ report: RetryReport,
    _ completion: @escaping @Sendable (Result<RetryReport, StoreError>) -> Void
  ) {
    guard !records.isEmpty else { return completion(.success(report)) }
    guard cycle.hub != nil, let deviceState else {
      return giveUp(
        records, .hubFailed("the hub was not reached yet: try again when in step"), report, completion)
    }
    let asked = records.prefix(Self.rowsInRequest).sorted { ($0.row?.entity ?? "") < ($1.row?.entity ?? "") }
    let request = RowsRequest(
      device: deviceState.device, logID: deviceState.log, rows: asked.compactMap(\.row))
    _ = hub.perform(request.request) { result in
      self.assumeIsolated { engine in
        switch result {
        case .failure(let error):
          engine.giveUp(records, .hubFailed(Failure(error).text), report, completion)
        case .success(let response) where [404, 405].contains(response.status):
          engine.giveUp(records, .notOffered("rows by their names"), report, completion)
        case .success(let response) where response.status != 200:
          engine.giveUp(records, .hubFailed(engine.failure(response).text), report, completion)
        case .success(let response):
          engine.decode(response.body, asked, records, report, completion)
        }
      }
    }
  }

  private func decode(
    _ body: [UInt8], _ asked: [QuarantineRecord], _ records: ArraySlice<QuarantineRecord>,
    _ report: RetryReport, _ completion: @escaping @Sendable (Result<RetryReport, StoreError>) -> Void
  ) {
    work.run {
      Result { () throws(WireError) in try RowsReply(body: body) }
    } completion: { result in
      self.assumeIsolated { engine in
        switch result {
        case .failure(let error): engine.giveUp(records, .hubFailed(error.reason), report, completion)
        case .success(let reply): engine.applyFetched(reply, asked, records, report, completion)
        }
      }
    }
  }

  private func applyFetched(
    _ reply: RowsReply, _ asked: [QuarantineRecord], _ records: ArraySlice<QuarantineRecord>,
    _ report: RetryReport, _ completion: @escaping @Sendable (Result<RetryReport, StoreError>) -> Void
  ) {
    let unanswered = Set(reply.unanswered(of: asked.compactMap(\.row)))
    let answered = asked.filter { record in record.row.map { !unanswered.contains($0) } ?? true }
    guard !answered.isEmpty else {
      return giveUp(records, .hubFailed("the hub did not answer for the rows"), report, completion)
    }
    changeRecords({ (library) throws(StoreError) in
      var report = report
      for record in answered {
        guard let row = record.row else { continue }
        switch reply.entry(for: row) {
        case .entry(let entry)?:
          report.note(record.id, try library.applyQuarantined(record.id, fetched: entry))
        case .malformed?: report.note(record.id, .hubFailed("the hub's answer for \(row) cannot be read"))
        case nil: report.note(record.id, .unknownAtHub(row))
        }
      }
      return report
    }) { result in
      self.assumeIsolated { engine in
        switch result {
        case .failure(let error): completion(.failure(error))
        case .success(let report):
          let done = Set(answered.map(\.id))
          engine.fetch(records.filter { !done.contains($0.id) }[...], report, completion)
        }
      }
    }
  }

  private func giveUp(
    _ records: ArraySlice<QuarantineRecord>, _ refusal: RecordRefusal, _ report: RetryReport,
    _ completion: @escaping @Sendable (Result<RetryReport, StoreError>) -> Void
  ) {
    var report = report
    for record in records { report.note(record.id, refusal) }
    completion(.success(report))
  }
}

extension RetryReport {
  /// Records the result for one record.
  fileprivate mutating func note(_ id: Int64, _ refusal: RecordRefusal?) {
    if let refusal { left.append((id, refusal)) } else { retried.append(id) }
  }
}

extension RowsReply {
  /// The hub's answer for a row, under the name in the request; `nil` if the hub does not have the row.
  fileprivate func entry(for row: RowName) -> ReceivedEntry? {
    for found in rows {
      let named: RowName? =
        switch found.entry {
        case .entry(let entry): entry.row
        case .malformed(let malformed): malformed.row
        }
      if let named, named.entity == row.entity, (found.asked ?? named.uuid) == row.uuid { return found.entry }
    }
    return nil
  }
}

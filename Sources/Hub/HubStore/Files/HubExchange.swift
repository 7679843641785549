import SyncCore
import SyncWire

/// Every endpoint of a library, bytes in and bytes out. The server and the simulation both use it.
extension HubLibrary {
  /// Answers a request; its path is relative to the base URL. It ignores `wait`, so a page may be empty.
  package func answer(_ request: HubRequest, now: Instant) -> HubResponse {
    do throws(Problem) {
      let body: [UInt8]
      switch (request.method, request.path) {
      case (.get, Capabilities.path): body = try answerCapabilities(now: now)
      case (.get, GetRequest.path):
        let asked = try Self.getRequest(query: request.query)
        body = try answer(asked, now: now).body
      case (.post, SendRequest.path):
        body = try answer(try Self.sendRequest(body: request.body), now: now).encoded()
      case (.get, SnapshotRequest.path):
        body = try answer(try Self.snapshotRequest(query: request.query), now: now)
      case (.get, RowsRequest.path):
        body = try answer(try Self.rowsRequest(query: request.query), now: now)
      case (.get, DigestRequest.path): body = try answer(try Self.digestRequest(query: request.query))
      default: throw Problem(status: 404, code: .notFound, detail: "there is no \(request.path) here")
      }
      return HubResponse(status: 200, body: body)
    } catch {
      return HubResponse(status: error.status, body: error.encoded())
    }
  }

  /// The reply to `/capabilities`.
  package func answerCapabilities(now: Instant) throws(Problem) -> [UInt8] {
    do { return try capabilities(now: now).encoded() } catch { throw Problem(error) }
  }

  /// The reply to `/send`.
  package func answer(_ request: SendRequest, now: Instant) throws(Problem) -> SendReply {
    do { return try send(request, now: now) } catch { throw Problem(error) }
  }

  /// The reply to `/get`.
  package func answer(_ request: GetRequest, now: Instant) throws(Problem) -> LogPage {
    do {
      let page = try page(request, now: now)
      // The page is already complete. If the hub cannot write the check-in now, the next one does.
      if let checkIn = page.checkIn { try? record(checkIn) }
      return page
    } catch { throw Problem(error) }
  }

  /// The whole reply to `/snapshot`. A server sends it piece by piece instead.
  package func answer(_ request: SnapshotRequest, now: Instant) throws(Problem) -> [UInt8] {
    do {
      var stream = try snapshot(request, now: now)
      var body: [UInt8] = []
      while let lines = try stream.next(from: self) { body += lines }
      return body
    } catch { throw Problem(error) }
  }

  /// The reply to `/rows`.
  package func answer(_ request: RowsRequest, now: Instant) throws(Problem) -> [UInt8] {
    do { return try rows(request, now: now) } catch { throw Problem(error) }
  }

  /// The reply to `/digest`.
  package func answer(_ request: DigestRequest) throws(Problem) -> [UInt8] {
    do {
      guard let bucket = request.bucket else { return try digest(request).encoded() }
      return try digest(request, of: bucket).encoded()
    } catch { throw Problem(error) }
  }

  /// Parses the body of a `/send`.
  package static func sendRequest(body: [UInt8]) throws(Problem) -> SendRequest {
    let json: JSONValue
    do { json = try JSONReader.read(body) } catch {
      throw Problem(
        status: 400, code: .badJSON, detail: "the body is not JSON: \(error.reason), byte \(error.offset)")
    }
    guard let object = json.object else {
      throw Problem(status: 422, code: .badEnvelope, detail: "/send: the body is not an object")
    }
    guard (object["changes"]?.array?.count ?? 0) <= batchMax else {
      throw Problem(status: 413, code: .tooLarge, detail: "/send: more than \(batchMax) changes")
    }
    do { return try SendRequest(object) } catch { throw Problem(error) }
  }

  /// Parses the query of a `/capabilities`; returns the device that asks, if it names itself.
  package static func capabilitiesDevice(query: [HubRequest.QueryItem]) throws(Problem) -> DeviceID? {
    do { return try Capabilities.device(query: query) } catch { throw Problem(error) }
  }

  /// Parses the query of a `/get`.
  package static func getRequest(query: [HubRequest.QueryItem]) throws(Problem) -> GetRequest {
    do { return try GetRequest(query: query) } catch { throw Problem(error) }
  }

  /// Parses the query of a `/snapshot`.
  package static func snapshotRequest(query: [HubRequest.QueryItem]) throws(Problem) -> SnapshotRequest {
    do { return try SnapshotRequest(query: query) } catch { throw Problem(error) }
  }

  /// Parses the query of a `/rows`.
  package static func rowsRequest(query: [HubRequest.QueryItem]) throws(Problem) -> RowsRequest {
    do { return try RowsRequest(query: query) } catch { throw Problem(error) }
  }

  /// Parses the query of a `/digest`.
  package static func digestRequest(query: [HubRequest.QueryItem]) throws(Problem) -> DigestRequest {
    do { return try DigestRequest(query: query) } catch { throw Problem(error) }
  }
}

extension Problem {
  /// The problem for an envelope that the endpoint does not accept.
  init(_ error: WireError) { self.init(status: 422, code: .badEnvelope, detail: error.reason) }

  /// The problem for a store error. Messages of files and of SQLite stay in the hub's own log.
  package init(_ error: HubStoreError) {
    switch error {
    case .busy: self.init(status: 503, code: .busy, detail: error.text)
    case .diskFull: self.init(status: 503, code: .busy, detail: error.text)
    case .moved, .served:
      self.init(
        status: 503, code: .busy, detail: "the hub cannot use its files; see its own log")
    case .deviceRewound: self.init(status: 409, code: .deviceRewound, detail: error.text)
    case .logMismatch: self.init(status: 409, code: .logMismatch, detail: error.text)
    case .logRewound: self.init(status: 409, code: .logRewound, detail: error.text)
    case .cursorTooOld: self.init(status: 409, code: .cursorTooOld, detail: error.text)
    case .replyTooLarge: self.init(status: 413, code: .tooLarge, detail: error.text)
    case .unknownEntity: self.init(status: 422, code: .badEnvelope, detail: error.text)
    case .damaged, .fromNewerVersion, .io, .unusableName:
      self.init(status: 500, code: .failed, detail: "the hub failed; see its own log")
    }
  }
}

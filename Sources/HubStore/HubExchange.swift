import SyncCore
import SyncWire

/// A library's side of every endpoint, bytes in and bytes out: what the server, and a simulation, join to a client.
extension HubLibrary {
  /// Answers a request below the base URL. `wait` is not honoured here: a page may be empty.
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
    do { return try page(request, now: now) } catch { throw Problem(error) }
  }

  /// Reads the body of a `/send`.
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
    do { return try SendRequest(object) } catch {
      throw Problem(status: 422, code: .badEnvelope, detail: error.reason)
    }
  }

  /// Reads the query of a `/get`.
  package static func getRequest(query: [HubRequest.QueryItem]) throws(Problem) -> GetRequest {
    do { return try GetRequest(query: query) } catch {
      throw Problem(status: 422, code: .badEnvelope, detail: error.reason)
    }
  }
}

extension Problem {
  /// A store's error as the wire has it. What a file or SQLite says stays in the hub's own log.
  package init(_ error: HubStoreError) {
    switch error {
    case .busy: self.init(status: 503, code: .busy, detail: error.text)
    case .diskFull: self.init(status: 503, code: .busy, detail: error.text)
    case .deviceRewound: self.init(status: 409, code: .deviceRewound, detail: error.text)
    case .logMismatch: self.init(status: 409, code: .logMismatch, detail: error.text)
    case .logRewound: self.init(status: 409, code: .logRewound, detail: error.text)
    case .cursorTooOld: self.init(status: 409, code: .cursorTooOld, detail: error.text)
    case .damaged, .fromNewerVersion, .io, .unusableName:
      self.init(status: 500, code: .failed, detail: "the hub failed; its log says why")
    }
  }
}

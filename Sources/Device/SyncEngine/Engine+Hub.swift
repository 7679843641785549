import SyncCore
import SyncWire

/// The exchanges with the hub. Bodies are encoded and decoded outside the loop.
extension Engine {
  func negotiate() {
    exchange(HubRequest(method: .get, path: Capabilities.path)) { engine, response in
      if let reason = response.reasonToTryLayerOne {
        // A library that follows a log never falls back to layer 1, which knows no logs.
        guard engine.deviceState?.log == nil else {
          let text = "the server at hub.url \(reason): it is not the hub this library is in step with"
          return engine.feed(.failed(Failure(.badReply, text)))
        }
        return engine.feed(.negotiated(.layer1))
      }
      guard response.status == 200 else { return engine.feed(.failed(engine.failure(response))) }
      do {
        let capabilities = try Capabilities(body: response.body)
        engine.clockAhead = Instant(capabilities.serverTime).map { engine.time.now().wall.since($0) }
        try engine.accept(capabilities)
      } catch let error as WireError {
        engine.feed(.failed(Failure(.badReply, error.reason)))
      } catch {
        engine.feed(.failed(Failure(.logChanged, String(describing: error))))
      }
    }
  }

  /// Accepts what the hub says of itself. Two logs are never mixed: the library keeps to the first log that
  /// it met until a person says otherwise.
  private func accept(_ capabilities: Capabilities) throws {
    let kind = HubKind.layer2(
      log: capabilities.logID, maxChanges: capabilities.maxBatch, maxBytes: capabilities.maxBytes,
      offers: HubFeatures(features: capabilities.features))
    let known = deviceState?.log
    guard known != capabilities.logID else { return feed(.negotiated(kind)) }
    guard known == nil || cycle.mayJoinAnotherLog else {
      return feed(.failed(.anotherLog(capabilities.logID, known: known)))
    }
    withLibrary({ (library) throws(StoreError) in
      if known == nil {
        try library.adopt(log: capabilities.logID)
      } else {
        try library.join(log: capabilities.logID)
      }
      return try library.deviceState()
    }) { engine, result in
      switch result {
      case .success(let deviceState):
        engine.deviceState = deviceState
        engine.feed(.opened(deviceState))  // the cursors begin again
        engine.feed(.negotiated(kind))
      case .failure(let error): engine.libraryFailed(error)
      }
    }
  }

  func send() {
    guard let batch, let deviceState, let hubKind = cycle.hub else {
      preconditionFailure("a batch is sent only after it was loaded and the hub is known")
    }
    let isLayer2 = hubKind != .layer1
    let keys = hubKind.offers?.keys == true ? batch.keys : .assumed
    let pushed = batch.sendsCurrentRows ? deviceState.pushed : nil
    let sentAt = time.now().wall.description
    let checkpoint = checkpoint(at: deviceState.pulled)
    let generation = generation
    work.run {
      SendRequest(
        clientID: deviceState.clientID(layerOne: !isLayer2),
        lastProcessed: deviceState.pulled,
        device: isLayer2
          ? SendRequest.Device(id: deviceState.device, incarnation: deviceState.incarnation, sentAt: sentAt)
          : nil,
        changes: batch.changes, chain: checkpoint?.chain, chainAt: checkpoint?.position, keys: keys,
        pushed: pushed
      ).encoded()
    } completion: { body in
      self.assumeIsolated { engine in
        guard engine.generation == generation else { return }
        engine.exchange(HubRequest(method: .post, path: SendRequest.path, body: body)) { engine, response in
          engine.sent(response, bytes: body.count)
        }
      }
    }
  }

  private func sent(_ response: HubResponse, bytes: Int) {
    switch response.status {
    case 200: break
    case 413: return feed(.refusedAsTooLarge(byHub: isTooLarge(response, bytes: bytes), bytes: bytes))
    default:
      if Problem(status: response.status, body: response.body).known == .deviceRewound {
        return feed(.deviceRewound)
      }
      // A hub of this project finds the bad change itself.
      if cycle.hub == .layer1, let refusal = batch.flatMap({ BatchRefusal(response, to: $0.changes) }) {
        return feed(.refused(refusal, failure(response)))
      }
      return refused(response)
    }
    do {
      var reply = try SendReply(body: response.body)
      if let results = reply.results, let batch {
        guard let inOrder = batch.inOrder(results) else {
          throw WireError("/send: the hub did not answer every change once")
        }
        reply.results = inOrder
      } else if cycle.hub != .layer1 {
        throw WireError("/send: the hub answered without results")
      }
      guard cycle.hub != .layer1 || reply.results == nil else { return feed(.failed(.hubAfterAll)) }
      answers = reply.results
      feed(.sent(reply.chain.map { LogCheckpoint(position: reply.latest, chain: $0) }))
    } catch let error as WireError {
      feed(.failed(Failure(.badReply, error.reason)))
    } catch {
      feed(.failed(Failure(.badReply, String(describing: error))))
    }
  }

  /// Whether the 413 comes from the server itself. A hub shows that by its code or by the bound that it has
  /// named. A layer-1 server has neither; it shows it by a body with a detail.
  private func isTooLarge(_ response: HubResponse, bytes: Int) -> Bool {
    let problem = Problem(status: response.status, body: response.body)
    switch cycle.hub {
    case .layer2(_, _, let maxBytes, _): return problem.known == .tooLarge || bytes > maxBytes
    case .layer1, nil: return problem.known == .tooLarge || problem.hasDetail
    }
  }

  /// Handles a refused request: the hub may ask for a rebuild from a snapshot.
  func refused(_ response: HubResponse) {
    switch Problem(status: response.status, body: response.body).known {
    case .cursorTooOld: feed(.snapshotRequired(.cursorTooOld))
    case .logRewound: feed(.snapshotRequired(.hubRestored))
    default: feed(.failed(failure(response)))
    }
  }

  /// The log checkpoint that the hub must find in its log. A hub without `chain_at` takes the chain value for
  /// that of the cursor, so it gets only a checkpoint at the cursor.
  private func checkpoint(at cursor: Position) -> LogCheckpoint? {
    guard case .layer2(_, _, _, let offers) = cycle.hub, let checkpoint = cycle.checkpoint else { return nil }
    return offers.checkpoint || checkpoint.position == cursor ? checkpoint : nil
  }

  func pull(_ since: Position, waits: Bool, halvings: Int) {
    guard let deviceState, let hubKind = cycle.hub else {
      preconditionFailure("a page is asked for only once the hub is known")
    }
    let isLayer1 = hubKind == .layer1
    let origin = origin
    let checkpoint = checkpoint(at: since)
    let wait = waits ? settings.longPoll : .zero
    let request = GetRequest(
      clientID: deviceState.clientID(layerOne: isLayer1),
      since: since,
      extras: isLayer1
        ? nil
        : GetRequest.Extras(
          device: deviceState.device, incarnation: deviceState.incarnation, pushed: deviceState.pushed,
          logID: deviceState.log, chain: checkpoint?.chain,
          limit: TransferSizer.part(of: settings.pageEntries, halvings: halvings),
          waitSeconds: Int(wait.components.seconds), chainAt: checkpoint?.position,
          held: since > deviceState.pulled && deviceState.hold != nil ? deviceState.pulled : nil))
    exchange(HubRequest(method: .get, path: GetRequest.path, query: request.query, wait: wait)) {
      engine, response in
      guard response.status == 200 else { return engine.refused(response) }
      let generation = engine.generation
      engine.work.run {
        Result { () throws(WireError) in try GetReply(body: response.body) }
      } completion: { result in
        engine.assumeIsolated { engine in
          guard engine.generation == generation else { return }
          engine.pulled(result, since: since, isLayer1: isLayer1, origin)
        }
      }
    }
  }

  /// The library state that a request is made from.
  var origin: RequestOrigin? { deviceState.map { RequestOrigin(incarnation: $0.incarnation) } }

  private func pulled(
    _ result: Result<GetReply, WireError>, since: Position, isLayer1: Bool, _ origin: RequestOrigin?
  ) {
    let reply: GetReply
    switch result {
    case .success(let success): reply = success
    case .failure(let error): return feed(.failed(Failure(.badReply, error.reason)))
    }
    let last = reply.entries.compactMap(\.changeID).max().map { Position($0) }
    guard reply.extras == nil || !isLayer1 else { return feed(.failed(.hubAfterAll)) }
    if let fault = reply.fault(askedFrom: since) { return feed(.failed(Failure(.badReply, fault))) }
    guard let extras = reply.extras else {
      guard isLayer1 else {
        return feed(.failed(Failure(.badReply, "/get: the hub answered without log_id")))
      }
      let page = PageSummary(
        count: reply.entries.count, last: last, latest: reply.latest, next: nil, chain: nil, hasMore: false)
      if !reply.entries.isEmpty {
        pages.append(
          PulledPage(entries: reply.entries, rules: .layer1(proven: nil), origin: origin, since: since))
      }
      return feed(.pulled(page))
    }
    if let log = deviceState?.log, log != extras.logID {
      return feed(.failed(.anotherLog(extras.logID, known: log)))
    }
    if !reply.entries.isEmpty || extras.next > since {
      pages.append(
        PulledPage(
          entries: reply.entries, rules: .layer2(next: extras.next, chain: extras.chain), origin: origin,
          since: since))
    }
    feed(
      .pulled(
        PageSummary(
          count: reply.entries.count, last: last, latest: reply.latest, next: extras.next,
          chain: extras.chain, hasMore: extras.hasMore)))
  }

  /// Sends a request. A reply that nobody awaits any more is dropped.
  func exchange(
    _ request: HubRequest, then: @escaping @Sendable (isolated Engine, HubResponse) -> Void
  ) {
    let generation = generation
    requestCount += 1
    let number = requestCount
    requests[number] = hub.perform(request) { result in
      self.assumeIsolated { engine in
        guard engine.generation == generation else { return }
        engine.requests[number] = nil
        switch result {
        case .success(let response): then(engine, response)
        case .failure(let error): engine.feed(.failed(Failure(error)))
        }
      }
    }
  }
}

extension DeviceState {
  /// The client id of our requests. A layer-1 server leaves out entries of the application's client id; a hub
  /// identifies the device.
  func clientID(layerOne: Bool) -> String {
    (layerOne ? applicationClient : nil) ?? device.rawValue
  }
}

extension PushBatch {
  /// Sorts the answers into the order of the changes, because a hub may answer in the order of change ids;
  /// `nil` unless there is exactly one for each change.
  fileprivate func inOrder(_ answers: [Answer]) -> [Answer]? {
    let answer = Dictionary(answers.map { ($0.changeID.rawValue, $0) }, uniquingKeysWith: { one, _ in one })
    let inOrder = changes.compactMap { answer[$0.entry.changeID] }
    return inOrder.count == changes.count && answers.count == changes.count ? inOrder : nil
  }
}

import SyncCore
import SyncWire

/// Tests whether a blockage is over: one cheap request, whose reply is not applied.
extension Engine {
  func probe(_ probe: Probe) {
    switch probe {
    case .library: preconditionFailure("a library is tried by a cycle")
    case .capabilities: probeCapabilities()
    case .page(let kind): probePage(kind)
    }
  }

  private func probeCapabilities() {
    // With the device's id, so that the hub can refuse another device's token.
    let query = deviceState.map { [HubRequest.QueryItem("device_id", $0.device.rawValue)] } ?? []
    exchange(HubRequest(method: .get, path: Capabilities.path, query: query)) { engine, response in
      let known = engine.deviceState?.log
      // This server has no log of ours. Only a cycle can tell whether it accepts our requests.
      if known == nil, response.reasonToTryLayerOne != nil { return engine.feed(.probed) }
      guard response.status == 200 else { return engine.feed(.failed(engine.failure(response))) }
      do throws(WireError) {
        let log = try Capabilities(body: response.body).logID
        guard known == nil || known == log else {
          return engine.feed(.failed(.anotherLog(log, known: known)))
        }
        engine.feed(.probed)
      } catch {
        engine.feed(.failed(Failure(.badReply, error.reason)))
      }
    }
  }

  private func probePage(_ kind: HubKind) {
    guard let deviceState else { preconditionFailure("a hub is probed only once the library is open") }
    let isLayer1 = kind == .layer1
    let request = GetRequest(
      clientID: deviceState.clientID(layerOne: isLayer1),
      since: deviceState.pulled,
      extras: isLayer1
        ? nil
        : GetRequest.Extras(
          device: deviceState.device, incarnation: deviceState.incarnation, pushed: deviceState.pushed,
          logID: deviceState.log, chain: nil, limit: 1, waitSeconds: 0))
    exchange(HubRequest(method: .get, path: GetRequest.path, query: request.query)) { engine, response in
      guard response.status == 200 else { return engine.probeRefused(response, isLayer1: isLayer1) }
      engine.decoded(response) { (body) throws(WireError) in
        try GetReply(body: body)
      } then: { engine, reply in
        engine.probed(reply, isLayer1: isLayer1, known: deviceState)
      }
    }
  }

  private func probed(_ reply: GetReply, isLayer1: Bool, known deviceState: DeviceState) {
    if let log = reply.extras?.logID, let known = deviceState.log, log != known {
      return feed(.failed(.anotherLog(log, known: known)))
    }
    // An older backup of a layer-1 server is still in place (docs/protocol.md §2).
    if isLayer1, reply.entries.isEmpty, reply.latest < deviceState.pulled,
      case .probing(let blockage) = cycle.state
    {
      return feed(.failed(blockage.failure))
    }
    feed(.probed)
  }

  private func probeRefused(_ response: HubResponse, isLayer1: Bool) {
    switch Problem(status: response.status, body: response.body).known {
    // The hub accepts us, and a cycle handles what it has to say.
    case .cursorTooOld, .logRewound, .deviceRewound: feed(.probed)
    default: feed(.failed(Failure(response, mayBeLayerOne: isLayer1)))
    }
  }

  /// The meaning of an error reply, depending on what the server is or may be.
  func failure(_ response: HubResponse) -> Failure {
    let mayBeLayerOne = cycle.hub.map { $0 == .layer1 } ?? (deviceState?.log == nil)
    return Failure(response, mayBeLayerOne: mayBeLayerOne)
  }
}

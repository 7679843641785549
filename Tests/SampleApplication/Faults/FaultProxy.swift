import Foundation
import Synchronization

/// A proxy between daemons and a hub that simulates a faulty network (`NetworkFault`). It has a thread per
/// connection, and shares only the plan with the tests' own threads.
package final class FaultProxy: Sendable {
  /// The port for daemons.
  package let port: UInt16
  /// The base URL for daemons.
  package var url: String { "http://127.0.0.1:\(port)/sync" }

  private let descriptor: Int32
  private let hub: UInt16
  private let plan: FaultPlan
  private let earlier = Mutex<[String: ProxyMessage]>([:])
  private static let patience = 12.0

  /// Starts to listen, and forwards to the hub's port.
  package init(hub: UInt16, plan: FaultPlan) throws {
    self.hub = hub
    self.plan = plan
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    port = try LoopbackSocket.listen(descriptor)
    let descriptor = descriptor
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(descriptor, nil, nil)
        if connection < 0 { return }
        guard let self else { return _ = close(connection) }
        Thread.detachNewThread { self.serve(ProxySocket(connection)) }
      }
    }
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  private func serve(_ client: ProxySocket) {
    var pending = Data()
    while let request = ProxyMessage.request(from: client, pending: &pending) {
      let (fault, random) = plan.next()
      guard exchange(request, client, fault, random) else { return }
    }
  }

  /// Carries out one exchange; returns false if the connection ends with it.
  private func exchange(
    _ request: ProxyMessage, _ client: ProxySocket, _ fault: NetworkFault?, _ random: SeededGenerator
  ) -> Bool {
    var random = random
    switch fault {
    case nil:
      guard let reply = forward(request, client) else { return false }
      return client.write(reply.bytes)
    case .requestLost: return false
    case .requestSwallowed:
      client.waitForHangUp(seconds: Self.patience)
      return false
    case .requestLate:
      client.waitForHangUp(seconds: Self.patience)
      usleep(UInt32(random.number(0...400) * 1000))
      _ = forward(request, nil)
      return false
    case .requestCut:
      ProxySocket(connectedTo: hub)?.write(upstream(request).half)
      return false
    case .requestTwice:
      _ = forward(request, client)
      guard let reply = forward(request, client) else { return false }
      return client.write(reply.bytes)
    case .trickled:
      guard let reply = forward(request, client, milliseconds: random.number(100...400)) else { return false }
      return client.trickle(reply.bytes, milliseconds: random.number(100...400))
    case .replyLost, .replyLate, .replyCut, .chunksCut, .replyStale:
      return spoil(request, client, fault)
    case .garbage, .wrongBody, .notFound, .serverError, .badGateway, .unavailable, .portal:
      // Half of the time the hub has done its work all the same.
      if random.chance(50) { _ = forward(request, client) }
      return answer(fault, client, &random)
    }
  }

  /// Forwards the request, and damages the reply.
  private func spoil(_ request: ProxyMessage, _ client: ProxySocket, _ fault: NetworkFault?) -> Bool {
    let key = (request.header("authorization") ?? "") + request.path
    let old = earlier.withLock { $0[key] }
    guard let reply = forward(request, client) else { return false }
    switch fault {
    case .replyLate:
      client.waitForHangUp(seconds: Self.patience)
      client.write(reply.bytes)
    case .replyCut: client.write(reply.half)
    case .chunksCut: client.write(reply.cutChunk)
    case .replyStale: return client.write((old ?? reply).bytes)
    default: break
    }
    return false
  }

  /// Answers in place of the hub.
  private func answer(_ fault: NetworkFault?, _ client: ProxySocket, _ random: inout SeededGenerator) -> Bool
  {
    let page = "<html><body><h1>Please log in to the network</h1></body></html>"
    switch fault {
    case .garbage:
      client.write(Data((0..<random.number(1...400)).map { _ in UInt8(random.number(0...255)) }))
      return false
    case .wrongBody:
      let bodies = [page, "", "null", "[]", "{}", "{\"status\":\"success\"}", "{\"changes\":[", "\u{0}"]
      let body = bodies[random.number(0...(bodies.count - 1))]
      return client.write(ProxyMessage.reply("200 OK", ["Content-Type: text/html"], body: body).bytes)
    case .notFound: return client.write(ProxyMessage.reply("404 Not Found", body: page).bytes)
    case .badGateway: return client.write(ProxyMessage.reply("502 Bad Gateway", body: page).bytes)
    case .portal:
      let statuses = [
        "401 Unauthorized", "403 Forbidden", "407 Proxy Authentication Required", "410 Gone",
        "451 Unavailable For Legal Reasons", "511 Network Authentication Required",
      ]
      let status = statuses[random.number(0...(statuses.count - 1))]
      return client.write(ProxyMessage.reply(status, ["Content-Type: text/html"], body: page).bytes)
    case .unavailable:
      return client.write(
        ProxyMessage.reply("503 Service Unavailable", ["Retry-After: 1"], body: page).bytes)
    default: return client.write(ProxyMessage.reply("500 Internal Server Error", body: page).bytes)
    }
  }

  private func upstream(_ request: ProxyMessage) -> ProxyMessage {
    request.replacing(["connection"], with: ["Connection: close"])
  }

  /// Forwards the request and reads the whole reply; `nil` if the hub gives none, or if the client has
  /// disconnected in the meantime (then the proxy disconnects from the hub).
  private func forward(
    _ request: ProxyMessage, _ client: ProxySocket?, milliseconds: Int = 0
  ) -> ProxyMessage? {
    guard let hub = ProxySocket(connectedTo: hub) else { return nil }
    let bytes = upstream(request).bytes
    guard milliseconds > 0 ? hub.trickle(bytes, milliseconds: milliseconds) : hub.write(bytes) else {
      return nil
    }
    var reply = Data()
    while true {
      if let client {
        let ready = ProxySocket.await(hub, or: client)
        if ready.two, client.hasHungUp { return nil }
        guard ready.one else {
          // None of our clients sends anything before the reply.
          if ready.two { return nil }
          continue
        }
      }
      let more = hub.read()
      if more.isEmpty { break }
      reply += more
    }
    guard let message = ProxyMessage(bytes: reply)?.replacing(["connection"], with: []) else { return nil }
    let isWhole =
      message.header("content-length").flatMap { Int($0) }.map { message.body.count >= $0 } ?? true
    guard isWhole else { return nil }
    remember(message, of: request)
    return message
  }

  private func remember(_ reply: ProxyMessage, of request: ProxyMessage) {
    let key = (request.header("authorization") ?? "") + request.path
    earlier.withLock { $0[key] = reply }
  }
}

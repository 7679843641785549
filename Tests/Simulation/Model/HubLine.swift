import SyncCore

/// The line from a device to the hub, with its faults.
///
/// Sound as `@unchecked Sendable`: a history runs on one thread from beginning to end.
final class HubLine: HubPort, @unchecked Sendable {
  typealias Completion = @Sendable (Result<HubResponse, TransportError>) -> Void

  private unowned let device: DeviceMachine
  private let life: Int
  private var last: UInt64 = 0
  private var awaited: [RequestTicket: Completion] = [:]

  /// The timeout of a reply, not counting a long poll's own wait.
  private static let timeout: Duration = .seconds(30)

  init(_ device: DeviceMachine, life: Int) {
    self.device = device
    self.life = life
  }

  private var world: World { device.world }
  private var latency: Duration { .milliseconds(world.chance.number(1...15)) }

  func perform(_ request: HubRequest, completion: @escaping Completion) -> RequestTicket {
    last += 1
    let ticket = RequestTicket(number: last)
    awaited[ticket] = completion
    world.wire.inspect(request: request, from: device.name)
    guard world.now >= device.awayUntil else {
      end(ticket, .failure(.unreachable(detail: "no way there")), after: latency)
      return ticket
    }
    let fate = device.fates.next()
    world.trace(
      "\(device.name) \(life).\(last) asks \(request.summary)\(fate.map { ", but \($0.rawValue)" } ?? "")")
    world.trace(body: request.body)
    end(ticket, .failure(.timedOut(after: Self.timeout)), after: Self.timeout + request.wait)
    carry(request, ticket, fate)
    return ticket
  }

  func cancel(_ ticket: RequestTicket) {
    awaited[ticket] = nil
    world.hub.release(of: name(of: ticket))
  }

  /// There are no connections here: each request takes its own path.
  func dropConnections() {}

  /// The process is gone; nobody waits for anything.
  func forget() { awaited = [:] }

  private func carry(_ request: HubRequest, _ ticket: RequestTicket, _ fate: Step.Kind?) {
    switch fate {
    case .loseRequest:
      if world.chance.percent(50) { end(ticket, .failure(.interrupted(detail: "lost")), after: latency) }
    case .cutRequest:
      var cut = request
      cut.body = Array(request.body.prefix(world.chance.number(0...max(request.body.count - 1, 0))))
      cut.wait = .zero
      if request.method == .post { deliver(cut, ticket, after: latency) { _ in } }
      end(ticket, .failure(.interrupted(detail: "cut")), after: latency)
    case .refuse:
      let response = HubResponse(status: 503, retryAfter: world.chance.percent(50) ? .seconds(3) : nil)
      end(ticket, .success(response), after: latency)
    case .late:
      // The device gives up and asks again; the first request still reaches the hub, after the second.
      deliver(request, ticket, after: .seconds(world.chance.number(20...100))) { [self] in reply(ticket, $0) }
    case .duplicate:
      deliver(request, ticket, after: latency) { [self] in reply(ticket, $0) }
      deliver(request, ticket, after: .milliseconds(world.chance.number(1...40_000))) { [self] in
        reply(ticket, $0)
      }
    case .loseReply:
      let isNoticed = world.chance.percent(70)
      deliver(request, ticket, after: latency) { [self] _ in
        if isNoticed { end(ticket, .failure(.interrupted(detail: "lost")), after: latency) }
      }
    case .cutReply:
      deliver(request, ticket, after: latency) { [self] _ in
        end(ticket, .failure(.interrupted(detail: "cut")), after: latency)
      }
    case .cutBody:
      deliver(request, ticket, after: latency) { [self] response in
        var cut = response
        cut.body = Array(response.body.prefix(world.chance.number(0...max(response.body.count - 1, 0))))
        reply(ticket, cut)
      }
    default:
      deliver(request, ticket, after: latency) { [self] in reply(ticket, $0) }
    }
  }

  /// Delivers a request to the hub, even if the device has died in the meantime.
  private func deliver(
    _ request: HubRequest, _ ticket: RequestTicket, after span: Duration,
    _ then: @escaping (HubResponse) -> Void
  ) {
    let name = name(of: ticket)
    world.after(span) { [self, device] in
      device.world.hub.receive(request, name: name) { response in
        guard let response else {
          return self.end(ticket, .failure(.unreachable(detail: "connection refused")), after: self.latency)
        }
        then(response)
      }
    }
  }

  private func reply(_ ticket: RequestTicket, _ response: HubResponse) {
    end(ticket, .success(response), after: latency)
  }

  private func end(
    _ ticket: RequestTicket, _ result: Result<HubResponse, TransportError>, after span: Duration
  ) {
    device.after(span, life) { [self] _ in
      guard let completion = awaited.removeValue(forKey: ticket) else { return }
      switch result {
      case .success(let response):
        world.trace("\(device.name) \(life).\(ticket.number) hears \(response.summary)")
        world.trace(body: response.body)
      case .failure(let error): world.trace("\(device.name) \(life).\(ticket.number) hears nothing: \(error)")
      }
      completion(result)
    }
  }

  private func name(of ticket: RequestTicket) -> String { "\(device.index).\(life).\(ticket.number)" }
}

/// The faults of a device's coming requests.
struct Fates {
  private var armed: [(left: Int, kind: Step.Kind)] = []

  /// Adds a fault for the `count`-th request from now.
  mutating func add(_ kind: Step.Kind, at count: Int) { armed.append((max(count, 1), kind)) }

  /// The fault of this request, if any.
  mutating func next() -> Step.Kind? {
    for index in armed.indices { armed[index].left -= 1 }
    guard let due = armed.firstIndex(where: { $0.left <= 0 }) else { return nil }
    return armed.remove(at: due).kind
  }
}

extension HubRequest {
  /// A short form for the trace.
  var summary: String {
    let items = query.filter { !["client_id", "device_id", "incarnation", "log_id"].contains($0.name) }
    let text = items.map { "\($0.name)=\($0.value.prefix(12))" }.joined(separator: " ")
    return "\(path) \(text)\(body.isEmpty ? "" : "\(body.count) bytes")"
  }
}

extension HubResponse {
  /// A short form for the trace.
  var summary: String {
    "\(status), \(body.count) bytes\(status == 200 ? "" : ": " + String(decoding: body, as: UTF8.self))"
  }
}

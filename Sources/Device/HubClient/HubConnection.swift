import CCurl
import EventLoop
import SyncCore

/// The connection to the hub: HTTP by libcurl, driven by the event loop. Connections are reused; a long poll
/// and a simultaneous push need two. At rest no timer is armed.
///
/// `@unchecked`: all state is used on the loop's queue only, and every entry point checks that.
package final class HubConnection: HubPort, @unchecked Sendable {
  private let loop: LoopExecutor
  private var configuration: Configuration
  private var multi: MultiHandle
  private let watched: DescriptorSet
  private let sockets = HubSockets()
  private var timer: LoopTimer?
  /// When curl wants to be called next, and when the timer is set to fire, on the boot clock.
  private var timerAsked: Duration?
  private var timerSet: Duration?
  private var transfers: [RequestTicket: Transfer] = [:]
  private var refused: Set<RequestTicket> = []
  private var lastTicket: UInt64 = 0

  /// Prepares the connection. It sends nothing before the first request.
  package init(loop: LoopExecutor, configuration: Configuration) throws(SystemError) {
    guard let multi = MultiHandle() else { throw SystemError("curl_multi_init", number: 12) }
    self.loop = loop
    self.configuration = configuration
    self.multi = multi
    watched = try DescriptorSet(loop: loop)
    timer = try LoopTimer(loop: loop) { [weak self] in self?.timerFired() }
    prepareMulti()
  }

  private func prepareMulti() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = ccurl_multi_set_callbacks(multi.pointer, Self.socketChanged, Self.timerChanged, context)
    _ = ccurl_multi_set_long(multi.pointer, CURLMOPT_MAXCONNECTS, 4)
    _ = ccurl_multi_set_long(multi.pointer, CURLMOPT_MAX_HOST_CONNECTIONS, 4)
  }

  deinit {
    // curl's callbacks would now find no object, and this may run on any thread. The kernel removes sockets
    // from the set when curl closes them.
    _ = ccurl_multi_set_callbacks(multi.pointer, nil, nil, nil)
    for transfer in transfers.values { curl_multi_remove_handle(multi.pointer, transfer.easy.pointer) }
  }

  /// Closes every connection and forgets the addresses that curl has resolved; see `HubPort`.
  package func dropConnections() {
    loop.checkIsolated()
    let interrupted = transfers.values.sorted { $0.ticket.number < $1.ticket.number }
    for transfer in interrupted { curl_multi_remove_handle(multi.pointer, transfer.easy.pointer) }
    transfers.removeAll()
    // If there is no memory for a new handle, the old connections stay and time out on their own.
    if let fresh = MultiHandle() {
      _ = ccurl_multi_set_callbacks(multi.pointer, nil, nil, nil)
      multi = fresh
      timerAsked = nil
      setTimer()
      watched.removeAll()
      sockets.removeAll()
      prepareMulti()
    }
    for transfer in interrupted {
      refuse(
        transfer.ticket, .interrupted(detail: "the machine or its network has changed"), transfer.completion)
    }
  }

  /// Whether this machine would now reach the hub by another interface, gateway or own address than an open
  /// connection uses.
  package var wayHasMoved: Bool {
    loop.checkIsolated()
    return sockets.wayHasMoved
  }

  /// Sets the configuration for later requests. Requests in progress keep theirs.
  package func reconfigure(_ configuration: Configuration) {
    loop.checkIsolated()
    self.configuration = configuration
  }

  /// Sends a request; see `HubPort`.
  package func perform(
    _ request: HubRequest, completion: @escaping @Sendable (Result<HubResponse, TransportError>) -> Void
  ) -> RequestTicket {
    loop.checkIsolated()
    lastTicket += 1
    let ticket = RequestTicket(number: lastTicket)
    do throws(TransportError) {
      let transfer = try Transfer(
        ticket: ticket, request: request, configuration: configuration, sockets: sockets,
        completion: completion)
      transfers[ticket] = transfer
      let code = curl_multi_add_handle(multi.pointer, transfer.easy.pointer)
      guard code == CURLM_OK else {
        transfers[ticket] = nil
        throw .unusable(detail: String(cString: curl_multi_strerror(code)))
      }
      setTimer()
    } catch {
      refuse(ticket, error, completion)
    }
    return ticket
  }

  /// Cancels a request; see `HubPort`.
  package func cancel(_ ticket: RequestTicket) {
    loop.checkIsolated()
    refused.remove(ticket)
    guard let transfer = transfers.removeValue(forKey: ticket) else { return }
    curl_multi_remove_handle(multi.pointer, transfer.easy.pointer)
    setTimer()
  }

  /// The progress of a request; see `HubPort`.
  package func progress(of ticket: RequestTicket) -> TransferProgress? {
    loop.checkIsolated()
    return transfers[ticket]?.progress
  }

  /// Fails a request that did not reach curl. It does so later, because the caller does not have the ticket
  /// yet.
  private func refuse(
    _ ticket: RequestTicket, _ error: TransportError,
    _ completion: @escaping @Sendable (Result<HubResponse, TransportError>) -> Void
  ) {
    refused.insert(ticket)
    loop.run { [weak self] in
      guard let self, refused.remove(ticket) != nil else { return }
      completion(.failure(error))
    }
  }

  // MARK: What curl asks for

  private static let socketChanged: ccurl_socket_callback = { easy, socket, what, context, _ in
    guard let context else { return 0 }
    // Safe: the callbacks are unset before `self` is destroyed.
    let connection = Unmanaged<HubConnection>.fromOpaque(context).takeUnretainedValue()
    connection.watch(socket, what)
    if what != CURL_POLL_REMOVE, let easy { transfer(of: easy)?.socket = socket }
    return 0
  }

  /// The transfer that owns a curl handle.
  private static func transfer(of easy: UnsafeMutableRawPointer) -> Transfer? {
    var context: UnsafeMutableRawPointer?
    guard ccurl_get_pointer(easy, CURLINFO_PRIVATE, &context) == CURLE_OK, let context else { return nil }
    // Safe: every handle in the multi handle belongs to a transfer in `transfers`.
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
  }

  private static let timerChanged: ccurl_timer_callback = { _, milliseconds, context in
    guard let context else { return 0 }
    // Safe: see above.
    let connection = Unmanaged<HubConnection>.fromOpaque(context).takeUnretainedValue()
    connection.timerAsked = milliseconds < 0 ? nil : BootClock.now + .milliseconds(milliseconds)
    connection.setTimer()
    return 0
  }

  /// Arms one timer for curl and for the progress checks. curl keeps its connect timer running after the
  /// connection is established. It would fire for nothing while a long poll waits (docs/promises.md, 7), so
  /// the timer ignores it once every request is sent.
  private func setTimer() {
    var due = timerAsked
    if let asked = timerAsked, asked > BootClock.now + .milliseconds(500), !transfers.isEmpty,
      transfers.values.allSatisfy(\.isSent)
    {
      due = nil
    }
    if let look = transfers.values.map(\.watch.nextLook).min() { due = min(due ?? look, look) }
    guard due != timerSet else { return }
    timerSet = due
    if let due { timer?.arm(after: due - BootClock.now) } else { timer?.disarm() }
  }

  private func watch(_ socket: curl_socket_t, _ what: Int32) {
    let readiness: DescriptorSet.Readiness
    switch what {
    case CURL_POLL_IN: readiness = .read
    case CURL_POLL_OUT: readiness = .write
    case CURL_POLL_INOUT: readiness = [.read, .write]
    case CURL_POLL_REMOVE:
      watched.remove(socket)
      return
    default: return
    }
    do throws(SystemError) {
      if watched.contains(socket) {
        try watched.change(socket, readiness)
      } else {
        try watched.add(socket, readiness) { [weak self] ready in self?.socketReady(socket, ready) }
      }
    } catch {
      // No memory to watch the socket: the request's own timeout ends it, and the engine tries again.
      watched.remove(socket)
    }
  }

  // MARK: What the loop tells

  private func socketReady(_ socket: curl_socket_t, _ ready: DescriptorSet.Readiness) {
    var events: Int32 = 0
    if ready.contains(.read) { events |= CURL_CSELECT_IN }
    if ready.contains(.write) { events |= CURL_CSELECT_OUT }
    if ready.contains(.hangUp) { events |= CURL_CSELECT_ERR }
    act(on: socket, events)
  }

  private func timerFired() {
    timerSet = nil
    if let asked = timerAsked, asked <= BootClock.now {
      // curl asks again if it wants another call. If it does not, its request is done.
      timerAsked = nil
      act(on: -1, 0)
    }
    cancelStalledTransfers()
    setTimer()
  }

  private func cancelStalledTransfers() {
    let now = BootClock.now
    var ended: [(Transfer, TransportError)] = []
    for transfer in transfers.values where transfer.watch.nextLook <= now {
      if let error = transfer.lookForProgress(at: now) { ended.append((transfer, error)) }
    }
    for (transfer, _) in ended {
      curl_multi_remove_handle(multi.pointer, transfer.easy.pointer)
      transfers[transfer.ticket] = nil
    }
    for (transfer, error) in ended { transfer.completion(.failure(error)) }
  }

  private func act(on socket: curl_socket_t, _ events: Int32) {
    var running: Int32 = 0
    curl_multi_socket_action(multi.pointer, socket, events, &running)
    setTimer()
    finishTransfers()
  }

  private func finishTransfers() {
    var finished: [(Transfer, Result<HubResponse, TransportError>)] = []
    var easy: UnsafeMutableRawPointer?
    var code = CURLE_OK
    while ccurl_multi_take_done(multi.pointer, &easy, &code) == 1 {
      guard let easy, let transfer = Self.transfer(of: easy) else { continue }
      curl_multi_remove_handle(multi.pointer, easy)
      if transfer.redirect(after: code), curl_multi_add_handle(multi.pointer, easy) == CURLM_OK { continue }
      finished.append((transfer, transfer.result(code)))
    }
    // Finish outside curl: a completion may start requests, or cancel some, including those that have just
    // finished.
    let told = finished.filter { transfers.removeValue(forKey: $0.0.ticket) != nil }
    setTimer()
    for (transfer, result) in told { transfer.completion(result) }
  }
}

import CLinux
import ControlProtocol
import EventLoop
import Glibc

/// Answers `mediasyncctl` on a Unix socket (docs/control-protocol.md). Everything that a client can make it hold or
/// wait for has a bound: how many there are, how long a line is, how long a turn takes, how much is left unread.
///
/// `@unchecked`: all state is touched on the loop's queue only; every entrance checks that.
package final class ControlServer: @unchecked Sendable {
  /// Who asks.
  package struct Peer: Hashable, Sendable {
    /// One for each connection; never used again.
    package let connection: UInt64
    /// The process at the other end; `nil` where the kernel does not tell (`PrivateUsers=`).
    package let credentials: PeerCredentials?
  }

  /// Answers one request by calling `reply` once, now or later, on the loop. A reply to a client that has hung
  /// up is dropped.
  package typealias Handler =
    @Sendable (_ request: ControlRequest, _ peer: Peer, _ reply: @escaping @Sendable (ControlReply) -> Void)
    ->
    Void

  /// The most clients at a time.
  package static let maxClients = 200
  /// How long a client may take to send a whole request, or to read its answer, before it is let go.
  package static let turnLimit: Duration = .seconds(60)
  /// Requests of one client that are answered before others have their turn.
  private static let requestsInTurn = 16
  /// What all clients together may leave unread, beyond which one with a long answer is let go.
  private static let unreadMaxBytes = 32 << 20

  private let loop: LoopExecutor
  private let socket: ControlSocket
  private let set: DescriptorSet
  private let handler: Handler
  private let hungUp: @Sendable (Peer) -> Void
  private let turnLimit: Duration
  private var clients: [UInt64: ControlClient] = [:]
  private var lastConnection: UInt64 = 0
  private var retry: LoopTimer?
  /// Rings when the first turn is over; armed only while there is a client whose turn it is.
  private var turnEnd: LoopTimer?
  private var isTurnEndArmed = false
  /// The last `status` event, for a watcher that has missed some.
  private var lastStatus: [UInt8] = []
  /// When the last event was.
  private var lastMoment = ""
  private var isCancelled = false

  /// Listens from now on, on the socket that systemd passed, else at `path`; call on the loop. `hungUp` is called on the loop for a client that goes away
  /// while its request is being answered, so that whatever waits for it can be given up.
  package init(
    loop: LoopExecutor, path: String, passed: PassedSocket? = nil, turnLimit: Duration = turnLimit,
    handler: @escaping Handler,
    hungUp: @escaping @Sendable (Peer) -> Void = { _ in }
  ) throws(ControlSocketError) {
    loop.checkIsolated()
    self.turnLimit = turnLimit
    self.loop = loop
    self.handler = handler
    self.hungUp = hungUp
    do throws(SystemError) {
      set = try DescriptorSet(loop: loop)
    } catch {
      throw .system(error, path: path)
    }
    if let passed {
      socket = ControlSocket(passed)
    } else {
      socket = try ControlSocket(path: path)
    }
    do throws(SystemError) {
      retry = try LoopTimer(loop: loop) { [weak self] in self?.listenAgain() }
      turnEnd = try LoopTimer(loop: loop) { [weak self] in self?.endTurns() }
      try set.add(socket.descriptor, .read) { [weak self] _ in self?.acceptClients() }
    } catch {
      socket.end()
      throw .system(error, path: path)
    }
  }

  /// Lets all clients go, with what can be written at once, and removes the socket. Call on the loop.
  package func cancel() {
    loop.checkIsolated()
    guard !isCancelled else { return }
    isCancelled = true
    for client in clients.values.sorted(by: { $0.peer.connection < $1.peer.connection }) { drop(client) }
    set.remove(socket.descriptor)
    set.cancel()
    retry?.disarm()
    turnEnd?.disarm()
    socket.end()
  }

  /// Whether anybody watches: an event need not be made for nobody.
  package var hasWatchers: Bool { clients.values.contains { $0.isWatching } }

  /// Tells all who watch, or one of them. Whoever does not keep up misses events, and is told how many; nobody waits.
  package func send(_ event: ControlEvent, to peer: Peer? = nil) {
    loop.checkIsolated()
    let watchers = clients.values.filter { $0.isWatching && (peer == nil || $0.peer == peer) }
    guard !watchers.isEmpty, let line = try? Frame.encode(event, limit: Frame.replyMaxBytes) else { return }
    lastMoment = event.at
    if event.event == .status { lastStatus = line }
    for client in watchers {
      client.send(line)
      if !client.isBeingServed { processNextRequest(client) }
    }
  }

  deinit {
    guard !isCancelled else { return }
    // Nobody called `cancel()`: the set lets go later on its own; the sockets are closed now.
    for client in clients.values { close(client.descriptor) }
    socket.end()
  }

  // MARK: Coming

  private func acceptClients() {
    // Bounded, so that a flood of clients does not keep the loop.
    for _ in 0..<32 {
      let descriptor = clinux_accept(socket.descriptor)
      if descriptor < 0 {
        if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM { pauseListening() }
        if errno == ECONNABORTED || errno == EINTR { continue }
        return
      }
      welcome(descriptor)
    }
  }

  private func welcome(_ descriptor: Int32) {
    lastConnection += 1
    let peer = Peer(connection: lastConnection, credentials: try? PeerCredentials(socket: descriptor))
    let client = ControlClient(descriptor: descriptor, peer: peer, now: BootClock.now)
    if clients.count >= Self.maxClients, !dropMostSilent(), !dropOneOfTheBusiest(for: peer) {
      client.disconnect(with: .error(.busy, "too many clients (\(Self.maxClients))"))
      _ = client.writeOut()
      close(descriptor)
      return
    }
    clients[peer.connection] = client
    do throws(SystemError) {
      try set.add(descriptor, .read) { [weak self] ready in self?.clientReady(peer.connection, ready) }
    } catch {
      clients[peer.connection] = nil
      close(descriptor)
      return
    }
    armTurnEnd()
  }

  /// Lets the oldest client go that is not being answered; `false` where there is none.
  private func dropMostSilent() -> Bool {
    guard
      let oldest = clients.values.filter({ !$0.isWaiting }).min(by: {
        $0.peer.connection < $1.peer.connection
      })
    else { return false }
    drop(oldest)
    return true
  }

  /// All are being answered, or watch: the user with the most clients makes room for another one.
  private func dropOneOfTheBusiest(for newcomer: Peer) -> Bool {
    let byUser = Dictionary(grouping: clients.values) { $0.peer.credentials?.user }
    guard let most = byUser.values.map(\.count).max(), most > 1,
      let oldest = byUser.filter({ $0.value.count == most && $0.key != newcomer.credentials?.user })
        .values.joined().min(by: { $0.peer.connection < $1.peer.connection })
    else { return false }
    drop(oldest)
    return true
  }

  /// Out of descriptors: the listening socket stays readable, and would keep the loop spinning.
  private func pauseListening() {
    if dropMostSilent() { return }
    try? set.change(socket.descriptor, [])
    retry?.arm(after: .seconds(1))
  }

  private func listenAgain() {
    guard !isCancelled else { return }
    try? set.change(socket.descriptor, .read)
  }

  // MARK: Talking

  private func clientReady(_ connection: UInt64, _ ready: DescriptorSet.Readiness) {
    guard let client = clients[connection] else { return }
    if ready.contains(.read), client.wantsToRead, !client.receive() { return drop(client) }
    if ready.contains(.hangUp) {
      // Gone in both directions: what it asked for is done, and there is no one left to answer.
      for _ in 0..<2 {
        client.forgetAnswers()
        if let request = client.nextRequest() { handler(request, client.peer) { _ in } }
      }
      return drop(client)
    }
    processNextRequest(client)
  }

  private func processNextRequest(_ client: ControlClient) {
    let connection = client.peer.connection
    client.isBeingServed = true
    for _ in 0..<Self.requestsInTurn {
      guard client.writeOut() else { return drop(client) }
      // No room: this goes on when there is.
      if client.wantsToWrite || !client.hasLines || client.isWaiting { break }
      client.turnBegan = BootClock.now
      if let request = client.nextRequest() {
        handler(request, client.peer) { [weak self] reply in self?.answer(connection, reply) }
        // The handler may have ended the server.
        guard clients[connection] === client else { return }
      }
    }
    guard client.writeOut() else { return drop(client) }
    client.isBeingServed = false
    reportLostEvents(client)
    if client.isDone { return drop(client) }
    if client.hasLines, !client.isWaiting, !client.wantsToWrite {
      // It has asked for more than is answered at once: others have their turn first.
      client.isBeingServed = true
      loop.run { [weak self] in
        guard let self, let client = clients[connection] else { return }
        processNextRequest(client)
      }
    }
    var interest: DescriptorSet.Readiness = []
    if client.wantsToRead { interest.insert(.read) }
    if client.wantsToWrite { interest.insert(.write) }
    if (try? set.change(client.descriptor, interest)) == nil { drop(client) }
  }

  private func reportLostEvents(_ client: ControlClient) {
    let count = client.removeLostEventCount()
    guard count > 0 else { return }
    var event = ControlEvent(.lost, at: lastMoment)
    event.count = count
    client.send(((try? Frame.encode(event)) ?? []) + lastStatus)
    _ = client.writeOut()
  }

  private func answer(_ connection: UInt64, _ reply: ControlReply) {
    loop.checkIsolated()
    guard let client = clients[connection], client.isWaiting, !client.isWatching else { return }
    client.turnBegan = BootClock.now
    client.answer(reply)
    if !client.isBeingServed { processNextRequest(client) }
    armTurnEnd()
    guard let client = clients[connection], client.unreadBytes > 1 << 20 else { return }
    if clients.values.reduce(0, { $0 + $1.unreadBytes }) > Self.unreadMaxBytes { drop(client) }
  }

  // MARK: Turns

  /// Arms the timer for the turn that ends first, unless it is armed: then it is armed anew when it rings.
  private func armTurnEnd() {
    guard !isTurnEndArmed else { return }
    guard let first = clients.values.filter({ !$0.isWaiting }).map(\.turnBegan).min() else { return }
    isTurnEndArmed = true
    turnEnd?.arm(after: first + turnLimit - BootClock.now)
  }

  private func endTurns() {
    guard !isCancelled else { return }
    isTurnEndArmed = false
    let latest = BootClock.now - turnLimit
    for client in clients.values.filter({ !$0.isWaiting && $0.turnBegan <= latest }) { drop(client) }
    armTurnEnd()
  }

  private func drop(_ client: ControlClient) {
    guard clients.removeValue(forKey: client.peer.connection) != nil else { return }
    set.remove(client.descriptor)
    _ = client.writeOut()
    close(client.descriptor)
    if clients.isEmpty {
      isTurnEndArmed = false
      turnEnd?.disarm()
    }
    if client.isWaiting { hungUp(client.peer) }
  }
}

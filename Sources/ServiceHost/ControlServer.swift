import CLinux
import ControlProtocol
import EventLoop
import Glibc

/// Answers `mediasyncctl` on a Unix socket. Clients that are silent or slow cost a descriptor and nothing else:
/// no timers, bounded memory; when there are too many, the one that has been silent for longest is let go.
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

  private let loop: LoopExecutor
  private let socket: ControlSocket
  private let set: DescriptorSet
  private let handler: Handler
  private let hungUp: @Sendable (Peer) -> Void
  private var clients: [UInt64: ControlClient] = [:]
  private var lastConnection: UInt64 = 0
  private var retry: LoopTimer?
  private var isCancelled = false

  /// Listens at `path` from now on; call on the loop. `hungUp` is called on the loop for a client that goes away
  /// while its request is being answered, so that whatever waits for it can be given up.
  package init(
    loop: LoopExecutor, path: String, handler: @escaping Handler,
    hungUp: @escaping @Sendable (Peer) -> Void = { _ in }
  ) throws(ControlSocketError) {
    loop.checkIsolated()
    self.loop = loop
    self.handler = handler
    self.hungUp = hungUp
    do throws(SystemError) {
      set = try DescriptorSet(loop: loop)
    } catch {
      throw .system(error, path: path)
    }
    socket = try ControlSocket(path: path)
    do throws(SystemError) {
      retry = try LoopTimer(loop: loop) { [weak self] in self?.listenAgain() }
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
    socket.end()
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
    let client = ControlClient(descriptor: descriptor, peer: peer)
    if clients.count >= Self.maxClients, !dropMostSilent() {
      client.letGo(with: .error(.busy, "too many clients (\(Self.maxClients))"))
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
    }
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
    if ready.contains(.read), client.wantsToRead, !client.takeIn() { return drop(client) }
    if ready.contains(.hangUp) {
      // Gone in both directions: what it asked for is done, and there is no one left to answer.
      if let request = client.nextRequest() { handler(request, client.peer) { _ in } }
      return drop(client)
    }
    carryOn(client)
  }

  private func carryOn(_ client: ControlClient) {
    let connection = client.peer.connection
    client.isBeingServed = true
    while true {
      guard client.writeOut() else { return drop(client) }
      // No room: this goes on when there is.
      if client.wantsToWrite { break }
      if let request = client.nextRequest() {
        handler(request, client.peer) { [weak self] reply in self?.answer(connection, reply) }
        // The handler may have ended the server.
        guard clients[connection] === client else { return }
      } else if !client.wantsToWrite {
        break
      }
    }
    client.isBeingServed = false
    if client.isDone { return drop(client) }
    var interest: DescriptorSet.Readiness = []
    if client.wantsToRead { interest.insert(.read) }
    if client.wantsToWrite { interest.insert(.write) }
    if (try? set.change(client.descriptor, interest)) == nil { drop(client) }
  }

  private func answer(_ connection: UInt64, _ reply: ControlReply) {
    loop.checkIsolated()
    guard let client = clients[connection], client.isWaiting else { return }
    client.answer(reply)
    if !client.isBeingServed { carryOn(client) }
  }

  private func drop(_ client: ControlClient) {
    guard clients.removeValue(forKey: client.peer.connection) != nil else { return }
    set.remove(client.descriptor)
    _ = client.writeOut()
    close(client.descriptor)
    if client.isWaiting { hungUp(client.peer) }
  }
}

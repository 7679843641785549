import CLinux
import EventLoop
import Glibc

/// Answers `GET` for one page over HTTP and closes: for a scraper of metrics, not for the open network. Clients that
/// are silent or slow cost a descriptor and nothing else: no timers, bounded memory; when there are too many, the
/// oldest is let go.
///
/// `@unchecked`: all state is touched on the loop's queue only; every entrance checks that.
package final class PageServer: @unchecked Sendable {
  /// The most clients at a time.
  package static let maxClients = 16

  private let loop: LoopExecutor
  private let socket: PageSocket
  private let set: DescriptorSet
  private let path: String
  private let page: () -> String
  private var clients: [UInt64: PageClient] = [:]
  private var lastClient: UInt64 = 0
  private var isCancelled = false

  /// Listens from now on; call on the loop. `page` is called on the loop for each request of `path`.
  package init(
    loop: LoopExecutor, at address: PageAddress, path: String, page: @escaping () -> String
  ) throws(PageServerError) {
    loop.checkIsolated()
    self.loop = loop
    self.path = path
    self.page = page
    do throws(SystemError) {
      set = try DescriptorSet(loop: loop)
    } catch {
      throw PageServerError("\(error)")
    }
    socket = try PageSocket(address)
    do throws(SystemError) {
      try set.add(socket.descriptor, .read) { [weak self] _ in self?.acceptClients() }
    } catch {
      socket.end()
      throw PageServerError("\(error)")
    }
  }

  /// Lets all clients go and stops listening. Call on the loop.
  package func cancel() {
    loop.checkIsolated()
    guard !isCancelled else { return }
    isCancelled = true
    for number in clients.keys.sorted() { drop(number) }
    set.remove(socket.descriptor)
    set.cancel()
    socket.end()
  }

  deinit {
    guard !isCancelled else { return }
    for client in clients.values { close(client.descriptor) }
    socket.end()
  }

  private func acceptClients() {
    // Bounded, so that a flood of clients does not keep the loop.
    for _ in 0..<Self.maxClients {
      let descriptor = clinux_accept(socket.descriptor)
      guard descriptor >= 0 else {
        guard errno == EMFILE || errno == ENFILE, let oldest = clients.keys.min() else { return }
        drop(oldest)
        continue
      }
      if clients.count >= Self.maxClients, let oldest = clients.keys.min() { drop(oldest) }
      lastClient += 1
      let number = lastClient
      clients[number] = PageClient(descriptor: descriptor)
      do throws(SystemError) {
        try set.add(descriptor, .read) { [weak self] ready in self?.clientReady(number, ready) }
      } catch {
        clients[number] = nil
        close(descriptor)
      }
    }
  }

  private func clientReady(_ number: UInt64, _ ready: DescriptorSet.Readiness) {
    guard let client = clients[number] else { return }
    guard !ready.contains(.hangUp) else { return drop(number) }
    if ready.contains(.read) {
      switch client.receive() {
      case .unfinished: break
      case .broken: return drop(number)
      case .request(let request): client.answer(answer(request))
      case .unusable: client.answer(PageAnswer(.badRequest))
      }
    }
    guard client.writeOut(), !client.isDone else { return drop(number) }
    if (try? set.change(client.descriptor, client.wantsToWrite ? .write : .read)) == nil { drop(number) }
  }

  private func answer(_ request: PageRequest) -> PageAnswer {
    guard request.path == path else { return PageAnswer(.notFound) }
    guard request.method == "GET" else { return PageAnswer(.methodNotAllowed) }
    return PageAnswer(.ok, text: page(), isOpenMetrics: request.takesOpenMetrics)
  }

  private func drop(_ number: UInt64) {
    guard let client = clients.removeValue(forKey: number) else { return }
    set.remove(client.descriptor)
    close(client.descriptor)
  }
}

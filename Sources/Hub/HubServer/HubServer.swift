import Glibc
import HubStore
import Hummingbird
import Logging
import NIOCore
import SyncCore

/// The hub as an HTTP server (docs/protocol.md §2 and §3).
package struct HubServer: Sendable {
  /// The address that the server listens on.
  package struct Address: Hashable, Sendable {
    /// The host's name or IP address.
    package var host: String
    /// The port; 0 for any free port.
    package var port: Int

    /// Takes host and port.
    package init(host: String, port: Int) {
      self.host = host
      self.port = port
    }

    /// Parses `HOST:PORT`, or `[HOST]:PORT` if the host contains colons; `nil` if the text has neither form.
    package init?(_ text: String) {
      guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
        return nil
      }
      var host = text[..<colon]
      if host.hasPrefix("["), host.hasSuffix("]") {
        host = host.dropFirst().dropLast()
      } else if host.contains(":") {
        return nil
      }
      guard !host.isEmpty else { return nil }
      self.init(host: String(host), port: Int(port))
    }

    /// The protocol's base URL at this address.
    package var baseURL: String {
      "http://\(host.contains(":") ? "[\(host)]" : host):\(port)\(HubResponder.base)"
    }
  }

  /// The server's limits.
  package struct Limits: Sendable {
    /// The most connections at once; further ones wait to be accepted.
    package var connections: Int
    /// How fast clients must be.
    var pace = ConnectionTimeouts.Limits()
    /// The memory for requests and replies; derived from the largest allowed body if `nil`.
    var budget: ByteBudget?

    /// Takes the most connections at once.
    package init(connections: Int = 1000) { self.connections = connections }
  }

  private let data: HubData
  private let address: Address
  private let limits: Limits
  private let logger: Logger
  private let now: @Sendable () -> Instant
  private let worker = SerialWorker(WorkerThreads("tokens", count: 1))
  private let services: LibraryServices
  let streams = OpenStreams()

  /// Takes the hub's files, the address, the limits, a log for errors that clients do not see in full, and a
  /// clock.
  package init(
    data: HubData, address: Address, limits: Limits = Limits(), logger: Logger,
    now: @escaping @Sendable () -> Instant
  ) {
    self.data = data
    self.address = address
    self.limits = limits
    self.logger = logger
    self.now = now
    services = LibraryServices(data, logger: logger)
  }

  /// The number of long polls that are parked now.
  package var parkedPolls: Int { get async { await services.parkedPolls } }

  /// Serves until the process receives SIGTERM or SIGINT (if `handlesSignals`), or until the task is
  /// cancelled. `onListening` receives the address with the actual port.
  package func run(
    handlesSignals: Bool, onListening: @escaping @Sendable (Address) -> Void
  ) async throws {
    let budget = limits.budget ?? ByteBudget(bytesMax: data.options.bytesMax)
    let responder = HubResponder(
      authenticator: Authenticator(data: data, worker: worker, logger: logger, now: now), services: services,
      uploadReader: UploadReader(bytesMax: data.options.bytesMax, budget: budget),
      replyWriter: ReplyWriter(budget: budget, streams: streams),
      logger: logger, now: now)
    let application = Application(
      responder: responder,
      server: .http1(
        configuration: .init(
          additionalChannelHandlers: [DisconnectHandler(), TimeoutHandler(limits.pace)], idleTimeout: nil)),
      configuration: .init(
        address: .hostname(address.host, port: address.port), serverName: "mediasync-hub",
        availableConnectionsDelegate: .maximum(limits.connections, logger: logger)),
      onServerRunning: { [address] channel in
        await Self.prepare(channel)
        var bound = address
        bound.port = channel.localAddress?.port ?? address.port
        onListening(bound)
      }, logger: logger)
    let retentionTask = RetentionTask(data: data, worker: services.worker(), logger: logger, now: now)
    let watcher = RevocationWatcher(data: data, worker: worker, streams: streams, logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await retentionTask.run() }
      group.addTask { await watcher.run() }
      defer { group.cancelAll() }
      try await application.runService(gracefulShutdownSignals: handlesSignals ? [.sigterm, .sigint] : [])
    }
  }

  /// Prepares the listening socket. If the process runs out of descriptors, the server waits a second before
  /// it accepts again. Connections inherit a low limit for unsent data in the kernel: data that the client
  /// does not read would count as the hub's memory, but the hub could not see it drain.
  private static func prepare(_ channel: any Channel) async {
    let unsent = ChannelOptions.Types.SocketOption(level: .tcp, name: .init(rawValue: TCP_NOTSENT_LOWAT))
    do {
      try await channel.eventLoop.submit {
        let backoff = AcceptBackoffHandler(shouldForwardIOErrorCaught: false)
        try channel.pipeline.syncOperations.addHandler(backoff, position: .first)
      }.get()
      try await channel.setOption(unsent, value: 128 * 1024).get()
    } catch {
      // The hub can serve without these options.
    }
  }
}

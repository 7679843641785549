import Glibc
import HubStore
import Hummingbird
import Logging
import NIOCore
import SyncCore

/// The hub as an HTTP server (protocol.md §2 and §3).
package struct HubServer: Sendable {
  /// Where it listens.
  package struct Address: Hashable, Sendable {
    /// A host's name or number.
    package var host: String
    /// The port; 0 for any that is free.
    package var port: Int

    /// Takes host and port.
    package init(host: String, port: Int) {
      self.host = host
      self.port = port
    }

    /// Reads `HOST:PORT`, or `[HOST]:PORT` where the host has colons; `nil` where the text is none.
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

  /// What the server does not go beyond.
  package struct Limits: Sendable {
    /// Connections at once; those beyond wait to be taken.
    package var connections: Int
    /// How fast clients must be.
    var pace = ConnectionPace.Limits()
    /// What requests and replies may take; by what bodies may be unless it is said.
    var budget: ByteBudget?

    /// Takes how many connections there may be at once.
    package init(connections: Int = 1000) { self.connections = connections }
  }

  private let data: HubData
  private let address: Address
  private let limits: Limits
  private let logger: Logger
  private let now: @Sendable () -> Instant
  private let lane = BlockingLane(BlockingThreads("tokens", count: 1))
  private let desks: LibraryDesks
  let streams = OpenStreams()

  /// Takes the hub's files, where to listen, what not to go beyond, a log for what clients are not told, and a clock.
  package init(
    data: HubData, address: Address, limits: Limits = Limits(), logger: Logger,
    now: @escaping @Sendable () -> Instant
  ) {
    self.data = data
    self.address = address
    self.limits = limits
    self.logger = logger
    self.now = now
    desks = LibraryDesks(data, logger: logger)
  }

  /// Long polls that are parked now.
  package var parkedPolls: Int { get async { await desks.parkedPolls } }

  /// Serves until the process is asked to stop (SIGTERM or SIGINT, where `handlesSignals`), or the task is
  /// cancelled. `onListening` gets the address with the port that it has become.
  package func run(
    handlesSignals: Bool, onListening: @escaping @Sendable (Address) -> Void
  ) async throws {
    let budget = limits.budget ?? ByteBudget(bytesMax: data.options.bytesMax)
    let responder = HubResponder(
      gate: Gate(data: data, lane: lane, logger: logger, now: now), desks: desks,
      uploads: Uploads(bytesMax: data.options.bytesMax, budget: budget),
      replies: Replies(budget: budget, streams: streams),
      logger: logger, now: now)
    let application = Application(
      responder: responder,
      server: .http1(
        configuration: .init(
          additionalChannelHandlers: [DisconnectWatch(), PaceHandler(limits.pace)], idleTimeout: nil)),
      configuration: .init(
        address: .hostname(address.host, port: address.port), serverName: "mediasync-hub",
        availableConnectionsDelegate: .maximum(limits.connections, logger: logger)),
      onServerRunning: { [address] channel in
        await Self.prepare(channel)
        var bound = address
        bound.port = channel.localAddress?.port ?? address.port
        onListening(bound)
      }, logger: logger)
    let upkeep = Upkeep(data: data, lane: desks.lane(), logger: logger, now: now)
    let watch = TokenWatch(data: data, lane: lane, streams: streams, logger: logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await upkeep.run() }
      group.addTask { await watch.run() }
      defer { group.cancelAll() }
      try await application.runService(gracefulShutdownSignals: handlesSignals ? [.sigterm, .sigint] : [])
    }
  }

  /// Prepares the socket that listens. Without descriptors it waits a second before it tries again, and goes on
  /// listening. Connections inherit that the kernel holds little of a reply that nobody reads: what it holds counts as
  /// the hub's memory, and the hub does not see it go.
  private static func prepare(_ channel: any Channel) async {
    let unsent = ChannelOptions.Types.SocketOption(level: .tcp, name: .init(rawValue: TCP_NOTSENT_LOWAT))
    do {
      try await channel.eventLoop.submit {
        let patience = AcceptBackoffHandler(shouldForwardIOErrorCaught: false)
        try channel.pipeline.syncOperations.addHandler(patience, position: .first)
      }.get()
      try await channel.setOption(unsent, value: 128 * 1024).get()
    } catch {
      // The hub serves without, only less gracefully.
    }
  }
}

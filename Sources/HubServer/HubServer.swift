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

  /// How long a connection may say nothing while the hub waits for it, between requests or in the middle of one. A
  /// parked poll is not idle: there the client waits.
  private static let idleTimeout: TimeAmount = .seconds(120)

  private let data: HubData
  private let address: Address
  private let logger: Logger
  private let now: @Sendable () -> Instant
  private let lane: BlockingLane
  private let desks: LibraryDesks

  /// Takes the hub's files, where to listen, a log for what clients are not told, and a clock.
  package init(data: HubData, address: Address, logger: Logger, now: @escaping @Sendable () -> Instant) {
    self.data = data
    self.address = address
    self.logger = logger
    self.now = now
    lane = BlockingLane("tokens")
    desks = LibraryDesks(data, lane: lane, logger: logger)
  }

  /// Long polls that are parked now.
  package var parkedPolls: Int { get async { await desks.parkedPolls } }

  /// Serves until the process is asked to stop (SIGTERM or SIGINT, where `handlesSignals`), or the task is
  /// cancelled. `onListening` gets the address with the port that it has become.
  package func run(
    handlesSignals: Bool, onListening: @escaping @Sendable (Address) -> Void
  ) async throws {
    let responder = HubResponder(
      gate: Gate(tokens: data.tokens, lane: lane, logger: logger, now: now),
      desks: desks, bytesMax: data.options.bytesMax, logger: logger,
      now: now)
    let application = Application(
      responder: responder,
      server: .http1(
        configuration: .init(additionalChannelHandlers: [DisconnectWatch()], idleTimeout: Self.idleTimeout)),
      configuration: .init(address: .hostname(address.host, port: address.port), serverName: "mediasync-hub"),
      onServerRunning: { [address] channel in
        var bound = address
        bound.port = channel.localAddress?.port ?? address.port
        onListening(bound)
      }, logger: logger)
    let upkeep = Upkeep(data: data, logger: logger, now: now)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await upkeep.run() }
      defer { group.cancelAll() }
      try await application.runService(gracefulShutdownSignals: handlesSignals ? [.sigterm, .sigint] : [])
    }
  }
}

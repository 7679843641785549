import EventLoop
import HubClient
import Journal
import Logging
import Messages
import ServiceHost
import SyncCore
import SyncEngine

/// What goes on around the daemon: the library's files, the machine's clocks, the network. Tells the engine, and the
/// log where people may want to know.
///
/// Sound as `@unchecked Sendable`: made and used on the loop alone.
final class EnvironmentMonitor: @unchecked Sendable {
  private let engine: Engine
  private let hub: HubConnection
  private let logger: Logger
  private let pollInterval: Duration
  private let reporter: StatusReporter
  private var library: LibraryMonitor?
  private var clocks: ClockMonitor?
  private var routes: RouteMonitor?

  /// Begins to watch. What cannot be watched is said once and done without: the periodic check remains.
  init(
    loop: LoopExecutor, assembly: DaemonAssembly, engine: Engine, hub: HubConnection, reporter: StatusReporter
  ) {
    self.engine = engine
    self.hub = hub
    self.reporter = reporter
    logger = assembly.logger
    pollInterval = assembly.settings.library.pollInterval
    do throws(SystemError) {
      let watch = try LibraryMonitor(
        loop: loop, path: assembly.settings.library.database, interval: pollInterval
      ) { [weak self] in self?.handle($0) }
      library = watch
      watch.methodChanged = { [weak self] in self?.say($0) }
      if watch.method != .events { say(watch.method) }
      clocks = try ClockMonitor(loop: loop) { [weak self] in self?.handle($0) }
      routes = try RouteMonitor(loop: loop) { [weak self] in self?.handle($0) }
    } catch {
      logger.record(.unwatched, "the machine around the daemon cannot be watched (\(error))")
    }
  }

  private func handle(_ news: LibraryMonitor.News) {
    engine.assumeIsolated { engine in
      switch news {
      case .stirred: engine.libraryMayHaveChanged()
      case .replaced: engine.libraryWasReplaced()
      case .due: engine.pollLibrary()
      }
    }
  }

  private func say(_ method: LibraryMonitor.Method) {
    switch method {
    case .events:
      reporter.polling = nil
      logger.record(.watching)
    case .polling(let hindrance):
      reporter.polling = hindrance.description
      logger.record(
        .polling, "the library is polled every \(pollInterval.components.seconds) s: \(hindrance)",
        fields: ["interval_ms": .stringConvertible(pollInterval.wholeMilliseconds)])
    }
  }

  private func handle(_ news: ClockEvent) {
    switch news {
    case .slept(let span):
      logger.record(.woke, fields: ["slept_ms": .stringConvertible(span.wholeMilliseconds)])
      engine.assumeIsolated { $0.machineWoke() }
    case .set(let span):
      logger.record(.clockSet, fields: ["by_ms": .stringConvertible(span.wholeMilliseconds)])
      engine.assumeIsolated { $0.clockWasSet(by: span) }
    }
  }

  private func handle(_ news: RouteMonitor.News) {
    let hasMoved = hub.wayHasMoved
    logger.debug("the network has changed", metadata: ["news": "\(news)", "way_moved": "\(hasMoved)"])
    engine.assumeIsolated { engine in
      if hasMoved { engine.networkPathChanged() }
      if news == .appeared { engine.routeAppeared() }
    }
  }
}
